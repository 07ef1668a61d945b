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
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"

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
  using Properties = std::map<std::string, std::string>;
  struct Association {
    std::string to_type;
    std::string to_id;
    int64_t type_id = 0;
    auto operator<=>(const Association&) const = default;
  };
  struct Record {
    std::string id;
    Properties properties;
    std::set<Association> associations;
    absl::Time created_at;
    absl::Time updated_at;
    bool archived = false;
  };
  struct Fault {  // Why one input is refused.
    int status = 400;
    std::string category;
    std::string message;
    std::string code = {};
    std::string property = {};
  };
  struct Input {  // One record of a request, batch or single.
    std::string id;
    std::string id_property;
    std::string trace_id;
    Properties properties;
    std::vector<Association> associations;
  };
  using Store = std::vector<Record>;

  static http::Response Json(int status, json::Writer& writer);
  static std::string TypeName(const std::string& type);
  static std::string FarType(int64_t type_id);  // Of a type of association.

  http::Response Token(const http::Request& request, absl::Time now);
  http::Response Objects(const http::Request& request,
                         const std::vector<std::string>& path,
                         absl::Time now);
  http::Response Single(const http::Request& request,
                        const std::string& type,
                        const std::string& id,
                        absl::Time now);
  http::Response Create(const http::Request& request, const std::string& type, absl::Time now);
  http::Response BatchWrite(const http::Request& request,
                            const std::string& type,
                            const std::string& action,
                            absl::Time now);
  http::Response BatchRead(const http::Request& request, const std::string& type);
  http::Response Search(const http::Request& request, const std::string& type, absl::Time now);
  http::Response Associations(const http::Request& request, const std::vector<std::string>& path);
  http::Response AssociationsOfOne(const http::Request& request,
                                   const std::vector<std::string>& path);
  std::map<std::string, int64_t> LinksOf(const std::string& from_type,
                                         const std::string& id,
                                         const std::string& to_type);
  int64_t CountLinks(const std::string& from_type, const std::string& to_type) const;
  http::Response ListProperties(const std::string& type) const;
  http::Response ListPipelines() const;
  http::Response Refused(const Fault& fault) const;

  Input ReadInput(const json::Value& value) const;
  const Fault* Check(const std::string& type, const Input& input, Fault& fault) const;
  Record* Find(const std::string& type, const std::string& property, const std::string& value);
  Record& Add(const std::string& type, const Input& input, absl::Time now);
  void Patch(Record& record, const Input& input, absl::Time now);
  void Write(const Record& record, json::Writer& writer, std::optional<bool> is_new = {}) const;
  void AddQuota(http::Response& response, absl::Time now);
  std::string NextCorrelationId();

  std::map<std::string, Store> stores_;                        // By object type.
  std::map<std::string, std::map<std::string, bool>> schema_;  // Type -> property -> unique.
  std::map<std::string, size_t> emails_;                       // Lower-case e-mail -> index.
  std::map<std::string, absl::Time> tokens_;                   // Access token -> expiry.
  Window ten_seconds_;
  Window day_;
  Window search_;
  int64_t next_id_ = 51;
  int64_t correlation_ = 0;
};

namespace hubspot {
std::unique_ptr<System> Make();
}  // namespace hubspot

}  // namespace leadrelay::sandbox
