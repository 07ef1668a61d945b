// Leads whose every text is an attack on whatever it is written into: the requests of every
// connector can be sent as they are, and have no header, recipient or command of the lead's own.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <gtest/gtest.h>

#include "common/http/mail.h"
#include "common/http/transfer.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {
namespace {

// Each ends what it stands in, as some format has it, and begins something of its own.
const std::vector<std::string>& Attacks() {
  static const std::vector<std::string> attacks = {
      "a\r\nX-Injected: 1\r\n\r\nbody",
      "a\nX-Injected: 1",
      "a\rX-Injected: 1",
      "a\r\n.\r\nMAIL FROM:<evil@example.com>\r\n",
      "a\r\nBcc: evil@example.com",
      std::string("a\0X-Injected: 1", 15),
      "a\",\"injected\":true,\"b\":\"",
      "=HYPERLINK(\"http://evil.example\",\"a\")",
      "a'&injected=1&b=",
      "a' OR Name LIKE '%",
      "a\\' OR injected = \\'1",
      "a}} OR(1=1, \"",
      "\xE2\x80\xA8X-Injected: 1\xC2\x85X-Injected: 2",
      "../../admin?injected=1#",
      "a\x1b[2J\x07",
  };
  return attacks;
}

json::Document LeadOf(const std::string& attack) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("email", "\"" + attack + "\"@example.com");
  for (const char* name : {"phone",
                           "name",
                           "first_name",
                           "last_name",
                           "company",
                           "form_name",
                           "note",
                           "timezone",
                           "user_agent",
                           "phone_raw"}) {
    writer.Member(name, attack);
  }
  writer.Member("consent_given", true);
  writer.Key("source").StartObject();
  for (const char* name : {"url", "referrer", "utm_source", "utm_medium", "utm_campaign"}) {
    writer.Member(name, attack);
  }
  writer.EndObject().Key("deal").StartObject();
  writer.Member("title", attack).Member("currency", attack).Member("stage", attack).EndObject();
  writer.Key("task").StartObject().Member("title", attack).Member("text", attack).EndObject();
  writer.Key("form_data").StartObject().Member("plan", attack).Member(attack, "x").EndObject();
  writer.EndObject();
  return *json::Document::Parse(writer.Take());
}

struct Configured {
  std::string name;
  std::unique_ptr<const Connector> connector;
};

std::unique_ptr<const Connector> Configure(const ConnectorType& type, const json::Value& fixture) {
  const json::Value variables = fixture.Find("environment");
  config::Environment environment;
  environment.variable = [&variables](const std::string& name) -> std::optional<std::string> {
    return variables.Find(name).AsText();
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  std::string text = absl::StrCat("settings: ", fixture.Find("settings").ToJson());
  if (fixture.Find("mapping").exists()) {
    absl::StrAppend(&text, "\nmapping: ", fixture.Find("mapping").ToJson());
  }
  config::Section root = config::Section::Parse(text, environment, faults);
  std::unique_ptr<const Connector> connector =
      type.configure({"test",
                      root.Child("settings"),
                      fixture.Find("mapping").exists() ? root.Child("mapping") : config::Section(),
                      fixture.Find("mark_synced").BoolOr(false)});
  return faults.empty() ? std::move(connector) : nullptr;
}

// Every connector, as each of its fixtures configures it.
std::vector<Configured> AllConfigured() {
  std::vector<Configured> all;
  for (const ConnectorType& type : AllConnectors()) {
    std::set<std::string> seen;
    const std::string folder =
        absl::StrCat(LEADRELAY_SOURCE_DIR, "/tests/fixtures/connectors/", std::string(type.name));
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const json::Document fixture =
          *json::Document::Parse(std::string(std::istreambuf_iterator<char>(file), {}));
      const std::string settings = absl::StrCat(fixture.root().Find("settings").Canonical(),
                                                fixture.root().Find("mapping").Canonical());
      if (!seen.insert(settings).second) continue;
      std::unique_ptr<const Connector> connector = Configure(type, fixture.root());
      if (connector == nullptr) continue;
      all.push_back({absl::StrCat(std::string(type.name), ", ", entry.path().filename().string()),
                     std::move(connector)});
    }
  }
  return all;
}

// "https://host": where a request goes.
std::string HostOf(const std::string& url) {
  const size_t host = url.find("://") + 3;
  return url.substr(0, std::min(url.find_first_of("/?#", host), url.size()));
}

// The header of a mail, unfolded: nothing but lines that are ours.
void ExpectMailIsOurs(const std::string& message) {
  const std::string header = message.substr(0, message.find("\r\n\r\n"));
  for (const absl::string_view line : absl::StrSplit(header, "\r\n")) {
    const std::string lower = absl::AsciiStrToLower(line);
    EXPECT_FALSE(absl::StartsWith(lower, "x-injected") || absl::StartsWith(lower, "bcc")) << line;
  }
}

void ExpectHarmless(const http::Request& request, const std::string& host) {
  EXPECT_EQ(http::WhyUnsendable(request), "");
  EXPECT_EQ(HostOf(request.url), host);
  EXPECT_EQ(request.url.find("injected=1"), std::string::npos) << request.url;
  for (const auto& [name, value] : request.headers) {
    EXPECT_FALSE(absl::EqualsIgnoreCase(name, "X-Injected"));
    EXPECT_EQ(value.find_first_of(std::string_view("\r\n\0", 3)), std::string::npos) << name;
  }
  if (http::IsMail(request)) return ExpectMailIsOurs(request.body);
  const std::string type(request.headers.Get("content-type"));
  if (type.starts_with("application/json")) {
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    ASSERT_TRUE(body.ok()) << body.status();
    EXPECT_FALSE(body->root().Find("injected").exists());
  }
  if (type.starts_with("application/x-www-form-urlencoded")) {
    for (const auto& [name, value] : http::ParseForm(request.body)) EXPECT_NE(name, "injected");
  }
}

TEST(InjectionTest, NoRequestOfAnyConnectorIsTheLeadsToWrite) {
  int requests = 0;
  for (const Configured& configured : AllConfigured()) {
    SCOPED_TRACE(configured.name);
    std::string host;
    for (const std::string& attack : Attacks()) {
      SCOPED_TRACE(attack);
      const json::Document lead = LeadOf(attack);
      for (const bool unknown : {false, true}) {
        Batch batch;
        batch.now = absl::FromUnixSeconds(1'788'256'800);
        Job& job = batch.jobs.emplace_back();
        job.lead_id = "ld_1";
        job.delivery_id = "ld_1:test";
        job.lead = lead.root();
        job.accepted_at = batch.now;
        job.unknown = unknown;
        std::optional<Call> call = configured.connector->Next(batch, nullptr);
        if (!call.has_value()) continue;
        ++requests;
        // Where only the token endpoint knows the account's host, a request has but a path so far.
        if (call->request.url.starts_with('/')) call->request.url.insert(0, "https://account");
        if (host.empty()) host = HostOf(call->request.url);
        ExpectHarmless(call->request, host);
      }
    }
  }
  EXPECT_GT(requests, 500);
}

}  // namespace
}  // namespace leadrelay::delivery
