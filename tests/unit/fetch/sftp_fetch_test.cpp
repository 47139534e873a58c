// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: documents come over SFTP from the server that the config pins, and from no other. Method: a
// real sshd on loopback with throw-away keys; skipped where there is none.

#include <chrono>

#include "support/process.hpp"
#include "support/raw_server.hpp"
#include "unit/fetch/fetch_fixture.hpp"

namespace kpid::fetch {
namespace {

using namespace std::chrono_literals;
using kpid::testing::run_command;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Select = FetchRequest::Select;

class Sftp : public RemoteFetch {
 protected:
  void SetUp() override {
    if (::access("/usr/sbin/sshd", X_OK) != 0) GTEST_SKIP() << "there is no sshd here";
    if (::geteuid() != 0) GTEST_SKIP() << "sshd lets root alone log in for another user";
    make_key("host", "");
    make_key("user", "");
    make_key("locked", "open sesame");
    make_key("other", "");
    std::filesystem::create_directories(folder_ / "data");
    std::filesystem::create_directories("/run/sshd");
    write("authorized", text_of("user.pub") + text_of("locked.pub"));
    start();
    policy_.sftp.user = "root";
    policy_.sftp.key = "{{secret:key}}";
    policy_.sftp.timeout = 5s;
    policy_.sftp.host_keys = {fingerprint("host")};
    policy_.secrets.emplace("key", Secret{without_line_break(text_of("user"))});
    policy_.secrets.emplace("locked", Secret{text_of("locked")});
    policy_.secrets.emplace("phrase", Secret{"open sesame"});
    policy_.secrets.emplace("other", Secret{text_of("other")});
    policy_.secrets.emplace("nonsense", Secret{"no key at all"});
  }
  void make_key(const std::string& name, const std::string& phrase) const {
    const auto made = run_command({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-f",
                                   (folder_ / name).string()});
    ASSERT_EQ(made.status, 0) << made.errors;
  }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    return kpid::testing::read_file(folder_ / name);
  }
  static std::string without_line_break(std::string text) {  // as a credential is read
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  [[nodiscard]] std::string fingerprint(const std::string& name) const {
    const auto said =
        run_command({"/usr/bin/ssh-keygen", "-l", "-f", (folder_ / (name + ".pub")).string()});
    const std::size_t from = said.output.find("SHA256:");
    return said.output.substr(from, said.output.find(' ', from) - from);
  }
  // Where a password is given, root has it: in a copy of /etc/shadow that this sshd alone sees.
  void start(const std::string& password = {}) {
    port_ = kpid::testing::free_port();
    write("sshd_config", "Port " + std::to_string(port_) + "\nListenAddress 127.0.0.1\nHostKey " +
                             (folder_ / "host").string() + "\nAuthorizedKeysFile " +
                             (folder_ / "authorized").string() +
                             "\nPidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
                             "PasswordAuthentication " +
                             (password.empty() ? "no" : "yes") +
                             "\nKbdInteractiveAuthentication no\n"
                             "Subsystem sftp internal-sftp\n");
    const std::string config = (folder_ / "sshd_config").string();
    std::vector<std::string> command{"/usr/sbin/sshd", "-D", "-e", "-f", config};
    if (!password.empty()) {
      const auto hash = run_command({"/usr/bin/openssl", "passwd", "-6", password});
      ASSERT_EQ(hash.status, 0) << hash.errors;
      write("shadow", "root:" + without_line_break(hash.output) +
                          ":19000:0:99999:7:::\nsshd:!:19000::::::\n");
      command = {"/usr/bin/unshare", "--mount", "/bin/sh", "-c",
                 "mount --bind '" + (folder_ / "shadow").string() +
                     "' /etc/shadow && exec /usr/sbin/sshd -D -e -f '" + config + "'"};
    }
    server_ = std::make_unique<kpid::testing::Process>(command, folder_ / "sshd.out",
                                                       folder_ / "sshd.err");
    ASSERT_TRUE(kpid::testing::eventually(
        [&] { return server_->errors().find("Server listening") != std::string::npos; }, 10s))
        << server_->errors();
  }
  [[nodiscard]] std::string url(const std::string& name) const {
    return "sftp://127.0.0.1:" + std::to_string(port_) + (folder_ / "data").string() + "/" + name;
  }
  void put(const std::string& name, const std::string& text, int hours_old = 0) const {
    write("data/" + name, text);
    const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::hours(hours_old);
    std::filesystem::last_write_time(folder_ / ("data/" + name), then);
  }
  std::string failure(const std::string& location, Select select = Select::only) {
    const auto got = fetch(at(location, select));
    return got ? "(" + told(got) + ")" : got.error().sentence;
  }

  unsigned short port_ = 0;
  std::unique_ptr<kpid::testing::Process> server_;
};

TEST_F(Sftp, AFileComesWithItsBytesAndItsTime) {
  put("roll.csv", "URN,Pupils\n900001,412\n", 5);
  const auto got = fetch(url("roll.csv"));
  ASSERT_EQ(told(got), "URN,Pupils\n900001,412\n");
  const FetchedDocument& document = got->front().document;
  EXPECT_EQ(document.origin, url("roll.csv"));
  EXPECT_EQ(document.sha256.size(), 64U);
  EXPECT_NEAR(static_cast<double>(document.fetched_at_ms - document.modified_at_ms), 5 * 3600e3,
              60e3);
  put("large.csv", std::string(3'000'000, 'x'));
  EXPECT_EQ(told(fetch(url("large.csv"))), std::string(3'000'000, 'x'));
  put("empty.csv", "");
  EXPECT_EQ(told(fetch(url("empty.csv"))), "");
}

TEST_F(Sftp, APasswordLetsInAndAWrongOneIsToldOf) {
  if (run_command({"/usr/bin/unshare", "--mount", "/bin/true"}).status != 0) {
    GTEST_SKIP() << "here root may make no mounts of its own, which hide the real passwords";
  }
  start("correct horse");
  put("roll.csv", "URN,Pupils\n900001,412\n");
  policy_.sftp.key.clear();
  policy_.sftp.password = "{{secret:password}}";
  policy_.secrets.insert_or_assign("password", Secret{"correct horse"});
  ASSERT_EQ(told(fetch(url("roll.csv"))), "URN,Pupils\n900001,412\n") << server_->errors();
  policy_.secrets.insert_or_assign("password", Secret{"battery staple"});
  EXPECT_THAT(failure(url("roll.csv")),
              StartsWith("the server does not let this user in; check \"user\""));
}

TEST_F(Sftp, PatternsFindWhatTheyFindInAFolder) {
  put("b 2.csv", "b", 1);
  put("a.csv", "a", 9);
  put("c.csv", "c", 5);
  put("d.txt", "d");
  put(".hidden.csv", "h");
  const auto all = fetch(at(url("*.csv"), Select::all));
  ASSERT_TRUE(all) << told(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(content((*all)[0]) + content((*all)[1]) + content((*all)[2]), "abc");
  EXPECT_EQ(told(fetch(at(url("*.csv"), Select::newest))), "b");
  EXPECT_EQ(told(fetch(at(url("[cd].csv"), Select::only))), "c");
  EXPECT_THAT(failure(url("*.csv")), StartsWith("the pattern matches 3 files where exactly one"));
  EXPECT_THAT(failure(url("*.xlsx")), StartsWith("no file on the server matches the pattern"));
}

TEST_F(Sftp, AKeyMayHaveAPassphrase) {
  put("a.csv", "a");
  policy_.sftp.key = "{{secret:locked}}";
  policy_.sftp.passphrase = "{{secret:phrase}}";
  EXPECT_EQ(told(fetch(url("a.csv"))), "a");
}

TEST_F(Sftp, AnotherHostKeyIsRefusedBeforeAnythingIsSaid) {
  put("a.csv", "a");
  policy_.sftp.host_keys = {fingerprint("other")};
  const auto got = fetch(url("a.csv"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::config);
  EXPECT_EQ(got.error().sentence,
            "the server shows the host key " + fingerprint("host") +
                ", which is not the one that \"host_key\" pins: somebody may be between kpid and "
                "the server; ask whoever runs it before you change the config");
  EXPECT_EQ(server_->errors().find("Accepted"), std::string::npos);
  policy_.sftp.host_keys.push_back(fingerprint("host"));  // while the server changes it
  EXPECT_EQ(told(fetch(url("a.csv"))), "a");
}

TEST_F(Sftp, WhatIsRefusedIsToldInOneSentence) {
  put("a.csv", "a");
  std::filesystem::create_directories(folder_ / "data/inner");
  EXPECT_THAT(failure(url("absent.csv")), StartsWith("the file or folder does not exist on the"));
  EXPECT_THAT(failure(url("inner/")), StartsWith("this is a folder, not a file"));
  const std::string key = policy_.sftp.key;
  for (const char* wrong : {"{{secret:other}}", "{{secret:nonsense}}", "{{secret:locked}}"}) {
    policy_.sftp.key = wrong;
    EXPECT_THAT(failure(url("a.csv")), StartsWith("the server does not let this user in;"))
        << wrong;
  }
  policy_.sftp.key = "{{secret:absent}}";
  EXPECT_THAT(failure(url("a.csv")), StartsWith("the secret \"absent\" is not one of the"));
  policy_.sftp.key = key;
  policy_.size_limit = 3;
  put("long.csv", "four");
  EXPECT_THAT(failure(url("long.csv")), StartsWith("the document is larger than the limit of 3"));
  policy_.allowed_networks.clear();
  EXPECT_THAT(failure(url("a.csv")), HasSubstr("is a loopback address; name it in"));
  policy_.allowed_hosts.clear();
  EXPECT_THAT(failure(url("a.csv")), StartsWith("the host \"127.0.0.1\" is not one that this"));
  policy_.sftp = {};
  EXPECT_THAT(failure(url("a.csv")), StartsWith("this source has no [source.sftp] in the config"));
}

TEST_F(Sftp, ServersThatAreNone) {
  policy_.sftp.timeout = 1s;
  using kpid::testing::RawServer;
  const auto address = [](const RawServer& server) {
    return "sftp://127.0.0.1:" + std::to_string(server.port()) + "/a.csv";
  };
  RawServer closes(std::vector<RawServer::Piece>{});
  auto got = fetch(address(closes));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::transient) << got.error().text();
  RawServer silent({}, true);
  const auto before = std::chrono::steady_clock::now();
  got = fetch(address(silent));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::transient) << got.error().text();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 20s);
  const std::string gone = url("a.csv");
  server_->signal(SIGTERM);
  server_->wait();
  EXPECT_EQ(failure(gone), "the connection was refused");
}

TEST_F(Sftp, ConnectionsAreKeptBetweenPulls) {
  put("a.csv", "a");
  ASSERT_TRUE(fetch(url("a.csv")));
  ASSERT_TRUE(fetch(url("a.csv")));
  const std::string log = server_->errors();
  const std::size_t first = log.find("Accepted publickey");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("Accepted publickey", first + 1), std::string::npos) << log;
}

}  // namespace
}  // namespace kpid::fetch
