#include "services/delivery/connectors/step.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace leadrelay::delivery {
namespace {

using Reach = Verdict::Reach;

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

std::vector<Job*> OpenJobsOf(const Call& call, Batch& batch) {
  std::vector<Job*> open;
  for (const size_t index : call.jobs) {
    if (index >= batch.jobs.size() || batch.jobs[index].outcome.has_value()) continue;
    open.push_back(&batch.jobs[index]);
  }
  return open;
}

}  // namespace

void Step::Refuse(Job& job, const Verdict& verdict, const Answer& /*answer*/) const {
  job.outcome = verdict.outcome;
}

bool Step::IsAtFault(const Job& /*job*/, const Answer& /*answer*/) const {
  return false;
}

int JobStep::Cost(const std::vector<const Job*>& /*jobs*/) const {
  return plan_.cost;
}

http::Request JobStep::Build(const std::vector<const Job*>& jobs) const {
  return plan_.build(*jobs.front());
}

bool JobStep::Understands(const Answer& answer) const {
  return plan_.any_body || answer.body.IsObject();
}

void JobStep::Absorb(const Batch& batch,
                     const std::vector<Job*>& jobs,
                     const Answer& answer) const {
  plan_.absorb(*jobs.front(), answer, batch.now);
}

void JobStep::Refuse(Job& job, const Verdict& verdict, const Answer& answer) const {
  if (!plan_.refuse) return Step::Refuse(job, verdict, answer);
  plan_.refuse(job, verdict, answer);
}

std::optional<Outcome> StepConnector::RefuseUnasked(const Job& /*job*/) const {
  return std::nullopt;
}

std::optional<Call> StepConnector::Next(Batch& batch, const Reply* last) const {
  if (last != nullptr) {
    Absorb(batch, *last);
  } else {
    Begin(batch);
  }
  DecideUnasked(batch, last);
  return NextCall(batch);
}

void StepConnector::Absorb(Batch& batch, const Reply& reply) const {
  const auto found = std::ranges::find(Steps(), reply.call.step, &Step::name);
  if (found == Steps().end()) return;
  const Step& step = **found;
  const absl::StatusOr<json::Document> document = json::Document::Parse(reply.response.body);
  const Answer answer{reply.response, document.ok() ? document->root() : json::Value()};
  const Verdict verdict = Judge(step, answer, batch.now);
  switch (verdict.reach) {
    case Reach::kNone:
      return AbsorbSuccess(batch, step, reply, answer);
    case Reach::kRecords:
      return SeekFault(batch, step, reply, verdict, answer);
    case Reach::kCall:
      for (Job* job : OpenJobsOf(reply.call, batch)) job->outcome = verdict.outcome;
      return;
    case Reach::kAccount:
      for (Job& job : batch.jobs) {
        if (!job.outcome.has_value()) job.outcome = verdict.outcome;
      }
      return;
  }
}

void StepConnector::AbsorbSuccess(Batch& batch,
                                  const Step& step,
                                  const Reply& reply,
                                  const Answer& answer) const {
  const std::vector<Job*> jobs = OpenJobsOf(reply.call, batch);
  if (jobs.empty()) return;
  const std::string reason = absl::StrCat(
      std::string(step.name()), ": ", std::string(crm()), "'s answer cannot be understood");
  Outcome not_understood = Outcome::Retry(reason, reply.response.status);
  if (step.Creates()) {
    not_understood = Outcome::Unknown(reason);
    not_understood.status = reply.response.status;
  }
  if (!step.Understands(answer)) {
    for (Job* job : jobs) job->outcome = not_understood;
    return;
  }
  step.Absorb(batch, jobs, answer);
  if (step.Polls()) return;

  for (Job* job : jobs) {
    if (job->outcome.has_value() || NextStep(*job) != &step) continue;
    // The answer says nothing of this job.  Alone, an answer cannot mean another.
    if (jobs.size() > 1 && !step.Creates()) {
      SetTogether(*job, step, 1);
    } else {
      job->outcome = not_understood;
    }
  }
}

// A whole request was refused, perhaps for one record's sake: the others must not pay for it.
void StepConnector::SeekFault(Batch& batch,
                              const Step& step,
                              const Reply& reply,
                              const Verdict& verdict,
                              const Answer& answer) const {
  const std::vector<Job*> open = OpenJobsOf(reply.call, batch);
  if (open.size() == 1) return step.Refuse(*open.front(), verdict, answer);
  bool found = false;
  for (Job* job : open) {
    if (!step.IsAtFault(*job, answer)) continue;
    step.Refuse(*job, verdict, answer);
    found = true;
  }
  if (found) return;
  for (Job* job : open) SetTogether(*job, step, (open.size() + 1) / 2);
}

void StepConnector::DecideUnasked(Batch& batch, const Reply* last) const {
  const int status = last == nullptr ? 0 : last->response.status;
  for (Job& job : batch.jobs) {
    if (job.outcome.has_value()) continue;
    if (NextStep(job) == nullptr) {
      job.outcome = Finished(job, status);
    } else {
      job.outcome = RefuseUnasked(job);
    }
  }
}

std::optional<Call> StepConnector::NextCall(const Batch& batch) const {
  std::vector<const Step*> wanted(batch.jobs.size());
  for (size_t i = 0; i < batch.jobs.size(); ++i) {
    if (!batch.jobs[i].outcome.has_value()) wanted[i] = NextStep(batch.jobs[i]);
  }
  for (const Step* step : Steps()) {
    if (std::ranges::find(wanted, step) == wanted.end()) continue;
    Call call;
    std::vector<const Job*> jobs;
    std::set<std::string> keys;
    size_t together = 0;
    size_t inputs = 0;
    std::string group;
    for (size_t i = 0; i < batch.jobs.size(); ++i) {
      const Job& job = batch.jobs[i];
      if (wanted[i] != step) continue;
      if (jobs.empty()) {
        together = Together(job, *step);
        group = step->Group(job);
      } else if (step->Group(job) != group) {
        continue;
      }
      inputs += step->Inputs(job);
      if (jobs.size() >= together || (inputs > step->MaxInputs() && !jobs.empty())) break;
      if (Together(job, *step) != together || !keys.insert(step->Key(job)).second) continue;
      call.jobs.push_back(i);
      jobs.push_back(&job);
    }
    call.step = step->name();
    call.request = step->Build(jobs);
    call.scope = step->scope();
    call.cost = step->Cost(jobs);
    call.after = step->After(jobs);
    return call;
  }
  return std::nullopt;
}

http::Request JsonRequest(std::string method, std::string url, std::string body) {
  http::Request request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers.Add("content-type", "application/json");
  request.body = std::move(body);
  return request;
}

}  // namespace leadrelay::delivery
