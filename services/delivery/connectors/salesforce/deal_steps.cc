#include "services/delivery/connectors/salesforce/deal_steps.h"

#include <algorithm>

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/reference.h"
#include "services/delivery/connectors/salesforce/composite.h"
#include "services/delivery/connectors/salesforce/find_step.h"
#include "services/delivery/connectors/salesforce/records.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

constexpr std::string_view kReference = "deal";

http::Request NewDeal(const Job& job, const Settings& settings) {
  Composite composite(settings);
  json::Writer& deal = composite.Create("Opportunity", kReference);
  WriteFields(NewDealOf(job, settings), deal);
  if (settings.person == Person::kContact) {
    json::Writer& role = composite.Create("OpportunityContactRole", "role");
    role.Member("OpportunityId", "@{deal.id}");
    role.Member("ContactId", Get(job.progress, kPersonId));
    role.Member("IsPrimary", true);
  }
  return composite.Take();
}

// " AND ..." for the deals of the job's person; nothing where deals have no persons.
std::string OfPerson(const Job& job, const Settings& settings) {
  const std::string person = Quoted(Get(job.progress, kPersonId));
  if (settings.person == Person::kContact) {
    return absl::StrCat(
        " AND Id IN (SELECT OpportunityId FROM OpportunityContactRole WHERE ContactId = ",
        person,
        ")");
  }
  if (settings.deal_lead_field.empty()) return "";
  return absl::StrCat(" AND ", settings.deal_lead_field, " = ", person);
}

std::string NameIs(const Job& job, const Settings& settings) {
  return absl::StrCat("SELECT Id",
                      settings.deals_are_marked() ? ", Description" : "",
                      " FROM Opportunity WHERE Name = ",
                      Quoted(TextOf(DealOf(job, settings), "Name")),
                      OfPerson(job, settings));
}

}  // namespace

std::unique_ptr<const Step> CreateDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create deal";
  plan.creates = true;
  plan.build = [&settings](const Job& job) { return NewDeal(job, settings); };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const CompositeResult result = ReadComposite(answer.body, kReference);
    if (result.Refused()) {
      // The key is the delivery's own: whoever has it is this deal.
      const std::vector<std::string>& fields = result.error.fields;
      if (result.error.code == "DUPLICATE_VALUE" && !result.error.record_id.empty() &&
          std::ranges::find(fields, settings.deal_key_field) != fields.end()) {
        return Set(job.progress, kDealId, result.error.record_id);
      }
      return RefuseRecord(job, result.error, result.status, [&](std::string_view field) {
        return Find(NewDealOf(job, settings), field) != nullptr;
      });
    }
    if (IsId(result.id)) Set(job.progress, kDealId, result.id);
  };
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> FindDeal(const Settings& settings) {
  FindStep::Plan plan;
  plan.name = "find deal";
  plan.found = kDealId;
  plan.soql = [&settings](const Job& job) {
    if (!settings.deal_key_field.empty()) {
      return absl::StrCat("SELECT Id FROM Opportunity WHERE ",
                          settings.deal_key_field,
                          " = ",
                          Quoted(job.delivery_id),
                          " LIMIT 1");
    }
    return absl::StrCat(NameIs(job, settings),
                        " AND CreatedDate >= ",
                        SoqlTime(EarliestRecordOf(job)),
                        " ORDER BY CreatedDate LIMIT 50");
  };
  plan.absent = [](Job& job) { Set(job.scratch, kDealLooked, "not there"); };
  if (settings.deals_are_marked()) {
    // A description is no condition of a query, but can be read.
    plan.is_ours = [](const Job& job, const json::Value& record) {
      return BearsReference(job, record.Find("Description").StringOr(""));
    };
  }
  return std::make_unique<FindStep>(settings, std::move(plan));
}

std::unique_ptr<const Step> FindDealToMove(const Settings& settings) {
  FindStep::Plan plan;
  plan.name = "find deal to move";
  plan.found = kDealId;
  plan.exclusive = false;
  plan.soql = [&settings](const Job& job) {
    return absl::StrCat(NameIs(job, settings), " ORDER BY CreatedDate DESC LIMIT 1");
  };
  // It may still be on its way.
  plan.absent = [](Job& job) {
    job.outcome = Outcome::Retry("the person has no opportunity of that name yet", 200);
  };
  return std::make_unique<FindStep>(settings, std::move(plan));
}

std::unique_ptr<const Step> MoveDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "move deal";
  plan.any_body = true;  // 204
  plan.build = [&settings](const Job& job) {
    json::Writer writer;
    writer.StartObject();
    WriteFields(DealOf(job, settings), writer);
    writer.EndObject();
    return JsonRequest(
        "PATCH",
        settings.Url(absl::StrCat("/sobjects/Opportunity/", Get(job.progress, kDealId))),
        writer.Take());
  };
  plan.absorb = [](Job& job, const Answer& /*answer*/, absl::Time /*now*/) {
    Set(job.progress, kDealMoved, "yes");
  };
  plan.refuse = [&settings](Job& job, const Verdict& verdict, const Answer& answer) {
    const ApiError error = ReadError(answer.body);
    job.outcome = verdict.outcome;
    if (error.code.empty()) return;
    RefuseRecord(job, error, answer.response.status, [&](std::string_view field) {
      return Find(DealOf(job, settings), field) != nullptr;
    });
  };
  return std::make_unique<JobStep>(std::move(plan));
}

}  // namespace leadrelay::delivery::salesforce
