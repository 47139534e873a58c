// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The mistakes that people make in a config, each with the exact words that it must get.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAreArray;

struct Mistake {
  const char* name;
  std::string config;
  std::vector<std::string> faults;
};

// What most mistakes are made in.
const std::string source = R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "daily 06:30"
)";
const std::string rule = R"([[rule]]
name = "low"
kpi = "finance.reserves_percent"
)";
const std::string destination = R"([[destination]]
name = "board"
format = "standard"
signing_secret_credential = "signing"
)";
const std::string url = R"(url = "https://hooks.example.org/"
)";

std::string after_head(std::string_view rest) { return std::string{head}.append(rest); }

// The head ends with line 8: what a mistake appends starts on line 9.
std::vector<Mistake> mistakes() {
  return {
      {"UnknownKey",
       after_head(R"([[source]]
name = "roll"
plugin = "pupil_roll"
shedule = "daily 06:30"
schedule = "daily 06:30"
)"),
       {"kpid.toml:12:1: error: unknown key \"shedule\"; did you mean \"schedule\"?"}},
      {"UnknownKeyLikeNone",
       after_head(R"([funding]
per_pupil = 4955
colour = "red"
)"),
       {"kpid.toml:11:1: error: unknown key \"colour\"; [funding] knows \"per_pupil\""}},
      {"UnknownTable",
       after_head(R"([deamon]
)"),
       {"kpid.toml:9:2: error: unknown key \"deamon\"; did you mean \"daemon\"?"}},
      {"KeyThatSteersATerminal",
       after_head(R"([funding]
"\u001b[31m" = 1
)"),
       {"kpid.toml:10:1: error: unknown key \"\\x1B[31m\"; [funding] knows \"per_pupil\""}},
      {"WrongType",
       after_head(R"([daemon]
log_level = 3
)"),
       {"kpid.toml:10:13: error: \"log_level\" in [daemon] must be a string, not an integer"}},
      {"NotOneOfTheWords",
       after_head(R"([daemon]
log_level = "warn"
)"),
       {"kpid.toml:10:13: error: \"warn\" is no log_level; it can be \"trace\", \"debug\", "
        "\"info\", \"warning\" or \"error\""}},
      {"InstanceWithBlank",
       after_head(R"([daemon]
instance = "my kpid"
)"),
       {"kpid.toml:10:12: error: \"my kpid\" is no instance: letters, digits, - _ and . only, at "
        "most 64"}},
      {"EmptyDatabase",
       after_head(R"([daemon]
database = ""
)"),
       {"kpid.toml:10:12: error: \"database\" in [daemon] is empty"}},
      {"SocketTooLong",
       after_head("[daemon]\nsocket = \"/run/" + std::string(120, 'x') + "\"\n"),
       {"kpid.toml:10:10: error: the socket's path /run/" + std::string(120, 'x') +
        " has 125 bytes; the system allows 107"}},
      {"DashboardWithQuery",
       after_head(R"([daemon]
dashboard_url = "https://kpid.example.org/?a=1"
)"),
       {"kpid.toml:10:17: error: \"dashboard_url\" must end with its path: no ? and no #"}},
      {"FundingOfNothing",
       after_head(R"([funding]
per_pupil = 0
)"),
       {"kpid.toml:10:13: error: \"per_pupil\" must be more than 0 pounds"}},
      {"FundingAsText",
       after_head(R"([funding]
per_pupil = "4955"
)"),
       {"kpid.toml:10:13: error: \"per_pupil\" in [funding] must be a number, not a string"}},
      {"FundingNotANumber",
       after_head(R"([funding]
per_pupil = nan
)"),
       {"kpid.toml:10:13: error: \"per_pupil\" in [funding] must be a number"}},
      {"TableForArray",
       after_head(R"([source]
name = "roll"
)"),
       {"kpid.toml:9:1: error: \"source\" in the config must be an array of tables, written as "
        "[[source]], not a table"}},
      {"ArrayForTable",
       after_head(R"([[daemon]]
)"),
       {"kpid.toml:9:1: error: \"daemon\" in the config must be a table, written as [daemon], not "
        "an array"}},
      {"SchoolWithoutUrn",
       after_head(R"([[school]]
name = "Birch"
)"),
       {"kpid.toml:9:1: error: [[school]] has no \"urn\""}},
      {"SchoolWithoutName",
       after_head(R"([[school]]
urn = 900002
)"),
       {"kpid.toml:9:1: error: [[school]] has no \"name\""}},
      {"UrnTooShort",
       after_head(R"([[school]]
urn = 9002
name = "Birch"
)"),
       {"kpid.toml:10:7: error: \"9002\" is no URN: a URN has six digits"}},
      {"UrnOfTheWrongType",
       after_head(R"([[school]]
urn = true
name = "Birch"
)"),
       {"kpid.toml:10:7: error: this value is no URN: a URN has six digits"}},
      {"SameUrn",
       after_head(R"([[school]]
urn = 900001
name = "Birch"
)"),
       {"kpid.toml:10:7: error: \"900001\" already stands for Alder (line 5); a code belongs to "
        "one organisation"}},
      {"SameAlias",
       after_head(R"([[school]]
urn = 900002
name = "Birch"
aliases = [" ald "]
)"),
       {"kpid.toml:12:12: error: \" ald \" already stands for Alder (line 7); a code belongs to "
        "one organisation"}},
      {"AliasIsAnUrn",
       after_head(R"([[school]]
urn = 900002
name = "Birch"
aliases = ["900001"]
)"),
       {"kpid.toml:12:12: error: \"900001\" already stands for Alder (line 5); a code belongs to "
        "one organisation"}},
      {"SameFormerUrn",
       after_head(R"([[school]]
urn = 900002
name = "Birch"
former_urns = [900001]
)"),
       {"kpid.toml:12:16: error: \"900001\" already stands for Alder (line 5); a code belongs to "
        "one organisation"}},
      {"AliasOfTheTrust",
       after_head(R"([[comparator]]
code = "Trust"
name = "Other"
)"),
       {"kpid.toml:10:8: error: \"Trust\" stands for the trust itself"}},
      {"EmptyAlias",
       after_head(R"([[school]]
urn = 900002
name = "Birch"
aliases = [" "]
)"),
       {"kpid.toml:12:12: error: an alias is empty"}},
      {"AliasAsNumber",
       after_head(R"([[school]]
urn = 900002
name = "Birch"
aliases = [8882001]
)"),
       {"kpid.toml:12:12: error: \"aliases\" in [[school]] must hold strings, not an integer"}},
      {"JoinedAsText",
       after_head(R"([[school]]
urn = 900002
name = "Birch"
joined = "2018-11-01"
)"),
       {"kpid.toml:12:10: error: \"joined\" in [[school]] must be a date such as 2018-11-01, "
        "without quotes, not a string"}},
      {"ComparatorWithoutCode",
       after_head(R"([[comparator]]
name = "England"
)"),
       {"kpid.toml:9:1: error: [[comparator]] has no \"code\""}},
      {"SourceWithoutPlugin",
       after_head(R"([[source]]
name = "roll"
schedule = "on change"
)"),
       {"kpid.toml:9:1: error: [[source]] has no \"plugin\""}},
      {"SameSource",
       after_head(source + source),
       {"kpid.toml:14:8: error: a source \"roll\" already stands at line 10"}},
      {"SourceNameWithSlash",
       after_head(R"([[source]]
name = "in/roll"
plugin = "pupil_roll"
schedule = "daily 06:30"
)"),
       {"kpid.toml:10:8: error: \"in/roll\" is no name for a source: letters, digits, - _ and . "
        "only, at most 64"}},
      {"PluginAsPath",
       after_head(R"([[source]]
name = "roll"
plugin = "../roll.so"
schedule = "daily 06:30"
)"),
       {"kpid.toml:11:10: error: \"../roll.so\" is no plugin's id: small letters, digits and _, as "
        "in \"pupil_roll\""}},
      {"BadSchedule",
       after_head(R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "hourly"
)"),
       {"kpid.toml:12:12: error: \"hourly\" is no schedule; write \"every 15 min\", \"daily "
        "06:30\", five cron fields, \"on change\", or \"pushed\""}},
      {"TimeOfDay",
       after_head(R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "daily 6.30"
)"),
       {"kpid.toml:12:12: error: \"6.30\" is no time of day; write for example \"daily 06:30\""}},
      {"TooOften",
       after_head(R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "every 1 s"
)"),
       {"kpid.toml:12:12: error: \"every 1 s\" names no interval of at least 10 s; write for "
        "example \"every 15 min\" or \"every 2 h\""}},
      {"TimeLimit",
       after_head(source + R"(time_limit = "10 minutes"
)"),
       {"kpid.toml:13:14: error: \"10 minutes\" is no duration; write it as \"90 s\", \"15 min\", "
        "\"2 h\" or \"5 d\""}},
      {"TimeLimitTooLong",
       after_head(source + R"(time_limit = "2 d"
)"),
       {"kpid.toml:13:14: error: \"time_limit\" in [[source]] must be from 1 s to 1 d, not 2 d"}},
      {"MemoryLimit",
       after_head(source + R"(memory_limit = "1 MiB"
)"),
       {"kpid.toml:13:16: error: \"1 MiB\" is no memory limit; write it as \"512 MiB\", from 16 "
        "MiB to 64 GiB"}},
      {"HostAsUrl",
       after_head(source + R"(allowed_hosts = ["https://data.example.org/"]
)"),
       {"kpid.toml:13:18: error: \"https://data.example.org/\" is no host's name; write it as "
        "\"data.example.org\", without https:// and path"}},
      {"SecretWritten",
       after_head(source + R"([source.secrets]
token = "abc"
)"),
       {"kpid.toml:14:9: error: a secret is named, not written here: write token = { credential = "
        "\"NAME\" } or { file = \"PATH\" }"}},
      {"SecretBothWays",
       after_head(source + R"([source.secrets]
token = { credential = "url", file = "x" }
)"),
       {"kpid.toml:14:9: error: a source's secret has one of \"credential\" and \"file\""}},
      {"SecretMissing",
       after_head(source + R"([source.secrets]
token = { credential = "absent" }
)"),
       {"kpid.toml:14:24: error: the credential \"absent\" cannot be read from credentials/absent: "
        "No such file or directory"}},
      {"SecretOutside",
       after_head(source + R"([source.secrets]
token = { credential = "../kpid.toml" }
)"),
       {"kpid.toml:14:24: error: \"../kpid.toml\" is no credential's name: it is a file's name, "
        "without a path"}},
      {"SecretFileMissing",
       after_head(source + R"([source.secrets]
token = { file = "absent" }
)"),
       {"kpid.toml:14:18: error: the secret cannot be read from absent: No such file or "
        "directory"}},
      {"NetworkWithBitsBeyond",
       after_head(source + R"(allowed_networks = ["10.1.2.3/16"]
)"),
       {"kpid.toml:13:21: error: \"10.1.2.3/16\" has bits set beyond its prefix of 16; a single "
        "address is written with /32"}},
      {"SizeWithoutUnit",
       after_head(source + R"(size_limit = "100"
)"),
       {"kpid.toml:13:14: error: \"100\" is no size; write it as \"100 MiB\" or \"4 GiB\""}},
      {"BearerWritten",
       after_head(source + R"([source.http]
bearer = "eyJhbGciOi"
)"),
       {"kpid.toml:14:10: error: a secret is named, not written here: write bearer = "
        "\"{{secret:NAME}}\" and NAME under [source.secrets]"}},
      {"BearerOfNoSecret",
       after_head(source + R"([source.secrets]
token = { credential = "url" }
[source.http]
bearer = "{{secret:tokn}}"
)"),
       {"kpid.toml:16:10: error: [source.secrets] has no \"tokn\"; did you mean \"token\"?"}},
      {"HeaderOfNoSecret",
       after_head(source + R"([source.http]
headers = { X-Key = "{{secret:key}}" }
)"),
       {"kpid.toml:14:21: error: [source.secrets] has no \"key\""}},
      {"HeaderWithoutEnd",
       after_head(source + R"([source.http]
headers = { X-Key = "{{secret:key" }
)"),
       {"kpid.toml:14:21: error: a {{secret:…}} has no }} at its end"}},
      {"HeaderOfNoName",
       after_head(source + R"([source.http]
headers = { "X Key" = "1" }
)"),
       {"kpid.toml:14:23: error: \"X Key\" is no header's name"}},
      {"TwoWaysToSayWhoAsks",
       after_head(source + R"([source.secrets]
token = { credential = "url" }
[source.http]
bearer = "{{secret:token}}"
basic = { user = "kpid", password = "{{secret:token}}" }
)"),
       {"kpid.toml:15:1: error: [source.http] has one of \"bearer\", \"basic\" and \"oauth2\""}},
      {"OAuth2Incomplete",
       after_head(source + R"([source.http.oauth2]
token_url = "login.example.org"
)"),
       {"kpid.toml:13:1: error: [oauth2] has no \"client_id\"",
        "kpid.toml:13:1: error: [oauth2] has no \"client_secret\"",
        "kpid.toml:14:13: error: the token_url is not valid; write it as https://host/path, with "
        "other characters percent-encoded"}},
      {"ProxyWithPassword",
       after_head(source + R"([source.http]
proxy = "http://user:pw@proxy.example.org:3128"
)"),
       {"kpid.toml:14:9: error: the proxy must not hold a user or a password: they would be sent "
        "to every proxy and log"}},
      {"SourceCaMissing",
       after_head(source + R"([source.http]
ca_file = "ca.pem"
)"),
       {"kpid.toml:14:11: error: the CA file ca.pem cannot be read: No such file or directory"}},
      {"NoRequestAMinute",
       after_head(source + R"([source.http]
requests_per_minute = 0
)"),
       {"kpid.toml:14:23: error: \"requests_per_minute\" in [http] must be from 1 to "
        "60000, not 0"}},
      {"SftpWithoutHostKey",
       after_head(source + R"([source.secrets]
key = { credential = "url" }
[source.sftp]
user = "kpid"
key = "{{secret:key}}"
)"),
       {"kpid.toml:15:1: error: [source.sftp] needs \"host_key\", so that nobody can pretend to be "
        "the server; `ssh-keyscan HOST | ssh-keygen -lf -` prints it, and the server's owner "
        "confirms it"}},
      {"SftpHostKeyOfAnotherKind",
       after_head(source + R"([source.secrets]
key = { credential = "url" }
[source.sftp]
user = "kpid"
key = "{{secret:key}}"
host_key = "MD5:00:11"
)"),
       {"kpid.toml:18:12: error: \"MD5:00:11\" is no host key's fingerprint; it is SHA256: and 43 "
        "characters, as ssh-keygen -l prints it"}},
      {"SftpWithoutAWayIn",
       after_head(source + R"([source.sftp]
user = "kpid"
host_key = "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8"
)"),
       {"kpid.toml:13:1: error: [source.sftp] has one of \"password\" and \"key\""}},
      {"DropIntoNowhere",
       after_head(source + R"([source.drop]
move_to = "done"
)"),
       {"kpid.toml:14:11: error: the folder done is not there; make it, for the user that kpid "
        "runs "
        "as"}},
      {"DropFromAnAddress",
       after_head(source + R"([source.drop]
[source.settings]
path = "sftp://data.example.org/in/*.csv"
)"),
       {"kpid.toml:12:12: error: [source.drop] is for a folder of files, and this source's "
        "settings "
        "name a location that begins with sftp://"}},
      {"OnChangeOfAnAddress",
       after_head(R"([[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "on change"
[source.settings]
path = "https://data.example.org/roll.csv"
)"),
       {"kpid.toml:12:12: error: \"on change\" watches files, and this source's settings name a "
        "location that begins with https://; say how often to ask, as in \"every 15 min\": what "
        "has not changed is not read again"}},
      {"SettingInfinite",
       after_head(source + R"([source.settings]
limit = inf
)"),
       {"kpid.toml:14:9: error: a setting must not be infinite or nan"}},
      {"RuleOnNoKpi",
       after_head(R"([[rule]]
name = "low"
kpi = "finance.reserve_percent"
red = "< 5"
)"),
       {"kpid.toml:11:7: error: the catalogue has no KPI \"finance.reserve_percent\"; did you mean "
        "\"finance.reserves_percent\"?"}},
      {"RuleWithoutThreshold",
       after_head(rule),
       {"kpid.toml:9:1: error: the rule never fires: it has neither \"red\" nor \"amber\""}},
      {"Threshold",
       after_head(rule + R"(red = "under 5"
)"),
       {"kpid.toml:12:7: error: \"under 5\" is no threshold; write it as \"< 5\", \"<= 5\", \"> "
        "5\" or \">= 5\""}},
      {"ThresholdAsNumber",
       after_head(rule + R"(red = 5
)"),
       {"kpid.toml:12:7: error: \"red\" in [[rule]] must be a string, not an integer"}},
      {"AmberAsSevere",
       after_head(rule + R"(red = "< 5"
amber = "< 5"
)"),
       {"kpid.toml:13:9: error: \"amber\" must be milder than \"red\", so that it is reached "
        "first"}},
      {"AmberMoreSevere",
       after_head(rule + R"(red = "> 5"
amber = "> 6"
)"),
       {"kpid.toml:13:9: error: \"amber\" must be milder than \"red\", so that it is reached "
        "first"}},
      {"OppositeDirections",
       after_head(rule + R"(red = "< 5"
amber = "> 6.5"
)"),
       {"kpid.toml:13:9: error: \"amber\" and \"red\" look in opposite directions; both must be "
        "below or both above"}},
      {"NegativeMargin",
       after_head(rule + R"(red = "< 5"
clear_margin = -1
)"),
       {"kpid.toml:13:16: error: \"clear_margin\" must not be negative"}},
      {"ForNoPeriod",
       after_head(rule + R"(red = "< 5"
for = 0
)"),
       {"kpid.toml:13:7: error: \"for\" in [[rule]] must be from 1 to 1000, not 0"}},
      {"ComparedWithNoTarget",
       after_head(R"([[rule]]
name = "low"
kpi = "finance.reserves"
red = "< 0"
compare = "target"
)"),
       {"kpid.toml:13:11: error: the KPI \"finance.reserves\" has no target to compare with; give "
        "it one in the catalogue"}},
      {"ComparedWithWhat",
       after_head(rule + R"(red = "< 5"
compare = "last year"
)"),
       {"kpid.toml:13:11: error: \"last year\" is no compare; it can be \"number\", \"target\", "
        "\"period before\", \"term before\", \"year before\", \"kpi\", \"organisation\", "
        "\"forecast\" or \"stale\""}},
      {"ChangeOfANumber",
       after_head(rule + R"(red = "< 5"
change_in = "percent"
)"),
       {"kpid.toml:13:13: error: \"change_in\" needs \"compare\" with what gives a difference: "
        "\"target\", \"period before\", \"term before\", \"year before\", \"kpi\" or "
        "\"organisation\""}},
      {"RuleOnNoSchool",
       after_head(rule + R"(red = "< 5"
organisations = ["ALF"]
)"),
       {"kpid.toml:13:18: error: no school or comparator has the code \"ALF\"; did you mean "
        "\"ALD\"?"}},
      {"Subgroup",
       after_head(rule + R"(red = "< 5"
subgroup = "send"
)"),
       {"kpid.toml:13:12: error: \"send\" is no subgroup; write it as \"year_group=4\" or "
        "\"pupil_group=send;year_group=4\""}},
      {"SameRule",
       after_head(rule + R"(red = "< 5"
)" + rule + R"(red = "< 4"
)"),
       {"kpid.toml:14:8: error: a rule \"low\" already stands at line 10"}},
      {"NoUrl",
       after_head(destination),
       {"kpid.toml:9:1: error: a destination has one of \"url\", \"url_credential\" and "
        "\"url_file\"; this one has none"}},
      {"TwoUrls",
       after_head(destination + url + R"(url_credential = "url"
)"),
       {"kpid.toml:9:1: error: a destination has one of \"url\", \"url_credential\" and "
        "\"url_file\"; this one has 2"}},
      {"UrlNotHttp",
       after_head(destination + R"(url = "ftp://hooks.example.org/"
)"),
       {"kpid.toml:13:7: error: the destination's URL must start with https:// or http://"}},
      {"UrlWithPassword",
       after_head(destination + R"(url = "https://me:hidden@hooks.example.org/"
)"),
       {"kpid.toml:13:7: error: the destination's URL must not hold a user or a password: they "
        "would be sent to every proxy and log"}},
      {"UrlIsNone",
       after_head(destination + R"(url = "https://hooks.example.org/a b"
)"),
       {"kpid.toml:13:7: error: the destination's URL is not valid; write it as https://host/path, "
        "with other characters percent-encoded"}},
      {"UrlWithoutHost",
       after_head(destination + R"(url = "https:///x"
)"),
       {"kpid.toml:13:7: error: the destination's URL has no host"}},
      {"UrlCredentialMissing",
       after_head(destination + R"(url_credential = "finance-teams-url"
)"),
       {"kpid.toml:13:18: error: the credential \"finance-teams-url\" cannot be read from "
        "credentials/finance-teams-url: No such file or directory"}},
      {"UrlCredentialEmpty",
       after_head(destination + R"(url_credential = "empty"
)"),
       {"kpid.toml:13:18: error: the credential \"empty\" is empty (credentials/empty)"}},
      {"UrlCredentialIsNone",
       after_head(destination + R"(url_credential = "no-url"
)"),
       {"kpid.toml:13:18: error: the destination's URL is not valid; write it as "
        "https://host/path, with other characters percent-encoded"}},
      {"NoFormat",
       after_head(R"([[destination]]
name = "board"
signing_secret_credential = "signing"
)" + url),
       {"kpid.toml:9:1: error: [[destination]] has no \"format\""}},
      {"UnknownFormat",
       after_head(R"([[destination]]
name = "board"
format = "team"
signing_secret_credential = "signing"
)" + url),
       {"kpid.toml:11:10: error: \"team\" is no format; did you mean \"teams\"?"}},
      {"NotSigned",
       after_head(R"([[destination]]
name = "board"
format = "standard"
)" + url),
       {"kpid.toml:9:1: error: a standard destination signs what it sends; name its secret with "
        "\"signing_secret_credential\" or \"signing_secret_file\""}},
      {"NoSecretInTheList",
       after_head("[[destination]]\nname = \"board\"\nformat = \"standard\"\n" + url +
                  "signing_secret_file = []\n"),
       {"kpid.toml:9:1: error: a standard destination signs what it sends; name its secret with "
        "\"signing_secret_credential\" or \"signing_secret_file\""}},
      {"SecretsFromBothPlaces",
       after_head(destination + url + "signing_secret_file = \"credentials/signing\"\n"),
       {"kpid.toml:9:1: error: a destination has \"signing_secret_credential\" or "
        "\"signing_secret_file\", not both"}},
      {"SecretInTheConfig",
       after_head(R"([[destination]]
name = "board"
format = "standard"
signing_secret = "whsec_c2hvcnQ="
)" + url),
       {"kpid.toml:12:18: error: a secret does not stand in the config; put it into a file and "
        "name it with \"signing_secret_credential\" or \"signing_secret_file\""}},
      {"SecretShort",
       after_head(R"([[destination]]
name = "board"
format = "standard"
signing_secret_credential = ["signing", "short"]
)" + url),
       {"kpid.toml:12:41: error: the signing secret must be whsec_ and base64 of 24 to 64 random "
        "bytes, or whsk_ and base64 of the 64 bytes of an ed25519 key; `kpictl webhook keygen "
        "FILE` makes one"}},
      {"NoOwner",
       after_head(rule + R"(red = "< 5"
)" + destination + url +
                  R"(owners = ["finence"]
)"),
       {"kpid.toml:18:11: error: no rule has the owner \"finence\"; did you mean \"finance\"?"}},
      {"NoKpi",
       after_head(destination + url + R"(kpis = ["finance.reserve"]
)"),
       {"kpid.toml:14:9: error: the catalogue has no KPI \"finance.reserve\"; did you mean "
        "\"finance.reserves\"?"}},
      {"KpiWithoutRule",
       after_head(destination + url + R"(kpis = ["finance.reserves"]
)"),
       {"kpid.toml:14:9: error: no rule looks at the KPI \"finance.reserves\", so nothing of it "
        "would be sent"}},
      {"DestinationForNoSchool",
       after_head(destination + url + R"(organisations = ["900007"]
)"),
       {"kpid.toml:14:18: error: no school or comparator has the code \"900007\"; did you mean "
        "\"900001\"?"}},
      {"Severity",
       after_head(destination + url + R"(minimum_severity = "none"
)"),
       {"kpid.toml:14:20: error: \"none\" is no minimum_severity; it can be \"amber\" or \"red\""}},
      {"Event",
       after_head(destination + url + R"(events = ["kpi.alert.fireing"]
)"),
       {"kpid.toml:14:11: error: \"kpi.alert.fireing\" is no event; did you mean "
        "\"kpi.alert.firing\"?"}},
      {"ResolvedIsNoWord",
       after_head(destination + url + R"(resolved = "no"
corected = false
)"),
       {"kpid.toml:14:12: error: \"resolved\" in [[destination]] must be true or false, not a "
        "string",
        "kpid.toml:15:1: error: unknown key \"corected\"; did you mean \"corrected\"?"}},
      {"EventOfOperations",
       after_head(destination + url + R"(events = ["source.failing"]
)"),
       {"kpid.toml:14:11: error: \"source.failing\" is sent to destinations with \"operational = "
        "true\" only"}},
      {"Network",
       after_head(destination + url + R"(allowed_networks = ["10.0.0.0"]
)"),
       {"kpid.toml:14:21: error: \"10.0.0.0\" is no network; write it as 10.1.0.0/16 or fd00::/8"}},
      {"NetworkWithBits",
       after_head(destination + url + R"(allowed_networks = ["10.1.2.3/16"]
)"),
       {"kpid.toml:14:21: error: \"10.1.2.3/16\" has bits set beyond its prefix of 16; a single "
        "address is written with /32"}},
      {"NetworkLinkLocal",
       after_head(destination + url + R"(allowed_networks = ["169.254.169.254/32"]
)"),
       {"kpid.toml:14:21: error: \"169.254.169.254/32\" is link-local, which no destination may "
        "open"}},
      {"CaFileMissing",
       after_head(destination + url + R"(ca_file = "ca.pem"
)"),
       {"kpid.toml:14:11: error: the CA file ca.pem cannot be read: No such file or directory"}},
      {"Timeout",
       after_head(destination + url + R"(timeout = "0 s"
)"),
       {"kpid.toml:14:11: error: \"timeout\" in [[destination]] must be from 1 s to 2 min, not 0 "
        "s"}},
      {"Waits",
       after_head(destination + url + R"(retry_schedule = ["5 s", "soon"]
)"),
       {"kpid.toml:14:26: error: \"soon\" is no duration; write it as \"90 s\", \"15 min\", \"2 "
        "h\" or \"5 d\""}},
      {"Connections",
       after_head(destination + url + R"(connections = 100
)"),
       {"kpid.toml:14:15: error: \"connections\" in [[destination]] must be from 1 to 64, not "
        "100"}},
      {"SameDestination",
       after_head(destination + url + destination + url),
       {"kpid.toml:15:8: error: a destination \"board\" already stands at line 10"}},
      {"CatalogueMissing",
       after_head(R"([catalogue]
files = ["own.toml"]
)"),
       {"kpid.toml:10:10: error: the catalogue file own.toml is not there"}},
      {"EmptyFile",
       R"()",
       {"kpid.toml:1:1: error: there is no [trust]; write [trust] and its name",
        "kpid.toml:1:1: error: there is no school; write [[school]] with urn and name for each"}},
      {"NoSchool",
       R"([trust]
name = "Trust"

[[source]]
name = "roll"
plugin = "pupil_roll"
schedule = "on change"
)",
       {"kpid.toml:1:1: error: there is no school; write [[school]] with urn and name for each",
        "kpid.toml:4:1: error: this source has no school to match: there is no [[school]]"}},
      {"NoTrust",
       R"([[school]]
urn = 900001
name = "Alder"
)",
       {"kpid.toml:1:1: error: there is no [trust]; write [trust] and its name"}},
      {"TrustWithoutName",
       R"([trust]

[[school]]
urn = 900001
name = "Alder"
)",
       {"kpid.toml:1:1: error: [trust] has no \"name\""}},
      {"TimeZone",
       R"([trust]
name = "Trust"
timezone = "Europe/Londno"

[[school]]
urn = 900001
name = "Alder"
)",
       {"kpid.toml:3:12: error: \"Europe/Londno\" is no time zone; write for example "
        "\"Europe/London\""}},
      {"TermDates",
       R"([trust]
name = "Trust"
term_dates = "terms.ics"

[[school]]
urn = 900001
name = "Alder"
)",
       {"kpid.toml:3:14: error: \"term_dates\" is now \"files\" of [calendar]: write [calendar] "
        "and "
        "files = [\"terms.ics\"]"}},
      {"Syntax",
       R"([trust
name = "Trust"
)",
       {"kpid.toml:1:7: error: not valid TOML: error while parsing table header: expected ']', saw "
        "'\\n'"}},
      {"KeyTwice",
       R"([trust]
name = "Trust"
name = "Other"
)",
       {"kpid.toml:3:8: error: not valid TOML: error while parsing key-value pair: cannot redefine "
        "existing string 'name'"}},
  };
}

class ConfigMistake : public ConfigTest, public ::testing::WithParamInterface<Mistake> {};

TEST_P(ConfigMistake, IsToldInTheseWords) {
  EXPECT_THAT(faults_of(GetParam().config), ElementsAreArray(GetParam().faults));
}

INSTANTIATE_TEST_SUITE_P(Table, ConfigMistake, ::testing::ValuesIn(mistakes()),
                         [](const auto& info) { return std::string{info.param.name}; });

}  // namespace
}  // namespace kpid
