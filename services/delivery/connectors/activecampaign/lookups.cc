#include "services/delivery/connectors/activecampaign/lookups.h"

#include <charconv>

#include "services/delivery/connectors/activecampaign/steps.h"

namespace leadrelay::delivery::activecampaign {
namespace {

constexpr size_t kPageSize = 100;  // The largest there is.
constexpr size_t kMostPages = 5;

// Longer is larger, as ids have no leading zeros.
bool IsNewer(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

}  // namespace

LookUp::LookUp(const Settings& settings, Plan plan) : plan_(std::move(plan)) {
  for (size_t page = 0; page < kMostPages; ++page) {
    JobStep::Plan step;
    step.name = page == 0 ? plan_.name : absl::StrCat(plan_.name, ", page ", page + 1);
    step.build = [this, &settings, page](const Job& job) {
      const std::string path = plan_.path(job);
      http::Request request;
      request.url = absl::StrCat(settings.Url(path),
                                 path.find('?') == std::string::npos ? "?" : "&",
                                 "limit=",
                                 kPageSize,
                                 "&offset=",
                                 page * kPageSize);
      return request;
    };
    step.absorb = [this](Job& job, const Answer& answer, absl::Time) { Absorb(job, answer); };
    step.refuse = &RefuseUnlessGone;
    steps_.push_back(std::make_unique<JobStep>(std::move(step)));
  }
}

const Step* LookUp::Next(const Job& job) const {
  // Found by an earlier attempt; in this one, the rest of the pages may have a newer one.
  if (Has(job.progress, plan_.found) && !Has(job.scratch, PagesKey())) return nullptr;
  const size_t pages = PagesOf(job);
  return pages < steps_.size() ? steps_[pages].get() : nullptr;
}

size_t LookUp::PagesOf(const Job& job) const {
  const std::string text = Get(job.scratch, PagesKey());
  size_t pages = 0;
  std::from_chars(text.data(), text.data() + text.size(), pages);
  return pages;
}

void LookUp::Absorb(Job& job, const Answer& answer) const {
  const json::Value list = answer.body.Find(plan_.list);
  if (!list.IsArray()) return;
  for (const json::Value& record : list.Elements()) {
    std::string id = IdOf(record);
    if (id.empty() || !plan_.is_it(job, record)) continue;
    if (IsNewer(id, Get(job.progress, plan_.found))) Set(job.progress, plan_.found, std::move(id));
  }
  const size_t pages = list.size() < kPageSize ? kMostPages : PagesOf(job) + 1;
  Set(job.scratch, PagesKey(), absl::StrCat(pages));
  if (pages == kMostPages && plan_.missing && !Has(job.progress, plan_.found)) {
    plan_.missing(job, answer.response.status);
  }
}

std::string IdOf(const json::Value& record) {
  std::string id = record.Find("id").AsText().value_or("");
  return IsId(id) ? id : "";
}

}  // namespace leadrelay::delivery::activecampaign
