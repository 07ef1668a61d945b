#include "services/delivery/connectors/hubspot/lookup_steps.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {
namespace {

// The newest records of a contact, by id: what we made is among them.
constexpr size_t kMostCandidates = 10;
// Of a search: six filters in a group, one of which is the time.
constexpr size_t kMostFilters = 5;
// A search body has at most 3,000 characters, so a long value is no filter.
constexpr size_t kLongestFilterValue = 200;
// HubSpot gives no number; 30 s were seen.
constexpr absl::Duration kSearchLag = absl::Minutes(1);

std::string InputsOf(const std::set<std::string>& ids, const std::vector<std::string>& properties) {
  json::Writer writer;
  writer.StartObject();
  if (!properties.empty()) {
    writer.Key("properties").StartArray();
    for (const std::string& property : properties) writer.String(property);
    writer.EndArray();
    writer.Key("propertiesWithHistory").StartArray().EndArray();
  }
  writer.Key("inputs").StartArray();
  for (const std::string& id : ids) writer.StartObject().Member("id", id).EndObject();
  writer.EndArray().EndObject();
  return writer.Take();
}

bool IsId(const std::string& text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Longer is larger, as ids have no leading zeros.
bool IsNewer(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

std::vector<std::string> Candidates(const Job& job, const LookUp& what) {
  const std::string list = Get(job.scratch, what.candidates());
  if (list.empty()) return {};
  return absl::StrSplit(list, ',');
}

// The result for the record `id`, or a missing value.
json::Value ResultWith(const json::Value& body,
                       const std::string& id,
                       const std::function<json::Value(const json::Value&)>& id_of) {
  for (const json::Value& result : body.Find("results").Elements()) {
    if (id_of(result).AsText().value_or("") == id) return result;
  }
  return {};
}

// Whether every error of a 207 says that there is nothing.
bool OnlyMissing(const json::Value& body) {
  const std::vector<json::Value> errors = body.Find("errors").Elements();
  return std::ranges::all_of(errors, [](const json::Value& error) {
    return ReadError(error).category == "OBJECT_NOT_FOUND";
  });
}

}  // namespace

ListStep::ListStep(const Settings& settings, const LookUp& what)
    : name_(absl::StrCat("list ", what.object)),
      url_(absl::StrCat(settings.base_url,
                        "/crm/associations/",
                        settings.version,
                        "/contacts/",
                        what.object,
                        "/batch/read")),
      what_(what) {}

http::Request ListStep::Build(const std::vector<const Job*>& jobs) const {
  std::set<std::string> contacts;
  for (const Job* job : jobs) contacts.insert(Get(job->progress, kContactId));
  return JsonRequest("POST", url_, InputsOf(contacts, {}));
}

void ListStep::Absorb(const Batch& /*batch*/,
                      const std::vector<Job*>& jobs,
                      const Answer& answer) const {
  const bool complete = OnlyMissing(answer.body);
  for (Job* job : jobs) {
    const json::Value result =
        ResultWith(answer.body, Get(job->progress, kContactId), [](const json::Value& r) {
          return r.Find("from").Find("id");
        });
    if (!result.exists() && !complete) continue;
    std::vector<std::string> ids;
    for (const json::Value& to : result.Find("to").Elements()) {
      std::string id = to.Find("toObjectId").AsText().value_or("");
      if (IsId(id)) ids.push_back(std::move(id));
    }
    std::ranges::sort(ids, IsNewer);
    if (ids.size() > kMostCandidates) ids.resize(kMostCandidates);
    if (ids.empty()) {
      what_.NotThere(*job);
    } else {
      Set(job->scratch, what_.candidates(), absl::StrJoin(ids, ","));
    }
  }
}

void LookUp::NotThere(Job& job) const {
  if (not_there && not_there(job)) return;
  if (!Has(job.scratch, written())) return Set(job.scratch, looked(), "not there");
  // To make it again now would make it twice.
  job.outcome = Outcome::Unknown(
      absl::StrCat("HubSpot took the record for ", object, ", and does not show it yet"));
}

ReadStep::ReadStep(const Settings& settings, const LookUp& what)
    : name_(absl::StrCat("read ", what.object)),
      url_(absl::StrCat(
          settings.base_url, "/crm/objects/", settings.version, "/", what.object, "/batch/read")),
      what_(what) {}

size_t ReadStep::Inputs(const Job& job) const {
  return Candidates(job, what_).size();
}

http::Request ReadStep::Build(const std::vector<const Job*>& jobs) const {
  std::set<std::string> ids;
  for (const Job* job : jobs) {
    for (std::string& id : Candidates(*job, what_)) ids.insert(std::move(id));
  }
  return JsonRequest("POST", url_, InputsOf(ids, what_.properties));
}

void ReadStep::Absorb(const Batch& batch,
                      const std::vector<Job*>& jobs,
                      const Answer& answer) const {
  if (!OnlyMissing(answer.body)) return;
  // One record is nobody's twice: two leads of one person may look alike.
  std::set<std::string> taken;
  for (const Job& job : batch.jobs) taken.insert(Get(job.progress, what_.found));
  for (Job* job : jobs) {
    for (const std::string& id : Candidates(*job, what_)) {
      const json::Value record =
          ResultWith(answer.body, id, [](const json::Value& r) { return r.Find("id"); });
      if (taken.contains(id) || !record.exists() || !what_.is_ours(*job, record)) continue;
      Set(job->progress, what_.found, id);
      taken.insert(id);
      break;
    }
    if (!Has(job->progress, what_.found)) what_.NotThere(*job);
  }
}

FindContactStep::FindContactStep(const Settings& settings) : settings_(settings) {}

http::Request FindContactStep::Build(const std::vector<const Job*>& jobs) const {
  const Job& job = *jobs.front();
  Properties filters;
  const Properties properties = ContactOf(job, settings_).properties;
  for (const char* telling : {"phone", "lastname", "firstname"}) {
    if (const std::string* value = Find(properties, telling)) Put(filters, telling, *value);
  }
  for (const auto& [name, value] : properties) {
    if (value.size() <= kLongestFilterValue) Put(filters, name, value);
  }
  if (filters.size() > kMostFilters) filters.resize(kMostFilters);

  json::Writer writer;
  writer.StartObject();
  writer.Key("filterGroups").StartArray().StartObject().Key("filters").StartArray();
  for (const auto& [name, value] : filters) {
    writer.StartObject();
    writer.Member("propertyName", name).Member("operator", "EQ").Member("value", value);
    writer.EndObject();
  }
  writer.StartObject().Member("propertyName", "createdate").Member("operator", "GTE");
  writer.Member("value", absl::StrCat(absl::ToUnixMillis(EarliestRecordOf(job))));
  writer.EndObject().EndArray().EndObject().EndArray();
  writer.Key("properties").StartArray().String("createdate").EndArray();
  writer.Key("sorts").StartArray().String("createdate").EndArray();
  writer.Member("limit", 1).Member("after", "0").EndObject();
  return JsonRequest(
      "POST",
      absl::StrCat(settings_.base_url, "/crm/objects/", settings_.version, "/contacts/search"),
      writer.Take());
}

void FindContactStep::Absorb(const Batch& /*batch*/,
                             const std::vector<Job*>& jobs,
                             const Answer& answer) const {
  const json::Value results = answer.body.Find("results");
  if (!results.IsArray()) return;
  Job& job = *jobs.front();
  const std::string id = results.At(0).Find("id").AsText().value_or("");
  if (IsId(id)) {
    Set(job.progress, kContactId, id);
    Set(job.progress, kContactEffect, "created");
    return;
  }
  // Nothing can belong to a contact that is not there, so the doubt is over altogether.
  (void)NothingThere(job, kSearchLag, "HubSpot", answer.response.status);
}

}  // namespace leadrelay::delivery::hubspot
