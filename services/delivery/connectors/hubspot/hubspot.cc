#include "services/delivery/connectors/hubspot/hubspot.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {
namespace {

using Reach = ReplyVerdict::Reach;

// Scratch: in how large a company a job may travel, after an answer that some record spoilt.
std::string TogetherKey(const Step& step) {
  return absl::StrCat(std::string(step.name()), " together");
}

size_t Together(const Job& job, const Step& step) {
  const std::string text = Get(job.scratch, TogetherKey(step));
  size_t together = step.MaxJobs();
  std::from_chars(text.data(), text.data() + text.size(), together);
  return together;
}

void SetTogether(Job& job, const Step& step, size_t together) {
  Set(job.scratch, TogetherKey(step), absl::StrCat(together));
}

std::vector<size_t> OpenJobsOf(const Call& call, const Batch& batch) {
  std::vector<size_t> open;
  for (const size_t index : call.jobs) {
    if (index < batch.jobs.size() && !batch.jobs[index].outcome.has_value()) open.push_back(index);
  }
  return open;
}

}  // namespace

HubSpot::HubSpot(Settings settings) : settings_(std::move(settings)), plan_(settings_) {}

std::optional<Call> HubSpot::Next(Batch& batch, const Reply* last) const {
  if (last != nullptr) Absorb(batch, *last);
  DecideWithoutAsking(batch, last);
  return NextCall(batch);
}

void HubSpot::Absorb(Batch& batch, const Reply& reply) const {
  const auto found = std::ranges::find(plan_.steps(), reply.call.step, &Step::name);
  if (found == plan_.steps().end()) return;
  const Step& step = **found;
  const ReplyVerdict verdict = JudgeReply(reply.response, step.Creates(), batch.now);
  switch (verdict.reach) {
    case Reach::kNone:
      return AbsorbSuccess(batch, step, reply);
    case Reach::kRecords:
      return AbsorbRefusal(batch, step, reply, verdict);
    case Reach::kCall:
      for (const size_t index : OpenJobsOf(reply.call, batch)) {
        batch.jobs[index].outcome = verdict.outcome;
      }
      return;
    case Reach::kAccount:
      for (Job& job : batch.jobs) {
        if (!job.outcome.has_value()) job.outcome = verdict.outcome;
      }
      return;
  }
}

void HubSpot::AbsorbSuccess(Batch& batch, const Step& step, const Reply& reply) const {
  std::vector<Job*> jobs;
  for (const size_t index : OpenJobsOf(reply.call, batch)) jobs.push_back(&batch.jobs[index]);
  if (jobs.empty()) return;
  const absl::StatusOr<json::Document> document = json::Document::Parse(reply.response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Outcome not_understood = Outcome::Retry(
      absl::StrCat(std::string(step.name()), ": HubSpot's answer cannot be understood"),
      reply.response.status);
  if (!body.Find("results").IsArray() && !step.Creates()) {
    for (Job* job : jobs) job->outcome = not_understood;
    return;
  }
  step.Absorb(batch, jobs, reply.response, body);

  for (Job* job : jobs) {
    if (job->outcome.has_value() || plan_.Next(*job) != &step) continue;
    // The answer says nothing of this job.  Alone, an answer cannot mean another.
    if (jobs.size() > 1) {
      SetTogether(*job, step, 1);
    } else {
      job->outcome = not_understood;
    }
  }
}

// A whole request was refused, perhaps for one record's sake: the others must not pay for it.
void HubSpot::AbsorbRefusal(Batch& batch,
                            const Step& step,
                            const Reply& reply,
                            const ReplyVerdict& verdict) const {
  const std::vector<size_t> open = OpenJobsOf(reply.call, batch);
  const int status = reply.response.status;
  const auto refuse = [&](Job& job) { step.Refuse(job, verdict.error, status); };
  if (open.size() == 1) return refuse(batch.jobs[open.front()]);

  // Everybody who sends a property that is not there is at fault, and nobody else.
  bool found = false;
  for (const size_t index : open) {
    Job& job = batch.jobs[index];
    const bool at_fault =
        std::ranges::any_of(verdict.error.details, [&](const ApiError::Detail& detail) {
          return detail.code == "PROPERTY_DOESNT_EXIST" && !detail.property.empty() &&
                 step.Sends(job, detail.property);
        });
    if (at_fault) refuse(job);
    found = found || at_fault;
  }
  if (found) return;
  for (const size_t index : open) SetTogether(batch.jobs[index], step, (open.size() + 1) / 2);
}

void HubSpot::DecideWithoutAsking(Batch& batch, const Reply* last) const {
  const int status = last == nullptr ? 0 : last->response.status;
  for (Job& job : batch.jobs) {
    if (job.outcome.has_value()) continue;
    if (plan_.Next(job) == nullptr) {
      std::string id = Get(job.progress, kContactId);
      job.outcome = last == nullptr ? Outcome::Duplicate(std::move(id), status)
                                    : Outcome::Delivered(
                                          std::move(id), Get(job.progress, kContactEffect), status);
    } else if (!Has(job.progress, kContactId) && !IsContact(ContactOf(job, settings_))) {
      job.outcome = Outcome::Rejected(
          "the lead has neither an e-mail address nor a name, and HubSpot takes no contact without",
          "give one of them a default in the mapping, such as lastname: {from: last_name, default: "
          "Unknown}, then replay",
          0);
    }
  }
}

std::optional<Call> HubSpot::NextCall(const Batch& batch) const {
  std::vector<const Step*> wanted(batch.jobs.size());
  for (size_t i = 0; i < batch.jobs.size(); ++i) {
    if (!batch.jobs[i].outcome.has_value()) wanted[i] = plan_.Next(batch.jobs[i]);
  }
  for (const Step* step : plan_.steps()) {
    if (std::ranges::find(wanted, step) == wanted.end()) continue;
    Call call;
    std::vector<const Job*> jobs;
    std::set<std::string> keys;
    size_t together = 0;
    size_t inputs = 0;
    for (size_t i = 0; i < batch.jobs.size(); ++i) {
      const Job& job = batch.jobs[i];
      if (wanted[i] != step) continue;
      if (jobs.empty()) together = Together(job, *step);
      inputs += step->Inputs(job);
      if (jobs.size() >= together || (inputs > kMostInputs && !jobs.empty())) break;
      if (Together(job, *step) != together || !keys.insert(step->Key(job)).second) continue;
      call.jobs.push_back(i);
      jobs.push_back(&job);
    }
    call.step = step->name();
    call.request = step->Build(jobs);
    call.scope = step->scope();
    return call;
  }
  return std::nullopt;
}

void HubSpot::Authorize(http::Request& request,
                        const Call& /*call*/,
                        const Batch& /*batch*/,
                        const Credential& credential,
                        absl::Time /*now*/) const {
  request.headers.Set("authorization", absl::StrCat("Bearer ", credential.token));
}

std::vector<config::RateWindow> HubSpot::DefaultLimits() const {
  return LimitsOf(settings_.tier);
}

std::vector<QuotaHint> HubSpot::ReadQuota(const http::Response& response) const {
  std::vector<QuotaHint> hints;
  const auto read = [&](std::string_view header, std::string_view window) {
    const std::string_view text = response.headers.Get(header);
    int64_t remaining = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), remaining);
    if (error != std::errc() || end != text.data() + text.size() || remaining < 0) return;
    hints.push_back({std::string(window), remaining});
  };
  // Said of another interval, the number is not our window's.
  const std::string_view interval =
      response.headers.Get("x-hubspot-ratelimit-interval-milliseconds");
  if (interval.empty() || interval == "10000") {
    read("x-hubspot-ratelimit-remaining", kBurstWindow);
  }
  if (settings_.tier != Tier::kOauth) read("x-hubspot-ratelimit-daily-remaining", kDayWindow);
  return hints;
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<HubSpot>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::hubspot
