// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "support/made_up_trust.hpp"

#include <fmt/format.h>

#include "support/places.hpp"
#include "support/process.hpp"

namespace kpid::testing {

MadeUpTrust::MadeUpTrust(std::size_t schools) : schools_(schools) {
  std::filesystem::create_directories(folder_ / "state");
  write_file(folder_ / "signing-secret", secret());
}

std::string MadeUpTrust::urn(std::size_t school) { return std::to_string(900001 + school); }

std::string MadeUpTrust::secret() { return "whsec_bWFkZS11cC1zZWNyZXQtZm9yLXRlc3RzLW9ubHk="; }

void MadeUpTrust::write_accounts(const std::vector<int>& reserves_in_pounds) const {
  std::string text = "School,Financial year,Income,Expenditure,Staff costs,Reserves\r\n";
  for (std::size_t i = 0; i < reserves_in_pounds.size(); ++i) {
    text += fmt::format("{},2025/26,\"£100,000\",\"£99,000\",\"£70,000\",\"£{}\"\r\n", urn(i),
                        reserves_in_pounds[i]);
  }
  write_file(folder_ / "in/finance.csv", text);
}

void MadeUpTrust::write_config() const {
  std::string schools;
  std::string urns;
  for (std::size_t i = 0; i < schools_; ++i) {
    schools += fmt::format("[[school]]\nurn = {}\nname = \"School {}\"\n", urn(i), i + 1);
    urns += fmt::format("\"{}\", ", urn(i));
  }
  write_file(folder_ / "kpid.toml",
             fmt::format(R"([trust]
name = "Made-up Trust"

[daemon]
database = "state/kpid.sqlite"
socket = "state/kpid.sock"
plugin_directories = [{}"{}/plugins"]

{}
[[source]]
name = "finance"
plugin = "finance"
schedule = "{}"
[source.settings]
path = "in/finance.csv"

[[rule]]
name = "reserves"
kpi = "finance.reserves_percent"
red = "< 5"
organisations = [{}]
owner = "finance"
{}

[[destination]]
name = "local"
format = "standard"
url = "http://127.0.0.1:{}/"
signing_secret_file = "signing-secret"
allowed_networks = ["127.0.0.0/8"]
operational = true
timeout = "2 s"
retry_schedule = {}
{}
{}
)",
                         plugin_directories, kpid::testing::binary_folder(), schools, schedule,
                         urns, rule_extra, port, retry_schedule, destination_extra, extra));
}

std::string kpid_program() { return kpid::testing::binary_folder() + "/bin/kpid"; }
std::string kpictl_program() { return kpid::testing::binary_folder() + "/bin/kpictl"; }

}  // namespace kpid::testing
