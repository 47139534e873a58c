// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What each format of a destination asks for, and the words for what is missing or wrong.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

constexpr const char* kRoutingKey = "0123456789abcdef0123456789ABCDEF";

class DestinationFormats : public ConfigTest {
 protected:
  DestinationFormats() {
    write("credentials/routing-key", std::string{kRoutingKey} + "\n");
    write("credentials/token", "tk_0123\n");
    write("credentials/no-token", "tk 0123\n");
    write("message.json", R"({"text": "{{headline}}"})");
  }

  // The head ends with line 8; "[[destination]]" is line 9, `lines` begin on line 12.
  static std::string of_format(const std::string& format, const std::string& lines) {
    return std::string{head} + "[[destination]]\nname = \"team\"\nformat = \"" + format + "\"\n" +
           lines;
  }
  [[nodiscard]] std::vector<std::string> faults(const std::string& format,
                                                const std::string& lines) const {
    return faults_of(of_format(format, lines));
  }
  [[nodiscard]] DestinationConfig loaded(const std::string& format,
                                         const std::string& lines) const {
    const auto made = load(of_format(format, lines));
    EXPECT_THAT(texts_of(made), IsEmpty());
    return made.config ? made.config->destinations.at(0) : DestinationConfig{};
  }
  // The faults of a template, each without the name of its file.
  [[nodiscard]] std::vector<std::string> template_faults(
      const std::string& text, const std::string& type = "application/json") const {
    write("message.mustache", text);
    auto found = faults("template", url_ + "template_file = \"message.mustache\"\n" +
                                        "content_type = \"" + type + "\"\n");
    for (auto& fault : found) {
      EXPECT_TRUE(fault.starts_with("message.mustache:")) << fault;
      fault.erase(0, std::string("message.mustache:").size());
    }
    return found;
  }

  const std::string url_ = "url = \"https://hooks.example.org/x\"\n";
};

TEST_F(DestinationFormats, StandardSignsWithSecretsOfBothKinds) {
  const std::string pair = "whsk_" + std::string(86, 'A') + "==";
  const std::string shared = "whsec_" + std::string(32, 'B');
  write("pair", pair + "\n");
  write("shared", shared + "\n");
  EXPECT_THAT(
      loaded("standard", url_ + "signing_secret_file = [\"pair\", \"shared\"]\n").signing_secrets,
      ElementsAre(Secret{pair}, Secret{shared}));
}

TEST_F(DestinationFormats, OnlyStandardShakesHands) {
  write("shared", "whsec_" + std::string(32, 'B') + "\n");
  const std::string signed_by = url_ + "signing_secret_file = \"shared\"\n";
  EXPECT_FALSE(loaded("standard", signed_by).handshake);
  EXPECT_FALSE(loaded("standard", signed_by + "handshake = false\n").handshake);
  EXPECT_TRUE(loaded("standard", signed_by + "handshake = true\n").handshake);
  EXPECT_THAT(
      faults("slack", url_ + "handshake = true\n"),
      ElementsAre("kpid.toml:13:13: error: \"handshake\" is for the format \"standard\", not "
                  "for \"slack\""));
  EXPECT_THAT(faults("standard", signed_by + "handshake = \"yes\"\n"),
              ElementsAre(::testing::HasSubstr("kpid.toml:14:13: error: \"handshake\" ")));
}

TEST_F(DestinationFormats, SaysWhatIsNoSigningSecret) {
  const std::string neither =
      "kpid.toml:13:23: error: the signing secret must be whsec_ and base64 of 24 to 64 random "
      "bytes, or whsk_ and base64 of the 64 bytes of an ed25519 key; `kpictl webhook keygen FILE` "
      "makes one";
  const std::string is_public =
      "kpid.toml:13:23: error: this is a public key, for the receiver; kpid signs with the secret "
      "half, whsk_";
  const std::pair<std::string, std::string> cases[] = {
      {"whsk_" + std::string(43, 'A') + "=", neither},  // the seed without the public key
      {"whsk_" + std::string(88, 'A'), neither},        // 66 bytes
      {"whsk_" + std::string(85, 'A') + "!==", neither},
      {"whsk_", neither},
      {"whsec_", neither},
      {std::string(44, 'A'), neither},
      {"whpk_" + std::string(43, 'A') + "=", is_public},
  };
  for (const auto& [secret, fault] : cases) {
    write("secret", secret + "\n");
    EXPECT_THAT(faults("standard", url_ + "signing_secret_file = \"secret\"\n"), ElementsAre(fault))
        << secret;
  }
}

TEST_F(DestinationFormats, EachIsReadByItsName) {
  EXPECT_EQ(loaded("teams", url_).format, DestinationFormat::teams);
  EXPECT_EQ(loaded("slack", url_).format, DestinationFormat::slack);
  EXPECT_EQ(loaded("google-chat", url_).format, DestinationFormat::google_chat);
  EXPECT_EQ(loaded("discord", url_).format, DestinationFormat::discord);
  EXPECT_EQ(loaded("alertmanager", url_).format, DestinationFormat::alertmanager);
  EXPECT_EQ(loaded("ntfy", url_).format, DestinationFormat::ntfy);
  EXPECT_THAT(
      faults("mattermost", url_),
      ElementsAre("kpid.toml:11:10: error: \"mattermost\" is no format; it can be \"standard\", "
                  "\"teams\", \"slack\", \"google-chat\", \"discord\", \"pagerduty\", "
                  "\"alertmanager\", \"ntfy\", \"template\" or \"email\""));
  EXPECT_THAT(faults("googlechat", url_),
              ElementsAre("kpid.toml:11:10: error: \"googlechat\" is no format; did you mean "
                          "\"google-chat\"?"));
}

TEST_F(DestinationFormats, PagerDutyNeedsARoutingKeyAndKnowsItsAddress) {
  const auto destination = loaded("pagerduty", "routing_key_credential = \"routing-key\"\n");
  EXPECT_EQ(destination.url.reveal(), "https://events.pagerduty.com/v2/enqueue");
  EXPECT_EQ(destination.access_key.reveal(), kRoutingKey);
  const auto european = loaded("pagerduty",
                               "url = \"https://events.eu.pagerduty.com/v2/enqueue\"\n"
                               "routing_key_file = \"credentials/routing-key\"\n");
  EXPECT_EQ(european.url.reveal(), "https://events.eu.pagerduty.com/v2/enqueue");
  EXPECT_EQ(european.access_key.reveal(), kRoutingKey);
}

TEST_F(DestinationFormats, ATokenIsReadWhereAReceiverMayAskForOne) {
  EXPECT_EQ(loaded("ntfy", url_ + "token_file = \"credentials/token\"\n").access_key.reveal(),
            "tk_0123");
  EXPECT_EQ(loaded("alertmanager", url_ + "token_credential = \"token\"\n").access_key.reveal(),
            "tk_0123");
  EXPECT_TRUE(loaded("ntfy", url_).access_key.empty());
}

TEST_F(DestinationFormats, ATemplateIsReadWithItsContentType) {
  const auto json = loaded("template", url_ + "template_file = \"message.json\"\n");
  EXPECT_EQ(json.template_text, R"({"text": "{{headline}}"})");
  EXPECT_EQ(json.template_content_type, "application/json");
  EXPECT_TRUE(json.signing_secrets.empty());
  const auto text = loaded("template", url_ +
                                           "template_file = \"message.json\"\n"
                                           "content_type = \"text/plain; charset=utf-8\"\n"
                                           "signing_secret_credential = \"signing\"\n");
  EXPECT_EQ(text.template_content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(text.signing_secrets.size(), 1U);
}

struct Mistake {
  const char* name;
  const char* format;
  std::string lines;
  std::vector<std::string> faults;
};

std::vector<Mistake> mistakes() {
  const std::string url = "url = \"https://hooks.example.org/x\"\n";
  return {
      {"NoRoutingKey",
       "pagerduty",
       "",
       {"kpid.toml:9:1: error: PagerDuty asks for the routing key of a service's integration; name "
        "it with \"routing_key_credential\" or \"routing_key_file\""}},
      {"RoutingKeyIsNone",
       "pagerduty",
       "routing_key_credential = \"token\"\n",
       {"kpid.toml:12:26: error: this is no routing key of the Events API v2: it has 32 letters "
        "and "
        "digits"}},
      {"RoutingKeyMissing",
       "pagerduty",
       "routing_key_file = \"nowhere\"\n",
       {"kpid.toml:12:20: error: the secret cannot be read from nowhere: No such file or "
        "directory"}},
      {"RoutingKeyTwice",
       "pagerduty",
       "routing_key_credential = \"routing-key\"\nrouting_key_file = \"credentials/routing-key\"\n",
       {"kpid.toml:9:1: error: a destination has \"routing_key_credential\" or "
        "\"routing_key_file\", not both"}},
      {"RoutingKeyOfAnother",
       "slack",
       url + "routing_key_credential = \"routing-key\"\n",
       {"kpid.toml:13:26: error: \"routing_key_credential\" is for the format \"pagerduty\", not "
        "for \"slack\""}},
      {"TokenOfAnother",
       "discord",
       url + "token_credential = \"token\"\n",
       {"kpid.toml:13:20: error: \"token_credential\" is for the formats \"ntfy\", "
        "\"alertmanager\" and \"template\", not for \"discord\""}},
      {"TokenIsNone",
       "ntfy",
       url + "token_credential = \"no-token\"\n",
       {"kpid.toml:13:20: error: this is no bearer token: it holds a blank, a line break or a "
        "letter beyond ASCII"}},
      {"SlackIsNotSigned",
       "slack",
       url + "signing_secret_credential = \"signing\"\n",
       {"kpid.toml:13:29: error: \"signing_secret_credential\" is for the formats \"standard\" and "
        "\"template\", not for \"slack\""}},
      {"TemplateOfAnother",
       "ntfy",
       url + "template_file = \"message.json\"\n",
       {"kpid.toml:13:17: error: \"template_file\" is for the format \"template\", not for "
        "\"ntfy\""}},
      {"NoTemplate",
       "template",
       url,
       {"kpid.toml:9:1: error: a destination with a template names its file with "
        "\"template_file\""}},
      {"TemplateMissing",
       "template",
       url + "template_file = \"nowhere.json\"\n",
       {"kpid.toml:13:17: error: the template nowhere.json cannot be read: No such file or "
        "directory"}},
      {"ContentTypeIsNone",
       "template",
       url + "template_file = \"message.json\"\ncontent_type = \"json\"\n",
       {"kpid.toml:14:16: error: \"json\" is no content type; write it as \"application/json\" or "
        "\"text/plain; charset=utf-8\""}},
      {"ContentTypeWithAHeaderOfItsOwn",
       "template",
       url + "template_file = \"message.json\"\ncontent_type = \"text/plain\\r\\nx-evil: 1\"\n",
       {"kpid.toml:14:16: error: \"text/plain\\x0D\\x0Ax-evil: 1\" is no content type; write it as "
        "\"application/json\" or \"text/plain; charset=utf-8\""}},
      {"NtfyWithoutTopic",
       "ntfy",
       "url = \"https://ntfy.example.org/\"\n",
       {"kpid.toml:12:7: error: the destination's URL has no topic; it ends with one, as in "
        "https://ntfy.example.org/kpi-alerts"}},
      {"DiscordForSlack",
       "discord",
       "url = \"https://discord.com/api/webhooks/1/x/slack\"\n",
       {"kpid.toml:12:7: error: the destination's URL ends with the name of another service; take "
        "that part away"}},
      {"GoogleChatCutShort",
       "google-chat",
       "url = \"https://chat.googleapis.com/v1/spaces/x/messages?key=1\"\n",
       {"kpid.toml:12:7: error: the destination's URL lacks its \"key\" or \"token\"; copy the "
        "whole of it from the space's webhooks"}},
      {"OfficeConnector",
       "teams",
       "url = \"https://trust.webhook.office.com/webhookb2/x\"\n",
       {"kpid.toml:12:7: error: the destination's URL is that of an Office connector, which "
        "Microsoft has ended; make a workflow \"Post to a channel when a webhook request is "
        "received\" and take its URL"}},
      {"NoUrl",
       "slack",
       "",
       {"kpid.toml:9:1: error: a destination has one of \"url\", \"url_credential\" and "
        "\"url_file\"; this one has none"}},
  };
}

class DestinationMistakes : public DestinationFormats,
                            public ::testing::WithParamInterface<Mistake> {};

TEST_P(DestinationMistakes, IsToldInTheseWords) {
  EXPECT_THAT(faults(GetParam().format, GetParam().lines), ElementsAreArray(GetParam().faults));
}

INSTANTIATE_TEST_SUITE_P(All, DestinationMistakes, ::testing::ValuesIn(mistakes()),
                         [](const auto& one) { return one.param.name; });

TEST_F(DestinationFormats, AGoodTemplateHasNoFault) {
  EXPECT_THAT(template_faults(R"({"a": "{{kpi.title}}", {{! a comment }}
  "facts": [{{#facts}}{"{{title}}": "{{value}}"}{{^last}}, {{/last}}{{/facts}}],
  {{#worth_pence}}"worth": {{worth_pence}},{{/worth_pence}}
  "red": {{#is_red}}true{{/is_red}}{{^is_red}}false{{/is_red}},
  "kpi": "{{#kpi}}{{id}} {{title}} {{link}}{{/kpi}}"}
)"),
              IsEmpty());
  EXPECT_THAT(template_faults("{{headline}} & {{{explanation}}}", "text/plain"), IsEmpty());
}

TEST_F(DestinationFormats, AVariableThatNobodyFillsIsNamedWithTheNearest) {
  EXPECT_THAT(template_faults("{\"a\": \"{{headlines}}\",\n \"b\": \"{{kpi.titel}}\",\n"
                              " \"c\": \"{{#facts}}{{valu}}{{/facts}}\", \"d\": \"{{zzzzzzz}}\"}"),
              ElementsAre("1:8: error: a message has no \"headlines\"; did you mean \"headline\"?",
                          "2:8: error: a message has no \"kpi.titel\"; did you mean \"kpi.title\"?",
                          "3:18: error: a message has no \"valu\"; did you mean \"value\"?",
                          "3:45: error: a message has no \"zzzzzzz\""));
}

TEST_F(DestinationFormats, SectionsMustOpenAndClose) {
  EXPECT_THAT(template_faults("\"{{#facts}}\""),
              ElementsAre("1:2: error: the section \"facts\" is not closed; it ends with "
                          "{{/facts}}"));
  EXPECT_THAT(template_faults("\"{{/facts}}\""),
              ElementsAre("1:2: error: the section \"facts\" was not opened"));
  EXPECT_THAT(template_faults("\"{{#kpi}}{{#is_red}}{{/kpi}}{{/is_red}}\""),
              ElementsAre("1:21: error: the section \"is_red\" is open here, so {{/is_red}} comes "
                          "first",
                          "1:29: error: the section \"kpi\" is open here, so {{/kpi}} comes "
                          "first"));
  EXPECT_THAT(template_faults("\"{{headline\""),
              ElementsAre("1:2: error: this tag is not closed by }}"));
}

TEST_F(DestinationFormats, EachVariableIsUsedAsWhatItIs) {
  EXPECT_THAT(template_faults("\"{{is_red}} {{kpi}} {{series}}\""),
              ElementsAre("1:2: error: \"is_red\" is true or false and has no text; write "
                          "{{#is_red}}…{{/is_red}}",
                          "1:13: error: \"kpi\" is no text but has parts: for example "
                          "{{#kpi}}{{id}}{{/kpi}}",
                          "1:21: error: \"series\" is no text but has parts: for example "
                          "{{#series}}{{start}}{{/series}}"));
}

TEST_F(DestinationFormats, WhatCouldBreakTheMessageIsRefused) {
  EXPECT_THAT(template_faults("\"{{{headline}}} {{&headline}}\""),
              ElementsAre("1:2: error: \"headline\" would not be escaped here, so a name could "
                          "break the message; write {{headline}}",
                          "1:17: error: \"headline\" would not be escaped here, so a name could "
                          "break the message; write {{headline}}"));
  EXPECT_THAT(template_faults("\"{{>other}} {{=<% %>=}}\""),
              ElementsAre("1:2: error: a template cannot take in another one ({{>…}})",
                          "1:13: error: a template cannot change the braces ({{=…=}})"));
  EXPECT_THAT(template_faults("\"{{#series}}{{#facts}}x{{/facts}}{{/series}}\""),
              ElementsAre("1:13: error: the list \"facts\" stands inside another list"));
}

TEST_F(DestinationFormats, WhatMakesNoJsonIsRefused) {
  EXPECT_THAT(template_faults(R"({"v": {{value}}})"),
              ElementsAre(R"(1:1: error: what it makes where no variable has a value is no JSON )"
                          R"(near "{"v": }"; put each variable in quotes, or the whole member in )"
                          R"(its section)"));
  EXPECT_THAT(template_faults(R"([{{#facts}}"{{title}}",{{/facts}}])"),
              ElementsAre(R"(1:1: error: what it makes where every variable has a value is no )"
                          R"(JSON near "["x","x",]"; put a comma between, and not after, the )"
                          R"(members of a list: {{^last}},{{/last}})"));
  EXPECT_THAT(template_faults(R"({"v": "{{headline}}")"),
              ElementsAre(::testing::HasSubstr("where every variable has a value is no JSON")));
}

TEST_F(DestinationFormats, ATemplateHasLimits) {
  write("large.json", "\"" + std::string(17'000, 'x') + "\"");
  EXPECT_THAT(faults("template", url_ + "template_file = \"large.json\"\n"),
              ElementsAre(::testing::HasSubstr("the template large.json cannot be read: ")));
  EXPECT_THAT(template_faults(" \n"), ElementsAre("1:1: error: the template is empty"));
  EXPECT_THAT(template_faults("a\n \xff"), ElementsAre("2:2: error: this is no UTF-8"));
  EXPECT_THAT(
      template_faults("{{#series}}" + std::string(12'000, 'x') + "{{/series}}", "text/plain"),
      ElementsAre("1:1: error: it makes messages of more than 20000 bytes"));
  std::string deep;
  for (int i = 0; i < 9; ++i) deep += "{{#kpi}}";
  for (int i = 0; i < 9; ++i) deep += "{{/kpi}}";
  EXPECT_THAT(template_faults(deep, "text/plain"),
              ElementsAre("1:65: error: more than 8 sections stand in each other"));
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "{{nothing}}";
  EXPECT_EQ(template_faults(many, "text/plain").size(), 20U);
}

}  // namespace
}  // namespace kpid
