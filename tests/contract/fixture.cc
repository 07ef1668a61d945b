#include "tests/contract/fixture.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace leadrelay::test {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Fail(const fs::path& file, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", file.c_str(), why.c_str());
  std::abort();
}

std::string ReadFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) Fail(file, "cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A body that is JSON is compared as JSON, any other byte for byte.
std::string CanonicalBody(std::string_view content_type, const std::string& body) {
  if (content_type != "application/json") return json::Writer().String(body).Take();
  const absl::StatusOr<json::Document> document = json::Document::Parse(body);
  return document.ok() ? document->root().Canonical() : "not JSON: " + body;
}

std::string CanonicalParts(const std::string& method,
                           const std::string& url,
                           const std::map<std::string, std::string>& headers,
                           const std::string& body) {
  std::string text = absl::StrCat(method, " ", url, "\n");
  for (const auto& [name, value] : headers) absl::StrAppend(&text, name, ": ", value, "\n");
  return absl::StrCat(text, "\n", body);
}

}  // namespace

std::vector<Fixture> LoadFixtures(const fs::path& folder, std::string_view connector) {
  std::vector<Fixture> fixtures;
  const fs::path own = folder / connector;
  if (!fs::is_directory(own)) return fixtures;
  for (const fs::directory_entry& entry : fs::directory_iterator(own)) {
    if (entry.path().extension() != ".json") continue;
    absl::StatusOr<json::Document> document = json::Document::Parse(ReadFile(entry.path()));
    if (!document.ok()) Fail(entry.path(), document.status().ToString());
    fixtures.push_back({entry.path(), *std::move(document)});
  }
  std::ranges::sort(fixtures, {}, &Fixture::file);
  return fixtures;
}

absl::Time TimeOf(const json::Value& text) {
  absl::Time time = absl::InfinitePast();
  std::string error;
  absl::ParseTime(absl::RFC3339_full, text.StringOr(""), &time, &error);
  return time;
}

delivery::Batch BatchOf(const Fixture& fixture) {
  delivery::Batch batch;
  batch.now = TimeOf(fixture["now"]);
  for (const json::Value& each : fixture["jobs"].Elements()) {
    delivery::Job job;
    job.lead_id = each.Find("lead_id").StringOr("");
    job.delivery_id = job.lead_id + ":test";
    job.publisher = each.Find("publisher").StringOr("");
    job.accepted_at =
        each.Find("accepted_at").exists() ? TimeOf(each.Find("accepted_at")) : batch.now;
    job.lead = each.Find("lead");
    job.unknown = each.Find("unknown").BoolOr(false);
    absl::ParseDuration(each.Find("doubt_age").StringOr("0"), &job.doubt_age);
    for (const json::Value::Member& fact : each.Find("progress").Members()) {
      job.progress.emplace(std::string(fact.key), fact.value.StringOr(""));
    }
    batch.jobs.push_back(std::move(job));
  }
  return batch;
}

http::Response ResponseOf(const json::Value& response) {
  http::Response result;
  result.status = static_cast<int>(response.Find("status").Int64Or(0));
  for (const json::Value::Member& header : response.Find("headers").Members()) {
    result.headers.Add(std::string(header.key), header.value.StringOr(""));
  }
  const json::Value body = response.Find("body");
  if (body.exists()) result.body = body.IsString() ? body.StringOr("") : body.ToJson();
  return result;
}

Configured Configure(const Fixture& fixture) {
  const delivery::ConnectorType* type = delivery::FindConnector(fixture.connector());
  if (type == nullptr) return {nullptr, "there is no connector " + fixture.connector()};
  // JSON is YAML, so the settings go through the real reader.
  json::Writer yaml;
  yaml.StartObject();
  for (const char* part : {"settings", "mapping"}) {
    if (fixture[part].exists()) yaml.Member(part, fixture[part]);
  }
  yaml.EndObject();
  config::Environment environment;
  environment.variable = [&fixture](const std::string& name) -> std::optional<std::string> {
    const json::Value value = fixture["environment"].Find(name);
    if (!value.exists()) return std::nullopt;
    return value.StringOr("");
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section root = config::Section::Parse(yaml.Take(), environment, faults);
  Configured configured;
  configured.connector = type->configure({"test",
                                          root.Child("settings"),
                                          root.Child("mapping"),
                                          fixture["mark_synced"].BoolOr(false)});
  configured.faults = faults.ToText(fixture.file.filename().string());
  return configured;
}

std::string Canonical(const http::Request& request) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : request.headers) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    std::string& field = headers[lower];
    field += field.empty() ? value : ", " + value;
  }
  return CanonicalParts(
      request.method,
      request.url,
      headers,
      request.body.empty() ? "" : CanonicalBody(request.headers.Get("content-type"), request.body));
}

std::string CanonicalRequest(const json::Value& request) {
  std::map<std::string, std::string> headers;
  for (const json::Value::Member& header : request.Find("headers").Members()) {
    headers.emplace(header.key, header.value.StringOr(""));
  }
  const json::Value body = request.Find("body");
  return CanonicalParts(request.Find("method").StringOr("GET"),
                        request.Find("url").StringOr(""),
                        headers,
                        body.exists() ? body.Canonical() : "");
}

std::string Canonical(const delivery::Outcome& outcome) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("kind", Name(outcome.kind));
  if (!outcome.remote_id.empty()) writer.Member("remote_id", outcome.remote_id);
  if (!outcome.effect.empty()) writer.Member("effect", outcome.effect);
  if (!outcome.reason.empty()) writer.Member("reason", outcome.reason);
  if (!outcome.remedy.empty()) writer.Member("remedy", outcome.remedy);
  if (outcome.retry_after.has_value()) {
    writer.Member("retry_after", absl::FormatDuration(*outcome.retry_after));
  }
  if (outcome.status != 0) writer.Member("status", outcome.status);
  if (outcome.strains_destination) writer.Member("strains_destination", true);
  writer.EndObject();
  return json::Document::Parse(writer.Take())->root().Canonical();
}

std::string Canonical(const delivery::Progress& progress) {
  json::Writer writer;
  writer.StartObject();
  for (const auto& [name, value] : progress) writer.Member(name, value);
  writer.EndObject();
  return json::Document::Parse(writer.Take())->root().Canonical();
}

}  // namespace leadrelay::test
