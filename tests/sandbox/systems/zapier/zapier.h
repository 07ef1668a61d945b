#pragma once
// Zapier: catch hooks, below /zapier/hooks/catch/<user>/<hook>/.  Facts: help.zapier.com (webhook
// rate limits) and docs.zapier.com (operating constraints), 2026-04; the answer's shape from a mock
// of a third party.
//
// What it holds to:
//   - whatever comes starts a run, GET as well; an array starts one run for each of its elements;
//   - nothing is ever recognised as a repetition, and nothing is authenticated;
//   - 30 requests a second for a hook, 10,000 in five minutes for a user (1,000 for a hook of the
//     older kind, whose path has no user), then 429 without Retry-After;
//   - at most 10 MB, and JSON.
// Not documented: what a hook answers that is not there; hooks named "deleted..." answer 410.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"

namespace leadrelay::sandbox {

class Zapier final : public System {
 public:
  std::string_view name() const override { return "zapier"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  // "second" of every hook, or "five minutes" of every user; 0: as documented.
  void SetLimit(std::string_view window, int64_t limit) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  // `type` is the hook: what started each of its runs.
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  struct Hook {
    std::vector<json::Document> runs;
    int64_t requests = 0;
  };
  Window& WindowOf(const std::string& whose, std::string_view name, int64_t limit);

  std::map<std::string, Hook, std::less<>> hooks_;  // By the last part of their path.
  std::map<std::string, Window> windows_;
  int64_t per_second_ = 0;
  int64_t per_five_minutes_ = 0;
};

namespace zapier {
std::unique_ptr<System> Make();
}  // namespace zapier

}  // namespace leadrelay::sandbox
