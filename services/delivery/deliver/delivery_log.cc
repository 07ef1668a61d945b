#include "services/delivery/deliver/delivery_log.h"

#include "common/observe/log.h"
#include "common/observe/trace.h"

namespace leadrelay::delivery {

void LogMappingWarnings(const Connector& connector,
                        const Job& job,
                        const std::string& destination) {
  for (const Mapping* mapping : connector.Mappings()) {
    for (const MappingWarning& warning : mapping->Warnings(FactsOf(job))) {
      observe::Warning("mapping")
          .Text("destination", destination)
          .Text("delivery_id", job.delivery_id)
          .Text("field", warning.field)
          .Text("rule", warning.rule)
          .Text("reason", warning.what);
    }
  }
}

void LogAttempt(const Job& job,
                const config::Destination& destination,
                const AttemptFacts& facts,
                const Judgement& judged) {
  const Outcome& outcome = facts.outcome;
  observe::Line line = observe::Info("attempt");
  line.Text("delivery_id", job.delivery_id)
      .Text("destination", destination.name)
      .Number("attempt", judged.state.attempts)
      .Number("max_attempts", static_cast<int64_t>(destination.retry.ladder.size()) + 1)
      .Text("verdict", Name(outcome.kind))
      .Number("status", outcome.status)
      .Millis("took_ms", facts.took)
      .Text("trace_id", observe::Trace::Continue(judged.state.traceparent).trace_id);
  if (!outcome.reason.empty()) line.Text("reason", outcome.reason);
  if (!outcome.remote_id.empty()) line.Text("remote_id", outcome.remote_id);
  if (!judged.state.replay_id.empty()) line.Text("replay_id", judged.state.replay_id);
  if (const auto* delay = std::get_if<Delay>(&judged.decision)) line.Time("next", delay->until);
}

}  // namespace leadrelay::delivery
