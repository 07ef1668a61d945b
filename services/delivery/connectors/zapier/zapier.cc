#include "services/delivery/connectors/zapier/zapier.h"

#include "services/delivery/connectors/zapier/errors.h"

namespace leadrelay::delivery::zapier {
namespace {

// Zapier takes 10 MB.  A lead has some kilobytes, and a request that fails costs all its leads a
// repetition.
constexpr size_t kMostInAnArray = 50;

}  // namespace

size_t SendLeads::MaxJobs() const {
  return settings_.arrays ? kMostInAnArray : 1;
}

http::Request SendLeads::Build(const std::vector<const Job*>& jobs) const {
  json::Writer writer;
  if (jobs.size() > 1) writer.StartArray();
  for (const Job* job : jobs) WriteFlatLead(writer, settings_.hook, *job);
  if (jobs.size() > 1) writer.EndArray();
  return JsonRequest("POST", settings_.hook.url, writer.Take());
}

void SendLeads::Absorb(const Batch& /*batch*/,
                       const std::vector<Job*>& jobs,
                       const Answer& answer) const {
  for (Job* job : jobs) {
    job->outcome = Outcome::Delivered(RequestId(answer.body), "", answer.response.status);
  }
}

Zapier::Zapier(Settings settings)
    : settings_(std::move(settings)), send_(settings_), steps_{&send_} {}

Verdict Zapier::Judge(const Step& /*step*/, const Answer& answer, absl::Time now) const {
  return JudgeAnswer(answer, now);
}

Outcome Zapier::Finished(const Job& /*job*/, int status) const {
  return Outcome::Delivered("", "", status);
}

// Anything that is sent to the hook itself may start a run, a GET as well: only its host is asked.
std::vector<Probe> Zapier::Probes(absl::Time /*now*/) const {
  const std::string& url = settings_.hook.url;
  Probe probe;
  probe.what = "Zapier answers";
  probe.request.url = absl::StrCat(url.substr(0, url.find('/', url.find("://") + 3)), "/");
  return {std::move(probe)};
}

Finding Zapier::JudgeProbe(const Probe& probe, const http::Response& response) const {
  if (response.status >= 500) {
    return {false,
            absl::StrCat("HTTP ", response.status),
            "Zapier is in trouble: try again later, or see status.zapier.com"};
  }
  return {true,
          absl::StrCat(probe.what,
                       "; whether the Zap is there and switched on, only a lead can show: send "
                       "one with `leadctl send`"),
          ""};
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Zapier>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::zapier
