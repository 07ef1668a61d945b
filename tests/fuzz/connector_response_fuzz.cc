// Answers of a CRM, of any bytes, to the connectors: no crash, no exception, an end within the
// delivery loop's patience, and an outcome for every job.
//
// DEPS: leadrelay_delivery_connectors

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include <fuzzer/FuzzedDataProvider.h>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {
namespace {

constexpr std::string_view kLead = R"({"email":"ann@example.com","first_name":"Ann",
    "phone":"+15550100001","deal":{"title":"Ann"},"note":"Ann","form_data":{"plan":"Ann"}})";
constexpr std::string_view kKeyless = R"({"first_name":"Ann","phone":"+15550100001",
    "deal":{"title":"Ann"},"note":"Ann"})";

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// Every connector as each of its fixtures configures it, so that a new one is fuzzed without a line
// here.
std::unique_ptr<const Connector> Configure(const ConnectorType& type, const json::Value& fixture) {
  const json::Value variables = fixture.Find("environment");
  config::Environment environment;
  environment.variable = [&variables](const std::string& name) -> std::optional<std::string> {
    return variables.Find(name).AsText();
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section root = config::Section::Parse(
      absl::StrCat("settings: ", fixture.Find("settings").ToJson()), environment, faults);
  std::unique_ptr<const Connector> connector =
      type.configure({"test",
                      root.Child("settings"),
                      config::Section(),
                      fixture.Find("mark_synced").BoolOr(false)});
  if (!faults.empty()) return nullptr;  // Its settings need its mapping.
  return connector;
}

const std::vector<std::unique_ptr<const Connector>>& Connectors() {
  static const auto& all = *[] {
    auto* connectors = new std::vector<std::unique_ptr<const Connector>>();
    std::set<std::string> seen;
    for (const ConnectorType& type : AllConnectors()) {
      const std::string folder =
          absl::StrCat(LEADRELAY_SOURCE_DIR, "/tests/fixtures/connectors/", std::string(type.name));
      for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const absl::StatusOr<json::Document> fixture =
            json::Document::Parse(std::string(std::istreambuf_iterator<char>(file), {}));
        Check(fixture.ok(), "a fixture is no JSON");
        const std::string settings =
            absl::StrCat(fixture->root().Find("settings").Canonical(),
                         fixture->root().Find("mark_synced").BoolOr(false) ? " mark_synced" : "");
        if (!seen.insert(absl::StrCat(std::string(type.name), settings)).second) continue;
        auto connector = Configure(type, fixture->root());
        if (connector != nullptr) connectors->push_back(std::move(connector));
      }
    }
    return connectors;
  }();
  return all;
}

http::Response Answer(FuzzedDataProvider& data) {
  constexpr int kStatuses[] = {200, 201, 207, 400, 401, 403, 404, 409, 423, 429, 477, 503};
  http::Response response;
  response.status =
      data.ConsumeBool() ? data.PickValueInArray(kStatuses) : data.ConsumeIntegralInRange(0, 999);
  for (const char* name : {"retry-after",
                           "x-hubspot-ratelimit-remaining",
                           "x-hubspot-ratelimit-interval-milliseconds"}) {
    if (data.ConsumeBool()) response.headers.Add(name, data.ConsumeRandomLengthString(40));
  }
  response.body = data.ConsumeRandomLengthString(4096);
  return response;
}

void Talk(const Connector& connector, FuzzedDataProvider& data) {
  static const json::Document lead = *json::Document::Parse(kLead);
  static const json::Document keyless = *json::Document::Parse(kKeyless);
  Batch batch;
  batch.now = absl::FromUnixSeconds(1'788'256'800);
  batch.jobs.resize(data.ConsumeIntegralInRange<size_t>(1, 5));
  for (size_t i = 0; i < batch.jobs.size(); ++i) {
    Job& job = batch.jobs[i];
    job.lead_id = absl::StrCat("l", i);
    job.delivery_id = job.lead_id + ":test";
    job.lead = data.ConsumeBool() ? lead.root() : keyless.root();
    job.accepted_at = batch.now;
    job.unknown = data.ConsumeBool();
  }
  size_t calls = 0;
  std::optional<Call> call = connector.Next(batch, nullptr);
  while (call.has_value()) {
    Check(++calls <= 16 + 8 * batch.jobs.size(), "does not come to an end");
    Check(!call->jobs.empty(), "a call for nobody");
    const Reply reply{*call, Answer(data)};
    connector.ReadQuota(reply.response);
    call = connector.Next(batch, &reply);
  }
  for (const Job& job : batch.jobs) {
    Check(job.outcome.has_value(), "a job without an outcome");
  }
  for (const Probe& probe : connector.Probes(batch.now)) {
    connector.JudgeProbe(probe, Answer(data));
  }
  if (connector.TokenRequest("x", batch.now).has_value()) (void)connector.ParseToken(Answer(data));
}

}  // namespace
}  // namespace leadrelay::delivery

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  FuzzedDataProvider data(bytes, size);
  const auto& connectors = leadrelay::delivery::Connectors();
  const size_t which = data.ConsumeIntegralInRange<size_t>(0, connectors.size() - 1);
  leadrelay::delivery::Talk(*connectors[which], data);
  return 0;
}
