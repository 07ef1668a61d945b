// What the fixtures do not show of the connectors to secret URLs: mistaken settings, hostile
// answers, and `leadctl test`.

#include <gtest/gtest.h>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {
namespace {

struct Configured {
  std::unique_ptr<const Connector> connector;
  std::string faults;
};

// `more` are further lines of the destination, `settings` among them.
Configured ConfigureHook(std::string_view name,
                         const std::string& url,
                         const std::string& more = "settings: {url: '${URL}'}",
                         const std::string& key = "key") {
  config::Environment environment;
  environment.variable = [&](const std::string& variable) -> std::optional<std::string> {
    return variable == "URL" ? url : key;
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section root = config::Section::Parse(more, environment, faults);
  Configured configured;
  configured.connector =
      FindConnector(name)->configure({"test", root.Child("settings"), root.Child("mapping")});
  configured.faults = faults.ToText("f");
  return configured;
}

constexpr std::string_view kZapier = "https://hooks.zapier.com/hooks/catch/1234567/abcdef/";
constexpr std::string_view kMake = "https://hook.eu2.make.com/abcdefghijklmnopqrstuvwxyz012345";

std::string UrlOf(std::string_view name) {
  return std::string(name == "zapier" ? kZapier : kMake);
}

struct ShapeCase {
  std::string connector;
  std::string url;
  std::string fault;  // What it says of the URL; empty: nothing.
};

TEST(CatchHookSettings, TellsAHookFromAPage) {
  const std::string no_hook =
      "is no catch hook: copy the webhook's URL from the Zap's trigger; it has /hooks/catch/ in it";
  const std::string page =
      "is a page of Make and no webhook: copy the address from the webhook module; its host begins "
      "with hook.";
  const std::vector<ShapeCase> cases = {
      {"zapier", std::string(kZapier), ""},
      {"zapier", "https://hooks.zapier.com/hooks/catch/1234567/abcdef", ""},
      {"zapier", "https://hooks.zapier.com/hooks/catch/abcdef/?source=leads", ""},
      {"zapier", "https://proxy.example.com/zapier/hooks/catch/1/a/", ""},
      {"zapier", "https://zapier.com/editor/1234567/published", no_hook},
      {"zapier", "https://hooks.zapier.com/hooks/catch/", no_hook},
      {"zapier", "https://hooks.zapier.com/?a=/hooks/catch/1/a", no_hook},
      {"zapier",
       "http://hooks.zapier.com/hooks/catch/1/a/",
       "is plain http: use https, or set allow_http: true"},
      {"make", std::string(kMake), ""},
      {"make", "https://hook.us1.make.celonis.com/abc", ""},
      {"make", "https://hook.integromat.com/abc", ""},
      {"make", "https://relay.example.com/make", ""},
      {"make", "https://eu2.make.com/12345/scenarios/678/edit", page},
      {"make", "https://WWW.Make.com/en", page},
      {"make", "hook.eu2.make.com/abc", "has to begin with https://"},
  };
  for (const ShapeCase& each : cases) {
    const std::string expected =
        each.fault.empty() ? "" : "f:1: settings.url: " + each.fault + "\n";
    EXPECT_EQ(ConfigureHook(each.connector, each.url).faults, expected) << each.url;
  }
}

TEST(CatchHookSettings, Faults) {
  struct Case {
    std::string connector;
    std::string yaml;
    std::string faults;
  };
  const std::string secret =
      "f:1: settings.url: is a secret and may not stand in this file: put it into an environment "
      "variable and write ${NAME}, or into a file and write ${file:/run/secrets/name}\n";
  const std::vector<Case> cases = {
      {"zapier",
       "settings: {}",
       "f:1: settings.url: is required: write ${NAME} for an environment variable or "
       "${file:PATH}\n"},
      {"zapier", "settings: {url: 'https://hooks.zapier.com/hooks/catch/1/a/'}", secret},
      {"make", "settings: {url: 'https://hook.eu2.make.com/a'}", secret},
      {"make",
       "{settings: {url: '${URL}'}, mapping: {delivery_id: email}}",
       "f:1: mapping.delivery_id: is set by this program itself: choose another name\n"},
      {"zapier",
       "{settings: {url: '${URL}'}, mapping: {event: {value: signup}}}",
       "f:1: mapping.event: is set by this program itself: choose another name\n"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(ConfigureHook(each.connector, UrlOf(each.connector), each.yaml).faults, each.faults)
        << each.yaml;
  }
}

TEST(MakeSettings, AnApiKeyIsAHeadersValue) {
  const std::string yaml = "settings: {url: '${URL}', api_key: '${KEY}'}";
  const std::string fault =
      "f:1: settings.api_key: is no API key: those are at most 512 characters of ASCII, without "
      "control characters and without a space at either end\n";
  EXPECT_EQ(ConfigureHook("make", UrlOf("make"), yaml, std::string(512, 'k')).faults, "");
  for (const std::string& key : {std::string(513, 'k'),
                                 std::string("a\r\nX: y"),
                                 std::string("a "),
                                 std::string("\xc3\xa4")}) {
    EXPECT_EQ(ConfigureHook("make", UrlOf("make"), yaml, key).faults, fault);
  }
}

TEST(ZapierLimits, AreTheHooksKind) {
  const auto five_minutes = [](const std::string& url) {
    return ConfigureHook("zapier", url).connector->DefaultLimits().at(1).requests;
  };
  EXPECT_EQ(five_minutes("https://hooks.zapier.com/hooks/catch/1234567/abcdef/"), 10'000);
  EXPECT_EQ(five_minutes("https://hooks.zapier.com/hooks/catch/abcdef/"), 1'000);
}

// Nothing that an endpoint says may reach a log: it may quote the lead.  Nor may the URL.
TEST(CatchHook, NoOutcomeQuotesTheAnswerOrTheUrl) {
  const json::Document lead = *json::Document::Parse(R"({"email":"ann@example.com"})");
  for (const std::string_view name : {"zapier", "make"}) {
    const Configured configured = ConfigureHook(name, UrlOf(name));
    for (int status = 0; status < 700; ++status) {
      Batch batch;
      batch.jobs.resize(1);
      batch.jobs[0].lead = lead.root();
      Reply reply{*configured.connector->Next(batch, nullptr), {}};
      reply.response.status = status;
      reply.response.body = R"({"request_id":"ann@example.com","message":"ann@example.com"})";
      reply.response.headers.Add("retry-after", "ann@example.com");
      EXPECT_FALSE(configured.connector->Next(batch, &reply).has_value());
      const Outcome& outcome = *batch.jobs[0].outcome;
      const std::string said = outcome.reason + outcome.remedy + outcome.remote_id;
      EXPECT_EQ(said.find("example.com"), std::string::npos) << name << " " << status;
      EXPECT_EQ(said.find("abcdef"), std::string::npos) << name << " " << status;
      const bool needs_a_person =
          outcome.kind == Outcome::Kind::kRejected || outcome.kind == Outcome::Kind::kUnauthorized;
      EXPECT_EQ(outcome.remedy.empty(), !needs_a_person) << name << " " << status;
    }
  }
}

TEST(CatchHookProbe, StartsNothing) {
  const Probe zapier =
      ConfigureHook("zapier", UrlOf("zapier")).connector->Probes(absl::UnixEpoch()).front();
  EXPECT_EQ(zapier.request.method, "GET");
  EXPECT_EQ(zapier.request.url, "https://hooks.zapier.com/");
  const Probe make =
      ConfigureHook("make", UrlOf("make")).connector->Probes(absl::UnixEpoch()).front();
  EXPECT_EQ(make.request.method, "OPTIONS");
  EXPECT_EQ(make.request.url, kMake);
}

TEST(CatchHookProbe, Findings) {
  struct Case {
    std::string connector;
    int status;
    bool ok;
  };
  const std::vector<Case> cases = {{"zapier", 200, true},
                                   {"zapier", 302, true},
                                   {"zapier", 404, true},
                                   {"zapier", 503, false},
                                   {"make", 200, true},
                                   {"make", 405, true},
                                   {"make", 401, false},
                                   {"make", 410, false},
                                   {"make", 429, false},
                                   {"make", 503, false}};
  for (const Case& each : cases) {
    const Configured configured = ConfigureHook(each.connector, UrlOf(each.connector));
    const Probe probe = configured.connector->Probes(absl::UnixEpoch()).front();
    http::Response response;
    response.status = each.status;
    const Finding finding = configured.connector->JudgeProbe(probe, response);
    EXPECT_EQ(finding.ok, each.ok) << each.connector << " " << each.status;
    EXPECT_FALSE(finding.message.empty());
    EXPECT_EQ(finding.remedy.empty(), each.ok) << each.connector << " " << each.status;
  }
}

}  // namespace
}  // namespace leadrelay::delivery
