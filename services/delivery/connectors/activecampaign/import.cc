#include "services/delivery/connectors/activecampaign/import.h"

#include <algorithm>

#include "services/delivery/connectors/activecampaign/errors.h"
#include "services/delivery/connectors/activecampaign/import_steps.h"
#include "services/delivery/connectors/activecampaign/records.h"
#include "services/delivery/connectors/bulk.h"

namespace leadrelay::delivery::activecampaign {
namespace {

constexpr absl::Duration kImportsWait = absl::Minutes(1);  // The window of imports.

// An import has these of ours, and custom fields.
bool IsImportable(std::string_view field) {
  return field == "email" || field == "firstName" || field == "lastName" || field == "phone" ||
         IsId(field);
}

bool NeedsOnlyTheContact(const Job& job, const Settings& settings) {
  const bool deal = settings.deals && (WantsNewDeal(job.lead) || WantsDealMove(job.lead));
  const bool note = settings.notes && WantsNote(job.lead);
  const bool task = settings.tasks && WantsTask(job.lead);
  return !deal && !note && !task;
}

}  // namespace

std::string ImportKey(const Job& job, const Settings& settings) {
  for (const std::string_view past : {kContactId, kImportId, kImported}) {
    if (delivery::Has(job.progress, past)) return "";
  }
  if (!NeedsOnlyTheContact(job, settings)) return "";
  const std::vector<MappedField> fields = settings.contact.Apply(FactsOf(job));
  if (!std::ranges::all_of(fields, IsImportable, &MappedField::field)) return "";
  return EmailOf(job, settings);
}

Import::Import(const Settings& settings) : settings_(settings) {
  const auto add = [this](std::unique_ptr<const Step> step) {
    own_.push_back(std::move(step));
    steps_.push_back(own_.back().get());
    return steps_.back();
  };
  for (const std::string& tag : settings.tags) {
    read_tag_.push_back(add(std::make_unique<ReadTagStep>(settings, tag)));
  }
  import_ = add(std::make_unique<ImportStep>(settings, ImportStep::Which::kAll));
  import_rest_ = add(std::make_unique<ImportStep>(settings, ImportStep::Which::kRest));
  ask_ = add(std::make_unique<AskStep>(settings));
}

bool Import::Has(const Step& step) const {
  return std::ranges::find(steps_, &step) != steps_.end();
}

const Step* Import::Next(const Job& job) const {
  if (delivery::Has(job.progress, kImported)) return nullptr;
  if (delivery::Has(job.progress, kImportId)) return ask_;
  if (!GoesInBulk(job)) return nullptr;
  if (GetsTags(job)) {
    for (size_t i = 0; i < read_tag_.size(); ++i) {
      if (!delivery::Has(job.scratch, TagNameKey(settings_.tags[i]))) return read_tag_[i];
    }
  }
  return delivery::Has(job.scratch, kOfTheRest) ? import_rest_ : import_;
}

Verdict Import::Judge(const Answer& answer, absl::Time now) {
  const int status = answer.response.status;
  if (status == 400 && answer.body.Find("message").StringOr("").starts_with("Rate limit")) {
    return {Verdict::Reach::kCall,
            Outcome::Throttled("HTTP 400: too many imports in a minute", kImportsWait, status)};
  }
  // The key's user may not import, say.
  if (status == 403 || status == 404 || status == 405) return {};
  Verdict verdict = JudgeReply(answer, false, now);
  return verdict.reach == Verdict::Reach::kRecords ? Verdict{} : verdict;
}

}  // namespace leadrelay::delivery::activecampaign
