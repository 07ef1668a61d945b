#pragma once
// Log: one JSON object per line on standard output, through spdlog's asynchronous logger.
//
//   observe::Info("lead accepted").Id("lead_id", id).Number("destinations", 3);
//
// A line is written when the builder dies.  Fields are ids, numbers, names from the configuration
// and words of our own: never a lead's data, a credential or a body.  docs/operations.md lists every
// field.  Any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::observe {

enum class Level { kDebug, kInfo, kWarning, kError };

// Call once at start.  `service` is a field of every line.
void StartLog(std::string service, Level level);
// Writes what is buffered.  Call last.
void StopLog();
Level ParseLevel(std::string_view name);  // Unknown: kInfo.

class Line {
 public:
  Line(Level level, std::string_view message);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& Text(std::string_view field, std::string_view value);  // Cut at 500 bytes.
  Line& Number(std::string_view field, int64_t value);
  Line& Real(std::string_view field, double value);
  Line& Flag(std::string_view field, bool value);
  Line& Time(std::string_view field, absl::Time value);     // RFC 3339, UTC, milliseconds.
  Line& Millis(std::string_view field, absl::Duration value);
  Line& Error(const absl::Status& status);  // Field "error": code and message.

 private:
  bool enabled_;
  Level level_;
  json::Writer writer_;
};

inline Line Debug(std::string_view message) { return Line(Level::kDebug, message); }
inline Line Info(std::string_view message) { return Line(Level::kInfo, message); }
inline Line Warning(std::string_view message) { return Line(Level::kWarning, message); }
inline Line Error(std::string_view message) { return Line(Level::kError, message); }

}  // namespace leadrelay::observe
