#include "services/delivery/connectors/close/deal_steps.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/ascii.h"

#include "services/delivery/connectors/close/kin_records.h"
#include "services/delivery/connectors/close/records.h"
#include "services/delivery/connectors/close/stages.h"

namespace leadrelay::delivery::close {
namespace {

bool SameTitle(std::string_view a, std::string_view b) {
  return absl::StripAsciiWhitespace(std::string(a)) == absl::StripAsciiWhitespace(std::string(b));
}

// A lead may have several contacts; an opportunity may have none of them.
bool IsOfContact(const Job& job, const json::Value& deal) {
  const std::string contact = deal.Find("contact_id").StringOr("");
  return contact.empty() || contact == Get(job.progress, kContactId);
}

bool HasTitle(const Job& job, const Settings& settings, const json::Value& deal) {
  return SameTitle(deal.Find("note").StringOr(""), DealTitle(job, settings));
}

// The greatest is the one to move.
auto Rank(const json::Value& deal) {
  return std::make_tuple(!deal.Find("contact_id").StringOr("").empty(),
                         deal.Find("status_type").AsString() == "active",
                         deal.Find("date_created").StringOr(""));
}

}  // namespace

Kin DealKin(const Settings& settings) {
  Kin kin;
  kin.name = "opportunity";
  kin.path = "/opportunity/";
  kin.found = kDealId;
  kin.is_ours = [&settings](const Job& job, const json::Value& deal) {
    if (!settings.deal_key_field.empty()) {
      return deal.Find(settings.deal_key_field).AsString() == job.delivery_id;
    }
    return IsOfContact(job, deal) && HasTitle(job, settings, deal) && IsNoOlder(job, deal);
  };
  return kin;
}

std::unique_ptr<const Step> ReadStages(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "read stages";
  plan.build = [&settings](const Job& /*job*/) {
    http::Request request;
    request.url = Url(settings, "/status/opportunity/");
    return request;
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value data = answer.body.Find("data");
    if (!data.IsArray()) return;
    const std::optional<std::string> id = FindStage(
        data, WantedStage(job, settings), settings.deal_pipeline, WantsDealMove(job.lead));
    if (id.has_value()) return Set(job.progress, kStageId, *id);
    job.outcome = Outcome::Rejected(
        "Close has no opportunity status for the deal's stage",
        "name the status that it stands for in deal_stages, or make one of that name in Close "
        "under Settings, Statuses & Pipelines; then replay",
        answer.response.status);
  };
  return std::make_unique<JobStep>(std::move(plan));
}

// Always with a lead_id: without one Close would make an untitled lead.
std::unique_ptr<const Step> CreateDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create opportunity";
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", Url(settings, "/opportunity/"), NewDeal(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    SaveId(job, kDealId, answer.body);
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> FindDealToMove(const Settings& settings) {
  const Kin kin = DealKin(settings);
  JobStep::Plan plan;
  plan.name = "find opportunity to move";
  plan.build = [&settings, kin](const Job& job) {
    http::Request request;
    request.url = KinUrl(settings, kin, job);
    return request;
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value data = answer.body.Find("data");
    if (!data.IsArray()) return;
    std::vector<json::Value> deals = data.Elements();
    std::erase_if(deals, [&](const json::Value& deal) {
      return !IsOfContact(job, deal) || !HasTitle(job, settings, deal);
    });
    if (!deals.empty()) SaveId(job, kDealId, *std::ranges::max_element(deals, {}, &Rank));
    if (Has(job.progress, kDealId)) return;
    job.outcome =
        Outcome::Retry("the person has no opportunity of that title yet", answer.response.status);
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> MoveDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "move opportunity";
  plan.build = [&settings](const Job& job) {
    return JsonRequest("PUT",
                       RecordUrl(settings, "/opportunity/", Get(job.progress, kDealId)),
                       DealChanges(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& /*answer*/, absl::Time /*now*/) {
    Set(job.progress, kDealMoved, "yes");
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

}  // namespace leadrelay::delivery::close
