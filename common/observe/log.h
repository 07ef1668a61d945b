#pragma once
// Log: one JSON object per line on standard output, through spdlog's asynchronous logger.
//
//   observe::Info("lead accepted").Text("lead_id", id).Number("destinations", 3);
//   {"time":"2026-03-01T10:00:00.123Z","level":"info","service":"ingest","message":"lead accepted",
//    "lead_id":"...","destinations":3}                                              (one line)
//
// No byte of a line is a control, C1 and DEL included: a terminal that shows it obeys nothing.
//
// A line is written when the builder dies.  Fields are ids, numbers, names from the configuration
// and words of our own: never a lead's data, a credential or a body.  docs/operations.md lists
// every field.  Any thread.
//
// Logging never waits for whoever reads standard output: up to kLogQueue lines are kept for a slow
// reader, then the oldest are dropped, counted, and a line says how many.  Before StartLog() and
// after StopLog() lines go nowhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::observe {

enum class Level { kDebug, kInfo, kWarning, kError };

inline constexpr size_t kLogQueue = 4096;

// Call once at start.  `service` is a field of every line, `fd` where they are written.
void StartLog(std::string service, Level level, int fd = 1);
// Writes what is kept, waiting for the reader for at most `patience`.  Call last.
void StopLog(absl::Duration patience = absl::Seconds(2));
int64_t LinesDropped();                   // Since StartLog().
Level ParseLevel(std::string_view name);  // Unknown: kInfo.

class Line {
 public:
  Line(Level level, std::string_view message);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& Text(std::string_view field, std::string_view value);  // Cut at 500 bytes, and marked.
  Line& Number(std::string_view field, int64_t value);
  Line& Real(std::string_view field, double value);
  Line& Flag(std::string_view field, bool value);
  Line& Time(std::string_view field, absl::Time value);        // RFC 3339, UTC, milliseconds.
  Line& Millis(std::string_view field, absl::Duration value);  // Whole milliseconds.
  Line& Error(const absl::Status& status);                     // Field "error": code and message.

 private:
  std::optional<json::Writer> writer_;  // Nothing: nobody wants lines of this level.
};

inline Line Debug(std::string_view message) {
  return Line(Level::kDebug, message);
}
inline Line Info(std::string_view message) {
  return Line(Level::kInfo, message);
}
inline Line Warning(std::string_view message) {
  return Line(Level::kWarning, message);
}
inline Line Error(std::string_view message) {
  return Line(Level::kError, message);
}

}  // namespace leadrelay::observe
