#pragma once
// Close: one organization with leads, contacts, opportunities, notes and tasks.  Facts:
// developer.close.com (2026-03), its OpenAPI (2026-06) and notes of live runs (2026-09).
//
// What it holds to, beside store.h:
//   - paths end with a slash; creates answer 200; DELETE answers with an empty body;
//   - a contact or an opportunity without lead_id makes a lead of its own, silently;
//   - unknown custom fields are taken without a word;
//   - errors come as `error`, or as nested `field-errors`;
//   - each group of endpoints has a window per second, and answers bear the RateLimit header.
//
// Credentials: the API key kApiKey by HTTP basic with an empty password; access tokens that
// /oauth2/token/ gave for the refresh token in force, which changes with each refresh, for an hour
// or until ExpireTokens(); kKeyWithoutRights gets 403.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/close/store.h"

namespace leadrelay::sandbox {

class Close final : public System {
 public:
  static constexpr std::string_view kApiKey = "api_sandbox.key";
  static constexpr std::string_view kKeyWithoutRights = "api_sandbox.norights";
  static constexpr std::string_view kClientId = "oa2client_sandbox";
  static constexpr std::string_view kClientSecret = "sandbox-secret";
  static constexpr std::string_view kRefreshToken = "sandbox-refresh";

  Close();

  std::string_view name() const override { return "close"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void ExpireTokens() override;
  void SetLimit(std::string_view window, int64_t limit) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  using Body = json::Value;

  http::Response Token(const http::Request& request, absl::Time now);
  int Authenticate(const http::Request& request, absl::Time now) const;  // 0, 401 or 403.
  http::Response Api(const http::Request& request, std::string_view path, absl::Time now);
  http::Response Collection(const http::Request& request,
                            const std::string& type,
                            const Body& body,
                            absl::Time now);
  http::Response One(const http::Request& request,
                     const std::string& type,
                     const std::string& id,
                     const Body& body,
                     absl::Time now);
  http::Response Create(const std::string& type, const Body& body, absl::Time now);
  http::Response Show(const std::string& type, const close::Record& record, absl::Time now) const;

  // What Close would say of a body, as the JSON of `field-errors`; empty: nothing.
  std::string FaultIn(const std::string& type, const Body& body, bool creating, absl::Time now);
  std::string AddLead(const Body& body, const std::string& name, absl::Time now);
  close::Record& AddContact(const Body& body, const std::string& lead_id, absl::Time now);
  int64_t Duplicates() const;

  close::Store store_;
  std::map<std::string, absl::Time, std::less<>> tokens_;  // Access token -> expiry.
  std::string refresh_token_{kRefreshToken};
  int64_t refreshes_ = 0;
  std::vector<Window> windows_;  // One per group of endpoints.
};

namespace close {
std::unique_ptr<System> Make();
}  // namespace close

}  // namespace leadrelay::sandbox
