#include "services/delivery/connectors/pipedrive/deal_steps.h"

#include <algorithm>
#include <tuple>

#include "services/delivery/connectors/pipedrive/deal_records.h"
#include "services/delivery/connectors/pipedrive/person_steps.h"
#include "services/delivery/connectors/pipedrive/step_parts.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr std::string_view kDealsPath = "/api/v2/deals";
constexpr std::string_view kLeadsPath = "/api/v1/leads";
constexpr size_t kUuidLength = 36;

std::string UuidIn(const json::Value& id) {
  std::string text = id.StringOr("");
  const bool valid = text.size() == kUuidLength && std::ranges::all_of(text, [](char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
                     });
  return valid ? text : "";
}

// A deal that the job made: by its key, or by its title and by being no older than the lead.
bool IsOurDeal(const Job& job, const json::Value& deal, const Settings& settings) {
  if (IdIn(deal.Find("id")).empty()) return false;
  if (!settings.deal_key_field.empty()) {
    return deal.Find("custom_fields").Find(settings.deal_key_field).AsString() == job.delivery_id;
  }
  return deal.Find("title").AsString() == DealTitle(job, settings) && IsOfThisLead(job, deal);
}

bool IsOurInboxLead(const Job& job, const json::Value& lead, const Settings& settings) {
  if (UuidIn(lead.Find("id")).empty()) return false;
  const json::Value origin = lead.Find("origin_id");
  if (origin.IsString()) return origin.AsString() == job.delivery_id;
  return lead.Find("title").AsString() == DealTitle(job, settings) && IsOfThisLead(job, lead);
}

// The newest open deal of the title; the newest of all when none is open.
json::Value DealToMove(const Job& job, const json::Value& deals, const Settings& settings) {
  json::Value best;
  const auto rank = [](const json::Value& deal) {
    return std::tuple(
        deal.exists(), deal.Find("status").AsString() == "open", deal.Find("id").Int64Or(0));
  };
  for (const json::Value& deal : deals.Elements()) {
    if (IdIn(deal.Find("id")).empty()) continue;
    if (deal.Find("title").AsString() != DealTitle(job, settings)) continue;
    if (rank(deal) > rank(best)) best = deal;
  }
  return best;
}

void TakeDealToMove(Job& job, const json::Value& deals, const Settings& settings) {
  const json::Value deal = DealToMove(job, deals, settings);
  if (!deal.exists()) {
    // It may still be on its way: leads and operations overtake one another.
    job.outcome = Outcome::Retry("the person has no deal of that title yet", 200);
    return;
  }
  Set(job.scratch, kDealToMove, IdIn(deal.Find("id")));
  const std::string pipeline = IdIn(deal.Find("pipeline_id"));
  if (!pipeline.empty()) Set(job.scratch, kDealPipeline, pipeline);
  if (!StageOf(job, settings).unknown && DealPatch(job, settings).empty()) {
    Set(job.progress, kMovedDealId, Get(job.scratch, kDealToMove));
  }
}

// What was made just now was not there before, and neither was what comes after it.
void DealCreated(Job& job, std::string_view fact, std::string id) {
  if (id.empty()) return;
  Set(job.progress, fact, std::move(id));
  job.unknown = false;
}

}  // namespace

json::Value FindStage(const json::Value& stages, std::string_view name, std::string_view pipeline) {
  json::Value first;
  const auto place = [](const json::Value& stage) {
    return std::pair(stage.Find("pipeline_id").Int64Or(0), stage.Find("order_nr").Int64Or(0));
  };
  for (const json::Value& stage : stages.Elements()) {
    if (IdIn(stage.Find("id")).empty() || stage.Find("is_deleted").BoolOr(false)) continue;
    if (!pipeline.empty() && IdIn(stage.Find("pipeline_id")) != pipeline) continue;
    if (!name.empty() && WithoutCase(stage.Find("name").StringOr("")) != WithoutCase(name))
      continue;
    if (!first.exists() || place(stage) < place(first)) first = stage;
  }
  return first;
}

std::unique_ptr<const Step> ReadStages(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "read stages";
  plan.cost = kStagesCost;
  plan.build = [&settings](const Job& job) {
    const std::string pipeline = PipelineOf(job, settings);
    return GetRequest(settings.Url(absl::StrCat(
        "/api/v2/stages?limit=500", pipeline.empty() ? "" : "&pipeline_id=", pipeline)));
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value stages = answer.body.Find("data");
    if (!stages.IsArray()) return;
    const json::Value stage =
        FindStage(stages, StageOf(job, settings).name, PipelineOf(job, settings));
    if (stage.exists()) return Set(job.scratch, kStageId, IdIn(stage.Find("id")));
    job.outcome = Outcome::Rejected("the deal's stage is none of the pipeline's",
                                    "name it in deal_stages, with the id or the name of one of "
                                    "Pipedrive's (`leadctl crm` lists "
                                    "them), then replay",
                                    answer.response.status);
  };
  return Make(std::move(plan));
}

std::unique_ptr<const Step> ListDeals(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "list deals";
  plan.cost = kListCost;
  plan.build = [&settings](const Job& job) {
    return GetRequest(
        settings.Url(absl::StrCat(std::string(kDealsPath),
                                  "?person_id=",
                                  Get(job.progress, kPersonId),
                                  "&sort_by=add_time&sort_direction=desc&limit=500")));
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    // No deals at all may well be null.
    const json::Value deals = answer.body.Find("data");
    if (!deals.IsArray() && !deals.IsNull()) return;
    if (WantsMove(job, settings)) return TakeDealToMove(job, deals, settings);
    Set(job.scratch, kDealsLooked, "yes");
    for (const json::Value& deal : deals.Elements()) {
      if (!IsOurDeal(job, deal, settings)) continue;
      return Set(job.progress, kDealId, IdIn(deal.Find("id")));
    }
  };
  return Make(std::move(plan));
}

std::unique_ptr<const Step> CreateDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create deal";
  plan.cost = kWriteCost;
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url(kDealsPath), NewDealBody(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    DealCreated(job, kDealId, IdIn(answer.body.Pointer("/data/id")));
  };
  plan.refuse = RefuseOrForgetPerson;
  return Make(std::move(plan));
}

std::unique_ptr<const Step> MoveDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = kMoveDeal;
  plan.cost = kWriteCost;
  plan.build = [&settings](const Job& job) {
    const std::string path =
        absl::StrCat(std::string(kDealsPath), "/", Get(job.scratch, kDealToMove));
    return JsonRequest("PATCH", settings.Url(path), DealPatch(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    const std::string id = IdIn(answer.body.Pointer("/data/id"));
    if (id == Get(job.scratch, kDealToMove)) Set(job.progress, kMovedDealId, id);
  };
  plan.refuse = [](Job& job, const Verdict& verdict, const Answer& answer) {
    job.outcome = verdict.outcome;
    if (answer.response.status != 404) return;
    job.outcome = Outcome::Retry("the deal is gone from Pipedrive: looked for anew", 404);
  };
  return Make(std::move(plan));
}

std::unique_ptr<const Step> ListInboxLeads(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "list inbox leads";
  plan.cost = kOldListCost;
  plan.build = [&settings](const Job& job) {
    return GetRequest(settings.Url(absl::StrCat(std::string(kLeadsPath),
                                                "?person_id=",
                                                Get(job.progress, kPersonId),
                                                "&sort=add_time%20DESC&limit=500")));
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value leads = answer.body.Find("data");
    if (!leads.IsArray() && !leads.IsNull()) return;
    Set(job.scratch, kInboxLooked, "yes");
    for (const json::Value& lead : leads.Elements()) {
      if (!IsOurInboxLead(job, lead, settings)) continue;
      return Set(job.progress, kInboxLeadId, UuidIn(lead.Find("id")));
    }
  };
  return Make(std::move(plan));
}

std::unique_ptr<const Step> CreateInboxLead(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create inbox lead";
  plan.cost = kOldWriteCost;
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url(kLeadsPath), NewInboxLeadBody(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    DealCreated(job, kInboxLeadId, UuidIn(answer.body.Pointer("/data/id")));
  };
  plan.refuse = RefuseOrForgetPerson;
  return Make(std::move(plan));
}

}  // namespace leadrelay::delivery::pipedrive
