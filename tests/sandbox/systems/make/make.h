#pragma once
// Make: custom webhooks, below /make/<token>.  Facts: help.make.com/webhooks and
// apps.make.com/gateway, 2026-04 to 2026-09; answers to OPTIONS and to an unknown token as measured
// on a live account.
//
// What it holds to:
//   - whatever comes goes into the webhook's queue, GET as well, and is Accepted; OPTIONS is
//     answered and queues nothing;
//   - nothing is ever recognised as a repetition;
//   - a full queue is 400 "Queue is full"; a webhook with a data structure answers 400 with other
//     words to what does not fit; 300 requests in ten seconds, then 429; at most 5 MiB.
//
// The token says what kind of webhook it is: "keyed..." wants kApiKey (401: what a wrong key gets
// is not documented), "strict..." has a data structure in which email is a text and is required,
// "gone..." is not there.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"

namespace leadrelay::sandbox {

class MakeWebhooks final : public System {
 public:
  static constexpr std::string_view kApiKey = "make-sandbox-key";

  std::string_view name() const override { return "make"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  // "10s" of every webhook, or how many items a "queue" holds; 0: as documented, and endless.
  void SetLimit(std::string_view window, int64_t limit) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  // `type` is the token: what its queue has taken.
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  struct Hook {
    Window window{"10s", 300, absl::Seconds(10)};
    std::vector<json::Document> items;
  };

  std::map<std::string, Hook, std::less<>> hooks_;  // By token.
  int64_t per_ten_seconds_ = 300;
  int64_t queue_ = 0;
};

namespace make {
std::unique_ptr<System> Make();
}  // namespace make

}  // namespace leadrelay::sandbox
