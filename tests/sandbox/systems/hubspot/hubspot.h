#pragma once
// HubSpot: contacts, companies, deals and notes of one account, with its identity rules, its error
// bodies and its rate windows.  Facts: HubSpot/HubSpot-public-api-spec-collection (2026-08-21) and
// the pages "Error handling", "API usage guidelines" and "Contacts" of developers.hubspot.com
// (2026-03 to 2026-09).
//
// What it holds to:
//   - a contact's e-mail is unique, without regard to case; upsert by it patches what is sent;
//   - companies, deals and notes have no identity but a custom property that was made unique: the
//     API makes any number of companies of one name and domain;
//   - an upsert by a property without unique values is refused as a whole;
//   - a batch with an objectWriteTraceId on every input fails record by record (207), without them
//     as a whole (400); the same id twice in one batch fails it as a whole;
//   - search sees a write only `kSearchLag` later;
//   - 429 at the 10-second, daily and search windows, with their own policy names.
//
// Accepted credentials: the private-app token kToken; OAuth access tokens that /oauth/.../token
// gave for kRefreshToken, for 30 minutes or until ExpireTokens(); kTokenWithoutScopes gets 403.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/hubspot/store.h"

namespace leadrelay::sandbox {

class HubSpot final : public System {
 public:
  static constexpr std::string_view kToken = "pat-na1-sandbox";
  static constexpr std::string_view kTokenWithoutScopes = "pat-na1-noscopes";
  static constexpr std::string_view kClientId = "sandbox-client";
  static constexpr std::string_view kClientSecret = "sandbox-secret";
  static constexpr std::string_view kRefreshToken = "sandbox-refresh";
  static constexpr absl::Duration kSearchLag = absl::Seconds(2);

  HubSpot();

  std::string_view name() const override { return "hubspot"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void ExpireTokens() override;
  Window* FindWindow(std::string_view name) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  using Path = std::vector<std::string>;

  http::Response Token(const http::Request& request, absl::Time now);
  std::optional<hubspot::Fault> FaultOfCredential(const http::Request& request,
                                                  absl::Time now) const;

  http::Response Answer(const http::Request& request, const Path& path, absl::Time now);
  http::Response Objects(const http::Request& request, const Path& path, absl::Time now);
  http::Response First(const std::string& type) const;
  http::Response Create(const http::Request& request, const std::string& type, absl::Time now);
  http::Response Single(const http::Request& request,
                        const std::string& type,
                        const std::string& id,
                        absl::Time now);
  http::Response Search(const http::Request& request,
                        const std::string& type,
                        absl::Time now) const;
  http::Response BatchRead(const http::Request& request, const std::string& type);
  http::Response BatchWrite(const http::Request& request,
                            const std::string& type,
                            const std::string& action,
                            absl::Time now);
  // One record of a batch, into `results`; or why it is refused.
  std::optional<hubspot::Fault> WriteOne(const std::string& type,
                                         const std::string& action,
                                         hubspot::Input input,
                                         absl::Time now,
                                         json::Writer& results);
  http::Response Associations(const http::Request& request, const Path& path);
  http::Response AssociationsOfOne(const http::Request& request, const Path& path);

  http::Response Refused(const hubspot::Fault& fault) const;
  void AddQuota(http::Response& response, absl::Time now);
  std::string CorrelationId() const;
  std::string NextCorrelationId();

  hubspot::Store store_;
  std::map<std::string, absl::Time> tokens_;  // Access token -> expiry.
  Window ten_seconds_;
  Window day_;
  Window search_;
  int64_t correlation_ = 0;
};

namespace hubspot {
std::unique_ptr<System> Make();
}  // namespace hubspot

}  // namespace leadrelay::sandbox
