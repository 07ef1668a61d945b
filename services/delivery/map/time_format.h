#pragma once
// TimeFormat: a point in time, or a day, as the CRM wants it written.  Pure: time zones are read
// from the system when a mapping is compiled, and by the names in the configuration alone.

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "services/delivery/map/scalar.h"

namespace leadrelay::delivery {

// A zone of the IANA database: "Europe/Berlin".  Nothing when this system knows none of that name.
std::optional<absl::TimeZone> FindTimeZone(const std::string& name);

class TimeFormat {
 public:
  // How it is written: %Y-%m-%d and the like (kKnownParts), "unix" or "unix_ms".  How it is read:
  // the same, or empty for RFC 3339 and its beginnings (2026-03-01, 2026-03-01T09:30).
  TimeFormat(std::string write, std::string read, absl::TimeZone zone)
      : write_(std::move(write)), read_(std::move(read)), zone_(zone) {}

  // What is wrong with them, in words; nothing when they will do.
  static std::optional<std::string> FaultInWritten(std::string_view format);
  static std::optional<std::string> FaultInRead(std::string_view format);

  // Without an offset of its own a time is one of `zone`, and in any case it is written in it: a
  // day remains that day.  Nothing for what is no such time, or not of the years 1 to 9999.
  std::optional<Scalar> Apply(const Scalar& value) const;

 private:
  std::optional<absl::Time> Read(const std::string& text) const;

  std::string write_;
  std::string read_;
  absl::TimeZone zone_;
};

}  // namespace leadrelay::delivery
