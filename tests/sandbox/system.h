#pragma once
// System: one CRM that the sandbox plays.  State and manners, no sockets: a request and the time
// in, a response out.  Pure.
//
// Each is a folder systems/<name>/ with a Make() in namespace leadrelay::sandbox::<name>; it lives
// below the path /<name>/, where the real one has its host, so that no two can collide.  (HubSpot
// and the webhook receivers have the root: their paths are their own.)

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/http/message.h"
#include "common/json/json.h"
#include "tests/sandbox/window.h"

namespace leadrelay::sandbox {

class System {
 public:
  virtual ~System() = default;

  virtual std::string_view name() const = 0;
  virtual bool Owns(std::string_view path) const = 0;

  // The windows that this request counts in, and what the CRM says when one of them is full.
  virtual std::vector<Window*> WindowsFor(const http::Request& request) = 0;
  virtual http::Response Refuse(const Window& window, absl::Time now) = 0;

  // Authentication, validation, state.
  virtual http::Response Handle(const http::Request& request, absl::Time now) = 0;

  virtual void ExpireTokens() {}
  // The window of that name; null when there is none, or none that this system lets be looked at.
  virtual Window* FindWindow(std::string_view /*window*/) { return nullptr; }
  virtual void SetLimit(std::string_view name, int64_t limit) {
    if (Window* window = FindWindow(name)) window->set_limit(limit);
  }
  virtual void Reset() = 0;

  // Members of an open JSON object: counts, duplicates, windows.
  virtual void Report(json::Writer& writer) const = 0;
  // An array of everything of `type` that it holds, oldest first.
  virtual void Records(std::string_view type, json::Writer& writer) const = 0;
};

inline void ReportWindow(const Window& window, json::Writer& writer) {
  writer.StartObject()
      .Member("name", window.name())
      .Member("limit", window.limit())
      .Member("per_ms", absl::ToInt64Milliseconds(window.per()))
      .Member("arrivals", window.total())
      .Member("fullest", window.fullest())
      .Member("refused", window.refused())
      .EndObject();
}

// One of each, from the folders below systems/.
std::vector<std::unique_ptr<System>> AllSystems();

}  // namespace leadrelay::sandbox
