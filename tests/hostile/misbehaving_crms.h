#pragma once
// CRMs that misbehave, each on a port of loopback of its own.

#include <string>
#include <vector>

#include "tests/integration/http/raw_listener.h"

namespace leadrelay::e2e {

struct MisbehavingCrm {
  std::string name;  // Of the destination: a-z and -.
  test::RawListener::Script script;
  std::string end;                    // As EndAt() has it: how that begins.
  std::string connector = "webhook";  // Or "hubspot".
  std::string scheme = "http";
  friend void PrintTo(const MisbehavingCrm& crm, std::ostream* to) { *to << crm.name; }
};

const std::vector<MisbehavingCrm>& MisbehavingCrms();

}  // namespace leadrelay::e2e
