#pragma once
// Airtable: one base with people, deals and things to do, its upserts, its error bodies and its
// lockout.  Facts: Airtable's Web API v0 (OpenAPI description, pages "Update multiple records",
// "Errors", "Rate limits", 2025 to 2026).
//
// What it holds to:
//   - records have no identity but their id; an upsert merges on one to three fields, creates when
//     nothing matches, and fails when more than one record does.  Whether case counts is not
//     documented: here it does, which is the harder of the two;
//   - at most ten records in a call, all or nothing;
//   - no conversion without typecast; fields that are computed or not there are refused;
//   - five requests in a second; with the sixth the base is locked for kLockout;
//   - the calls of a month, when a limit is set for the window "month": data calls are refused
//   then,
//     the meta API answers on;
//   - a refresh token is good once.
//
// Accepted credentials: kToken; OAuth access tokens, which the token endpoint gives for the current
// refresh token, kRefreshToken at first, until ExpireTokens(); kTokenWithoutScopes gets 403.
// It lives below /airtable/v0 and /airtable/oauth2/v1/token.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/airtable/base.h"
#include "tests/sandbox/systems/airtable/list.h"

namespace leadrelay::sandbox::airtable {

class Airtable final : public System {
 public:
  static constexpr std::string_view kBaseId = "appSandbox0000001";
  static constexpr std::string_view kToken = "patSandbox0000001.sandbox";
  static constexpr std::string_view kTokenWithoutScopes = "patSandbox0000002.noscopes";
  static constexpr std::string_view kClientId = "sandbox-client";
  static constexpr std::string_view kClientSecret = "sandbox-secret";
  static constexpr std::string_view kRefreshToken = "oarSandbox0";
  static constexpr absl::Duration kLockout = absl::Seconds(30);

  Airtable();

  std::string_view name() const override { return "airtable"; }
  bool Owns(std::string_view path) const override { return path.starts_with("/airtable/"); }
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void ExpireTokens() override { access_tokens_.clear(); }
  Window* FindWindow(std::string_view name) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  struct Write {  // One record of a request.
    Record* there = nullptr;
    Cells cells;
  };

  static http::Response Json(int status, std::string body);
  static http::Response Refused(const Fault& fault);
  static http::Response NotFound();

  http::Response Token(const http::Request& request);
  http::Response Meta(const std::vector<std::string>& path);
  http::Response Data(const http::Request& request,
                      const std::vector<std::string>& path,
                      absl::Time now);
  http::Response Create(Table& table, const json::Value& body, absl::Time now);
  http::Response DeleteMany(const http::Request& request, Table& table);
  http::Response WriteMany(Table& table, const json::Value& body, bool creates, absl::Time now);
  bool Plan(
      Table& table, const json::Value& body, const json::Value& input, Write& write, Fault& fault);
  bool Match(
      Table& table, const json::Value& merge, const Cells& cells, Write& write, Fault& fault);
  http::Response One(const http::Request& request, Table& table, const std::string& id);
  http::Response List(Table& table, const ListRequest& list);

  Base base_;
  std::set<std::string> access_tokens_;
  std::string refresh_token_;
  int64_t issued_ = 0;
  absl::Time locked_until_ = absl::InfinitePast();
  Window second_;
  Window month_;
};

std::unique_ptr<System> Make();

}  // namespace leadrelay::sandbox::airtable
