#pragma once
// Freshsales (the Suite): contacts, accounts, deals, notes and tasks of one account, with its
// identity rules, its error bodies and its rate windows.  Facts: working clients
// (rudderlabs/rudder-transformer, n8n), a live run of 2026-10-04, crmsupport.freshworks.com
// 50000005599.
//
// What it holds to:
//   - a contact's e-mail is unique, without regard to case; upsert by it patches what is sent;
//   - an account's name is unique to its upsert, likewise; a write of a contact's list of accounts
//     replaces it, and only `include=sales_accounts` shows it;
//   - deals, notes and tasks have no identity: what is posted twice is there twice;
//   - ids are 64-bit numbers, amounts come back as texts with decimals;
//   - a refused key is 401 to who accepts JSON, and a redirection to anybody else;
//   - a bulk upsert is queued at once and written kBulkTime later; what its job says is made up, as
//     nobody shows the real one;
//   - 429 at the windows of the account, without Retry-After; search lags kSearchLag behind.
//
// Below /freshsales/crm/sales/api, with `Authorization: Token token=<kKey>`.  There are the stages
// 1 to 6 of pipeline 10, the owners 700 and 701, the currencies 1 (USD) and 3 (EUR), and the custom
// fields cf_budget and cf_origin.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/freshsales/requests.h"
#include "tests/sandbox/systems/freshsales/store.h"

namespace leadrelay::sandbox {

class Freshsales final : public System {
 public:
  static constexpr std::string_view kKey = "fs-sandbox-key";
  static constexpr absl::Duration kSearchLag = absl::Seconds(2);
  static constexpr absl::Duration kBulkTime = absl::Seconds(3);

  Freshsales();

  std::string_view name() const override { return "freshsales"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void SetLimit(std::string_view window, int64_t limit) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  using Call = freshsales::Call;

  struct BulkJob {
    int64_t id = 0;
    json::Document body;
    absl::Time queued;
    bool done = false;
    int64_t successes = 0;
    std::vector<std::pair<std::string, std::string>> failures;  // Address, message.
  };

  http::Response Answer(const Call& call);
  http::Response Upsert(const Call& call);
  http::Response PutContact(const Call& call, freshsales::Record& contact);
  http::Response ReadContact(const Call& call, const freshsales::Record& contact) const;
  http::Response NotesOf(const std::string& id);
  http::Response UpsertAccount(const Call& call);
  http::Response CreateDeal(const Call& call);
  http::Response CreateActivity(const Call& call, const std::string& type);
  http::Response Single(const Call& call, const std::string& type);
  http::Response LookUp(const Call& call) const;
  http::Response Search(const Call& call) const;

  http::Response QueueBulk(const Call& call);
  http::Response ReadBulk(const std::string& id) const;
  void RunBulks(absl::Time now);

  freshsales::Store store_;
  std::vector<BulkJob> bulk_jobs_;
  Window minute_;
  Window hour_;
};

namespace freshsales {
std::unique_ptr<System> Make();
}  // namespace freshsales

}  // namespace leadrelay::sandbox
