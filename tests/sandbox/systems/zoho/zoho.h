#pragma once
// Zoho CRM: one account of the European data centre, with its tokens, its record endpoints, its
// query language and its credits.  Facts: www.zoho.com/crm/developer/docs/api/v8 and
// github.com/zoho/crm-oas, August 2026.
//
// What it holds to:
//   - access tokens live an hour, ten are given in ten minutes, the sixteenth ends the first; a
//     refusal is a 200 with an error; `Zoho-oauthtoken` is the only scheme that is taken;
//   - an upsert matches by duplicate_check_fields without regard to case and patches; a field that
//     is neither Zoho's own nor unique is refused; a plain create never matches;
//   - every record has a verdict at its place: 200 or 201 when all are well, 207 mixed, 400 when
//     none is; fields that a module does not have are passed over;
//   - the search sees a write only `kSearchLag` later, queries see it at once;
//   - ten records cost a credit, everything else one; from half of the day's credits on, each
//     answer tells how many are left; 429 comes without Retry-After.
// How many calls it has at a time is not counted: requests are handled one after the other here.
//
// The fields Member_No (people) and Delivery (deals) take no duplicates.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/zoho/store.h"

namespace leadrelay::sandbox::zoho {

inline constexpr std::string_view kClientId = "1000.SANDBOX";
inline constexpr std::string_view kClientSecret = "zoho-sandbox-secret";
inline constexpr std::string_view kRefreshToken = "1000.zoho-sandbox-refresh";
inline constexpr absl::Duration kSearchLag = absl::Seconds(2);

class Zoho final : public System {
 public:
  Zoho();

  std::string_view name() const override { return "zoho"; }
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
  struct Token {
    std::string text;
    absl::Time expires_at;
  };

  http::Response GiveToken(const http::Request& request, absl::Time now);
  bool IsAuthorized(const http::Request& request, absl::Time now) const;
  // `path` without /zoho/crm/v8.
  http::Response Answer(const http::Request& request,
                        const std::vector<std::string>& path,
                        absl::Time now);
  http::Response Records(const http::Request& request,
                         const std::vector<std::string>& path,
                         absl::Time now);
  http::Response Write(const http::Request& request,
                       const std::string& module,
                       bool upsert,
                       const std::string& id,
                       absl::Time now);
  http::Response Delete(const std::string& all, const std::string& module);
  http::Response Search(const http::Request& request, const std::string& module, absl::Time now);
  http::Response Select(const http::Request& request);
  http::Response NotesOf(const std::string& id);
  http::Response Fields(const std::string& module) const;
  void AddCredits(http::Response& response, absl::Time now);

  Store store_;
  std::deque<Token> tokens_;
  int64_t issued_ = 0;
  Window token_window_;
  Window credits_;
};

std::unique_ptr<System> Make();

}  // namespace leadrelay::sandbox::zoho
