#pragma once
// Crm: one CRM account of the world: the sandbox's system, with the faults of the world before it,
// and a log of what arrived.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/http/sender.h"
#include "tests/sandbox/system.h"
#include "tests/simulation/agenda.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/journal.h"
#include "tests/simulation/random.h"

namespace leadrelay::simulation {

class Crm {
 public:
  Crm(Agenda& agenda,
      Journal& journal,
      Random& random,
      const Faults& faults,
      std::string destination,
      sandbox::System& system);

  // The request is there now.  What its sender gets, and after how long; nothing: never anything.
  struct Answer {
    http::SendResult result;
    absl::Duration after;
  };
  Answer Receive(const http::Request& request);

  void ExpireTokens() { system_.ExpireTokens(); }
  // Requests with one of these texts in them are refused for good.
  void Refuse(std::set<std::string> texts) { refused_ = std::move(texts); }

  const std::string& destination() const { return destination_; }
  // What arrives may exceed a window this time.
  void ExcuseWindows() { excused_ = true; }
  bool windows_excused() const { return excused_; }
  // Of the requests that count in the rate windows.
  const std::vector<absl::Duration>& arrivals() const { return arrivals_; }
  // A number of the system's own report: "duplicates".
  int64_t Reported(const std::string& pointer) const;

 private:
  Agenda& agenda_;
  Journal& journal_;
  Random& random_;
  const Faults& faults_;
  const std::string destination_;
  sandbox::System& system_;
  std::set<std::string> refused_;
  std::vector<absl::Duration> arrivals_;
  bool excused_ = false;
};

}  // namespace leadrelay::simulation
