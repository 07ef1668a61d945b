#include "services/delivery/connectors/activecampaign/import_steps.h"

#include <algorithm>
#include <optional>
#include <set>

#include "services/delivery/connectors/activecampaign/import.h"
#include "services/delivery/connectors/activecampaign/records.h"
#include "services/delivery/connectors/bulk.h"

namespace leadrelay::delivery::activecampaign {
namespace {

// Scratch: how many went into the import, when it was made in this batch.
constexpr std::string_view kImportSize = "import_size";

constexpr std::string_view kHead = R"({"contacts":[)";
constexpr std::string_view kTail = "]}";
constexpr size_t kMostBytes = 399'999;
// Ten minutes, as After() goes.  A message may have waited for fifteen before, and the broker takes
// it back after thirty.
constexpr size_t kMostPolls = 66;

bool IsSuccess(const Answer& answer) {
  return answer.response.status >= 200 && answer.response.status < 300;
}

// Import ids are UUIDs.
std::string ImportIdIn(const json::Value& body) {
  std::string id = body.Find("batchId").AsText().value_or("");
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return id.size() <= 64 && std::ranges::all_of(id, allowed) ? id : "";
}

// `Success` when it was queued, `success` when not.
bool SaysFailed(const json::Value& body) {
  return body.Find("Success").Int64Or(1) == 0 || body.Find("success").Int64Or(1) == 0;
}

// Not everybody that was sent was taken, and nobody knows who: then it is nobody.
bool TookAll(const json::Value& body, size_t sent) {
  const json::Value queued = body.Find("queued_contacts");
  return !queued.exists() || queued.AsText() == absl::StrCat(sent);
}

void SyncInstead(const std::vector<Job*>& jobs) {
  for (Job* job : jobs) {
    job->progress.erase(std::string(kImportId));
    LeaveBulk(*job);
  }
}

// The places that a refusal names; nothing when it names none, or one that is not there.
std::optional<std::set<size_t>> PlacesAtFault(const json::Value& body, size_t sent) {
  std::set<size_t> places;
  for (const json::Value& reason : body.Find("failureReasons").Elements()) {
    const int64_t place = reason.Find("contact").Int64Or(-1);
    if (place < 0 || place >= static_cast<int64_t>(sent)) return std::nullopt;
    places.insert(static_cast<size_t>(place));
  }
  if (places.empty()) return std::nullopt;
  return places;
}

// The addresses that did not go in; nothing when that cannot be read.
std::optional<std::set<std::string>> Addresses(const json::Value& failure) {
  if (!failure.IsArray()) return std::nullopt;
  std::set<std::string> addresses;
  for (const json::Value& address : failure.Elements()) {
    if (!address.IsString()) return std::nullopt;
    addresses.insert(LowerCase(address.StringOr("")));
  }
  return addresses;
}

}  // namespace

std::string TagNameKey(std::string_view tag) {
  return absl::StrCat("tag_name_", std::string(tag));
}

ReadTagStep::ReadTagStep(const Settings& settings, const std::string& tag)
    : name_(absl::StrCat("read the name of tag ", tag)),
      url_(settings.Url(absl::StrCat("/tags/", tag))),
      key_(TagNameKey(tag)) {}

size_t ReadTagStep::MaxJobs() const {
  return kMostImported;
}

http::Request ReadTagStep::Build(const std::vector<const Job*>& /*jobs*/) const {
  http::Request request;
  request.url = url_;
  return request;
}

void ReadTagStep::Absorb(const Batch& /*batch*/,
                         const std::vector<Job*>& jobs,
                         const Answer& answer) const {
  const std::string name = answer.body.Find("tag").Find("tag").StringOr("");
  if (!IsSuccess(answer) || name.empty()) return SyncInstead(jobs);
  for (Job* job : jobs) Set(job->scratch, key_, name);
}

size_t ImportStep::MaxJobs() const {
  return kMostImported;
}

size_t ImportStep::Inputs(const Job& job) const {
  return ContactOf(job).size() + 1;  // And a comma.
}

size_t ImportStep::MaxInputs() const {
  return kMostBytes - kHead.size() - kTail.size();
}

std::string_view ImportStep::scope() const {
  return kImportScope;
}

// The names are not those of a sync.
std::string ImportStep::ContactOf(const Job& job) const {
  const std::vector<MappedField> fields = settings_.contact.Apply(FactsOf(job));
  json::Writer writer;
  writer.StartObject();
  for (const auto& [field, value] : fields) {
    const std::string text = ToText(value);
    if (field == "email") writer.Member("email", LowerCase(text));
    if (field == "firstName") writer.Member("first_name", text);
    if (field == "lastName") writer.Member("last_name", text);
    if (field == "phone") writer.Member("phone", text);
  }
  if (std::ranges::any_of(fields, IsId, &MappedField::field)) {
    writer.Key("fields").StartArray();
    for (const auto& [field, value] : fields) {
      if (!IsId(field)) continue;
      writer.StartObject().Member("id", static_cast<int64_t>(std::stoll(field)));
      writer.Member("value", FieldText(field, value, settings_)).EndObject();
    }
    writer.EndArray();
  }
  if (GetsTags(job) && !settings_.tags.empty()) {
    writer.Key("tags").StartArray();
    for (const std::string& tag : settings_.tags) writer.String(Get(job.scratch, TagNameKey(tag)));
    writer.EndArray();
  }
  if (Subscribes(job) && !settings_.lists.empty()) {
    writer.Key("subscribe").StartArray();
    for (const std::string& list : settings_.lists) {
      writer.StartObject().Member("listid", list).EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  return writer.Take();
}

http::Request ImportStep::Build(const std::vector<const Job*>& jobs) const {
  std::string body(kHead);
  for (const Job* job : jobs) {
    absl::StrAppend(&body, body.size() > kHead.size() ? "," : "", ContactOf(*job));
  }
  body += kTail;
  return JsonRequest("POST", settings_.Url("/import/bulk_import"), std::move(body));
}

void ImportStep::Absorb(const Batch& /*batch*/,
                        const std::vector<Job*>& jobs,
                        const Answer& answer) const {
  if (!IsSuccess(answer)) return Regroup(jobs, answer.body);
  const std::string id = ImportIdIn(answer.body);
  if (id.empty() || SaysFailed(answer.body) || !TookAll(answer.body, jobs.size())) {
    return SyncInstead(jobs);
  }
  for (Job* job : jobs) {
    Set(job->progress, kImportId, id);
    Set(job->scratch, kImportSize, absl::StrCat(jobs.size()));
  }
}

// Places are good enough here: whoever is taken for another is synced, and no record is mixed up.
void ImportStep::Regroup(const std::vector<Job*>& jobs, const json::Value& body) const {
  const std::optional<std::set<size_t>> at_fault = PlacesAtFault(body, jobs.size());
  if (which_ == Which::kRest || !at_fault.has_value()) return SyncInstead(jobs);
  for (size_t place = 0; place < jobs.size(); ++place) {
    if (at_fault->contains(place)) {
      LeaveBulk(*jobs[place]);
    } else {
      Set(jobs[place]->scratch, kOfTheRest, "yes");
    }
  }
}

size_t AskStep::MaxJobs() const {
  return kMostImported;
}

std::string AskStep::Group(const Job& job) const {
  return Get(job.progress, kImportId);
}

absl::Duration AskStep::After(const std::vector<const Job*>& jobs) const {
  const Job& job = *jobs.front();
  const size_t polls = PollsOf(job);
  if (polls == 0 && !Has(job.scratch, kImportSize)) return absl::ZeroDuration();  // It had time.
  if (polls < 5) return absl::Seconds(2);
  return polls < 10 ? absl::Seconds(5) : absl::Seconds(10);
}

http::Request AskStep::Build(const std::vector<const Job*>& jobs) const {
  http::Request request;
  request.url = settings_.Url(absl::StrCat("/import/info?batchId=", Group(*jobs.front())));
  return request;
}

void AskStep::Absorb(const Batch& /*batch*/,
                     const std::vector<Job*>& jobs,
                     const Answer& answer) const {
  const std::string status = answer.body.Find("status").StringOr("");
  if (!IsSuccess(answer) || status == "failed" || status == "interrupted") {
    return SyncInstead(jobs);
  }
  if (status == "completed") return Settle(jobs, answer.body.Find("failure"));
  for (Job* job : jobs) CountPoll(*job);
  if (PollsOf(*jobs.front()) < std::min(kMostPolls, 6 + 2 * jobs.size())) return;
  if (!Has(jobs.front()->scratch, kImportSize)) return SyncInstead(jobs);
  for (Job* job : jobs) {
    job->outcome = Outcome::Retry("the import is not through yet; asked after again next time",
                                  answer.response.status);
  }
}

void AskStep::Settle(const std::vector<Job*>& jobs, const json::Value& failure) const {
  const std::optional<std::set<std::string>> failed = Addresses(failure);
  if (!failed.has_value()) return SyncInstead(jobs);
  std::vector<Job*> not_in;
  for (Job* job : jobs) {
    if (failed->contains(EmailOf(*job, settings_))) not_in.push_back(job);
  }
  // With the whole import at hand, a name that nobody has is somebody's that we do not recognise.
  const bool whole = Get(jobs.front()->scratch, kImportSize) == absl::StrCat(jobs.size());
  if (whole && not_in.size() != failed->size()) return SyncInstead(jobs);
  SyncInstead(not_in);
  for (Job* job : jobs) {
    if (Has(job->progress, kImportId)) Set(job->progress, kImported, "yes");
  }
}

}  // namespace leadrelay::delivery::activecampaign
