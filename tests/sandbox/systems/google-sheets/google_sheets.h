#pragma once
// Google Sheets: one spreadsheet with the tab "Leads", its error bodies, its quotas, and the token
// endpoint for one service account.  Facts: Sheets API v4 (discovery document, "Reading & writing
// cell values", "Usage limits"), RFC 7523, 2025 to 2026.
//
// What it holds to:
//   - rows have no identity: every append is another row;
//   - a request is all or nothing; null leaves a cell as it is;
//   - a value written USER_ENTERED that begins with "=" becomes a formula (counted in the report),
//     RAW it is a text;
//   - OVERWRITE, the default of appends, may hit a row that another append has just written: it
//     does here, whenever two arrive within a second;
//   - a cell of more than 50,000 characters is refused;
//   - 60 reads and 60 writes in a minute.
//
// Access tokens are given for an assertion that the account's key signed, whose claims are in order
// by the sandbox's clock; they are good until ExpireTokens().
// It lives below /google-sheets/v4 and /google-sheets/token.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/google-sheets/account.h"
#include "tests/sandbox/systems/google-sheets/sheet.h"

namespace leadrelay::sandbox::google_sheets {

class GoogleSheets final : public System {
 public:
  GoogleSheets();

  std::string_view name() const override { return "google-sheets"; }
  bool Owns(std::string_view path) const override { return path.starts_with("/google-sheets/"); }
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void ExpireTokens() override { tokens_.clear(); }
  Window* FindWindow(std::string_view name) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  http::Response Token(const http::Request& request, absl::Time now);
  http::Response Values(const http::Request& request, std::string_view rest, absl::Time now);
  http::Response Append(const http::Request& request, const Area& table, absl::Time now);
  http::Response BatchUpdate(const http::Request& request);
  http::Response BatchGet(const http::Request& request) const;

  Sheet sheet_;
  std::set<std::string> tokens_;
  int64_t issued_ = 0;
  absl::Time last_append_ = absl::InfinitePast();
  Window reads_;
  Window writes_;
};

std::unique_ptr<System> Make();

}  // namespace leadrelay::sandbox::google_sheets
