#pragma once
// Findings: what a destination answered to the harmless questions of `leadctl test`, and how they
// are shown.  Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"
#include "tools/leadctl/table.h"

namespace leadrelay::leadctl {

struct Finding {
  std::string what;  // "the token is accepted"
  delivery::Finding answer;
};

// What the CRM says is left in one of its rate windows.
struct Left {
  std::string window;
  int64_t remaining = 0;
  std::optional<int64_t> of;
  friend bool operator==(const Left&, const Left&) = default;
};

// Of one destination.
struct Findings {
  std::string destination;
  std::vector<Finding> answers;
  std::vector<Left> left;

  bool ok() const;
};

// Takes down what a later answer says.  `windows` are the CRM's own; what is left of one that is
// larger than we know it (a bigger plan) is shown by itself.
void Note(const std::vector<delivery::QuotaHint>& hints,
          const std::vector<config::RateWindow>& windows,
          std::vector<Left>& left);

std::string FindingsView(const Findings& findings, Look look);

// The members "findings" and "limits" of an object.
void WriteFindings(json::Writer& writer, const std::vector<Findings>& all);

// Whether a faulty configuration keeps us from asking the destination: faults of its own, and of
// what tokens are shared through, since asking could use up a refresh token that others need.
bool HindersProbes(const config::Faults& faults, const std::string& destination);

// "ok" or "FAILED", then `headline`, and under it the lines that are not empty.
std::string Paragraph(bool ok,
                      const std::string& headline,
                      const std::vector<std::string>& lines,
                      Look look);

}  // namespace leadrelay::leadctl
