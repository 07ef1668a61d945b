#pragma once
// Journal: what happened in a schedule, and what of it must not happen.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "tests/simulation/agenda.h"

namespace leadrelay::simulation {

class Journal {
 public:
  // `tracing`: keeps every line, for a schedule that is looked at.
  Journal(const Agenda& agenda, bool tracing) : agenda_(agenda), tracing_(tracing) {}

  template <typename... Parts>
  void Say(const Parts&... parts) {
    if (tracing_) lines_.push_back(absl::StrCat(Moment(), parts...));
  }
  // An invariant is broken.
  template <typename... Parts>
  void Violate(const Parts&... parts) {
    const std::string what = absl::StrCat(parts...);
    if (tracing_) lines_.push_back(absl::StrCat(Moment(), "VIOLATED: ", what));
    violations_.push_back(absl::StrCat("at ", Moment(), what));
  }

  bool tracing() const { return tracing_; }
  const std::vector<std::string>& violations() const { return violations_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::string Moment() const {
    return absl::StrCat(absl::FormatDuration(absl::Floor(agenda_.now(), absl::Microseconds(100))),
                        "  ");
  }
  const Agenda& agenda_;
  const bool tracing_;
  std::vector<std::string> lines_;
  std::vector<std::string> violations_;
};

}  // namespace leadrelay::simulation
