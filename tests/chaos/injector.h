#pragma once
// Injector: brings the faults of a plan into a world, and takes them away again.  Blocking.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/chaos/plan.h"
#include "tests/chaos/world.h"

namespace leadrelay::chaos {

class Injector {
 public:
  explicit Injector(World& world) : world_(world) {}

  void Begin(const Fault& fault);
  void End(const Fault& fault);

  // What must be found at the end, with these bytes.
  const std::vector<std::string>& dead() const { return dead_; }            // As dead letters.
  const std::vector<std::string>& set_aside() const { return set_aside_; }  // In leads.rejected.
  // What was not as it must be, such as a process that does not end with 0.
  const std::vector<std::string>& wrong() const { return wrong_; }

 private:
  test::Process& ProcessOf(const std::string& service);
  void Launch(const std::string& service);
  void Terminate(const std::string& service);
  void Poison(const std::string& queue);
  void LimitFiles(bool limited);
  // Waits until dlq has said that it cannot write: else the fault was none.
  void ExpectRefusal();

  World& world_;
  std::vector<std::string> dead_;
  std::vector<std::string> set_aside_;
  std::vector<std::string> wrong_;
};

}  // namespace leadrelay::chaos
