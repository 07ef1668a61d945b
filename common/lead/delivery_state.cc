#include "common/lead/envelope.h"
#include "common/lead/history.h"

namespace leadrelay::lead {
namespace {

constexpr std::string_view kAttempts = "lr-attempts";
constexpr std::string_view kNotBefore = "lr-not-before";  // Milliseconds since the epoch.
constexpr std::string_view kHistory = "lr-history";
constexpr std::string_view kProgress = "lr-progress";
constexpr std::string_view kUnknown = "lr-unknown";
constexpr std::string_view kReplay = "lr-replay";
constexpr std::string_view kTraceparent = "traceparent";

// What the broker notes when it dead-letters or redelivers.  Published again it would be counted
// on, and a cycle of TTLs that it believes to be automatic is dropped without a trace.
bool IsBrokersOwn(std::string_view name) {
  return name == "x-death" || name == "x-delivery-count" || name.starts_with("x-first-death-") ||
         name.starts_with("x-last-death-");
}

void Set(amqp::Table& headers, std::string_view name, amqp::FieldValue value, bool wanted) {
  if (wanted) {
    headers.insert_or_assign(std::string(name), std::move(value));
  } else if (const auto it = headers.find(name); it != headers.end()) {
    headers.erase(it);
  }
}

// Rounded up: a message must not become due early by being sent.
int64_t MillisecondsUp(absl::Time time) {
  return absl::ToUnixMillis(time + absl::Milliseconds(1) - absl::Nanoseconds(1));
}

std::string HistoryText(const std::vector<Attempt>& history) {
  json::Writer writer;
  WriteHistory(writer, history);
  return writer.Take();
}

std::vector<Attempt> HistoryOf(std::string_view text) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok()) return {};
  return ReadHistory(document->root().Elements()).value_or(std::vector<Attempt>());
}

std::string ProgressOf(std::string_view text) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  return document.ok() && document->root().IsObject() ? std::string(text) : std::string();
}

}  // namespace

void DeliveryState::Write(amqp::Message& message) const {
  amqp::Table& headers = message.headers;
  std::erase_if(headers, [](const auto& header) { return IsBrokersOwn(header.first); });
  Set(headers, kAttempts, int64_t{attempts}, attempts > 0);
  const bool waits = not_before > absl::InfinitePast();
  Set(headers, kNotBefore, waits ? MillisecondsUp(not_before) : 0, waits);
  Set(headers, kHistory, HistoryText(history), !history.empty());
  Set(headers, kProgress, progress, !progress.empty());
  Set(headers, kUnknown, true, unknown);
  Set(headers, kReplay, replay_id, !replay_id.empty());
  Set(headers, kTraceparent, traceparent, !traceparent.empty());
}

DeliveryState DeliveryState::Read(const amqp::Message& message) {
  constexpr int64_t kMaxAttempts = 1'000'000;
  DeliveryState state;
  const int64_t attempts = message.IntHeader(kAttempts, 0);
  if (attempts > 0) state.attempts = static_cast<int>(std::min(attempts, kMaxAttempts));
  if (message.headers.contains(kNotBefore)) {
    const int64_t due = message.IntHeader(kNotBefore, 0);
    if (due > 0) state.not_before = absl::FromUnixMillis(due);
  }
  state.history = HistoryOf(message.Header(kHistory));
  state.progress = ProgressOf(message.Header(kProgress));
  if (const auto it = message.headers.find(kUnknown); it != message.headers.end()) {
    const bool* const unknown = std::get_if<bool>(&it->second);
    state.unknown = unknown != nullptr && *unknown;
  }
  state.replay_id = std::string(message.Header(kReplay));
  state.traceparent = std::string(message.Header(kTraceparent));
  return state;
}

}  // namespace leadrelay::lead
