#include "common/lead/history.h"

#include "common/lead/fields.h"
#include "common/lead/times.h"

namespace leadrelay::lead {
namespace {

// A reason is words for a person.  20 of them travel in one AMQP header frame, which cannot be
// split: some CRMs answer with a page of HTML.
constexpr size_t kMaxReason = 400;

std::string_view Shortened(std::string_view reason) {
  if (reason.size() <= kMaxReason) return reason;
  size_t end = kMaxReason;
  while (end > 0 && (reason[end] & 0xC0) == 0x80) --end;  // Not within a code point.
  return reason.substr(0, end);
}

}  // namespace

void WriteHistory(json::Writer& writer, const std::vector<Attempt>& history) {
  writer.StartArray();
  const size_t skipped = history.size() > kMaxHistory ? history.size() - kMaxHistory : 0;
  for (size_t i = skipped; i < history.size(); ++i) {
    const Attempt& attempt = history[i];
    writer.StartObject()
        .Member("number", attempt.number)
        .Member("at", Rfc3339(attempt.at))
        .Member("took_ms", absl::ToInt64Milliseconds(attempt.took))
        .Member("verdict", attempt.verdict);
    if (!attempt.reason.empty()) writer.Member("reason", Shortened(attempt.reason));
    if (attempt.status != 0) writer.Member("status", attempt.status);
    writer.EndObject();
  }
  writer.EndArray();
}

absl::StatusOr<std::vector<Attempt>> ReadHistory(const std::vector<json::Value>& attempts) {
  std::vector<Attempt> history;
  history.reserve(attempts.size());
  for (const json::Value& value : attempts) {
    Fields fields(value, "attempt");
    Attempt attempt;
    attempt.number = fields.Int("number");
    attempt.at = fields.Time("at");
    attempt.took = absl::Milliseconds(fields.Int("took_ms"));
    attempt.verdict = fields.Text("verdict");
    attempt.reason = fields.OptionalText("reason");
    if (value.Find("status").exists()) attempt.status = fields.Int("status");
    if (!fields.status().ok()) return fields.status();
    history.push_back(std::move(attempt));
  }
  return history;
}

void WriteState(json::Writer& writer, const DeliveryState& state) {
  writer.StartObject().Member("attempts", state.attempts).Member("unknown", state.unknown);
  if (state.not_before > absl::InfinitePast()) {
    writer.Member("not_before", Rfc3339(state.not_before));
  }
  if (!state.progress.empty()) writer.Member("progress", state.progress);
  if (!state.replay_id.empty()) writer.Member("replay_id", state.replay_id);
  if (!state.traceparent.empty()) writer.Member("traceparent", state.traceparent);
  writer.Key("history");
  WriteHistory(writer, state.history);
  writer.EndObject();
}

absl::StatusOr<DeliveryState> ReadState(json::Value value) {
  Fields fields(value, "delivery state");
  DeliveryState state;
  state.attempts = fields.Int("attempts");
  state.unknown = fields.Bool("unknown");
  state.not_before = fields.OptionalTime("not_before");
  state.progress = fields.OptionalText("progress");
  state.replay_id = fields.OptionalText("replay_id");
  state.traceparent = fields.OptionalText("traceparent");
  const std::vector<json::Value> attempts = fields.Array("history");
  if (!fields.status().ok()) return fields.status();
  absl::StatusOr<std::vector<Attempt>> history = ReadHistory(attempts);
  if (!history.ok()) return history.status();
  state.history = *std::move(history);
  return state;
}

}  // namespace leadrelay::lead
