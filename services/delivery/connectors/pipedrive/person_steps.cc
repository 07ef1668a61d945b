#include "services/delivery/connectors/pipedrive/person_steps.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/pipedrive/job_records.h"
#include "services/delivery/connectors/pipedrive/step_parts.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr std::string_view kPersons = "/api/v2/persons";

// Where a record comes from.  A search shows of addresses and numbers the values alone, and perhaps
// of some time ago: to write the lists, they have to be read whole.
enum class From { kSearch, kList };

std::string PersonUrl(const Settings& settings, const Job& job) {
  return settings.Url(absl::StrCat(std::string(kPersons), "/", Get(job.progress, kPersonId)));
}

void TakeOrganization(Job& job, const json::Value& record) {
  std::string id = IdIn(record.Find("organization").Find("id"));  // Of a search.
  if (id.empty()) id = IdIn(record.Find("org_id"));
  if (id.empty()) return;
  Set(job.progress, kOrganizationId, std::move(id));
  Set(job.scratch, kHasOrganization, "yes");
}

void TakePoints(Job& job, const json::Value& record, From from, const Settings& settings) {
  const Person person = PersonOf(job, settings);
  const auto emails = WithPoint(record.Find("emails"), person.email, SameEmail);
  const auto phones = WithPoint(record.Find("phones"), person.phone, SamePhone);
  if (from == From::kSearch && (emails.has_value() || phones.has_value())) return;
  if (emails.has_value()) Set(job.scratch, kEmails, *emails);
  if (phones.has_value()) Set(job.scratch, kPhones, *phones);
  Set(job.scratch, kPersonRead, "yes");
}

void TakePerson(Job& job, const json::Value& record, From from, const Settings& settings) {
  Set(job.progress, kPersonId, IdIn(record.Find("id")));
  TakeOrganization(job, record);
  TakePoints(job, record, from, settings);
  if (!UpdatesPerson(job)) Set(job.progress, kPersonEffect, "found");
}

// `looked`: what to note when nobody is found.
auto TakeSame(const Settings& settings, std::string_view looked, From from) {
  return [&settings, looked, from](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value data = answer.body.Find("data");
    const json::Value records = from == From::kSearch ? data.Find("items") : data;
    if (!records.IsArray()) return;
    const json::Value same =
        FindSame(PersonOf(job, settings), RecordsIn(records), settings.match_phone);
    if (same.exists()) {
      TakePerson(job, same, from, settings);
    } else {
      Set(job.scratch, looked, "yes");
    }
  };
}

}  // namespace

void RefuseOrForgetPerson(Job& job, const Verdict& verdict, const Answer& answer) {
  job.outcome = verdict.outcome;
  if (answer.response.status != 404) return;
  job.progress.erase(std::string(kPersonId));
  job.progress.erase(std::string(kPersonEffect));
  PutInDoubt(job);
  job.outcome = Outcome::Retry("the person is gone from Pipedrive: looked for anew", 404);
}

std::unique_ptr<const Step> FindPersonByEmail(const Settings& settings) {
  JobStep::Plan plan = SearchFor("find person by e-mail");
  plan.build = [&settings](const Job& job) {
    return GetRequest(SearchUrl(settings, kPersons, "email", PersonOf(job, settings).email));
  };
  plan.absorb = TakeSame(settings, kEmailLooked, From::kSearch);
  return Make(std::move(plan));
}

std::unique_ptr<const Step> FindPersonByPhone(const Settings& settings) {
  JobStep::Plan plan = SearchFor("find person by phone");
  plan.build = [&settings](const Job& job) {
    return GetRequest(SearchUrl(settings, kPersons, "phone", PersonOf(job, settings).phone));
  };
  plan.absorb = TakeSame(settings, kPhoneLooked, From::kSearch);
  return Make(std::move(plan));
}

std::unique_ptr<const Step> FindRecentPerson(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "find recent person";
  plan.cost = kListCost;
  plan.build = [&settings](const Job& job) {
    return GetRequest(RecentUrl(settings, kPersons, job));
  };
  plan.absorb = TakeSame(settings, kRecentLooked, From::kList);
  return Make(std::move(plan));
}

std::unique_ptr<const Step> ReadPerson(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = kReadPerson;
  plan.cost = kReadCost;
  plan.build = [&settings](const Job& job) { return GetRequest(PersonUrl(settings, job)); };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value record = answer.body.Find("data");
    if (record.Find("is_deleted").BoolOr(false)) {
      // Deleted persons can be read for 30 days.
      const http::Response gone{404, {}, ""};
      return RefuseOrForgetPerson(job, {}, {gone, {}});
    }
    if (IdIn(record.Find("id")) == Get(job.progress, kPersonId)) {
      TakePerson(job, record, From::kList, settings);
    }
  };
  plan.refuse = RefuseOrForgetPerson;
  return Make(std::move(plan));
}

std::unique_ptr<const Step> CreatePerson(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create person";
  plan.cost = kWriteCost;
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url(kPersons), NewPersonBody(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    std::string id = IdIn(answer.body.Pointer("/data/id"));
    if (id.empty()) return;
    Set(job.progress, kPersonId, std::move(id));
    Set(job.progress, kPersonEffect, "created");
    // Nothing can belong to a person that was not there.
    job.unknown = false;
  };
  return Make(std::move(plan));
}

std::unique_ptr<const Step> UpdatePerson(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = kUpdatePerson;
  plan.cost = kWriteCost;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("PATCH", PersonUrl(settings, job), PersonPatch(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    if (IdIn(answer.body.Pointer("/data/id")) != Get(job.progress, kPersonId)) return;
    Set(job.progress, kPersonEffect, "updated");
  };
  plan.refuse = RefuseOrForgetPerson;
  return Make(std::move(plan));
}

}  // namespace leadrelay::delivery::pipedrive
