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

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"

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
  struct Record {
    int64_t id = 0;
    std::map<std::string, std::string> fields;
    std::map<std::string, std::string> custom;
    std::set<int64_t> contacts;        // That it belongs to.
    std::map<int64_t, bool> accounts;  // Of a contact: which one is primary.
    absl::Time created;
    absl::Time updated;
  };
  struct BulkJob {
    int64_t id = 0;
    json::Document body;
    absl::Time queued;
    bool done = false;
    int64_t successes = 0;
    std::vector<std::pair<std::string, std::string>> failures;  // Address, message.
  };
  struct Call {  // A request below the API.
    const http::Request& request;
    std::vector<std::string> path;
    json::Value body;
    absl::Time now;
    bool Is(std::string_view method, std::string_view resource, size_t parts) const;
  };

  http::Response Answer(const Call& call);
  http::Response Upsert(const Call& call);
  http::Response UpsertAccount(const Call& call);
  http::Response PutContact(const Call& call, Record& contact);
  http::Response QueueBulk(const Call& call);
  http::Response ReadBulk(const std::string& id) const;
  void RunBulks(absl::Time now);
  http::Response CreateDeal(const Call& call);
  http::Response CreateActivity(const Call& call, const std::string& type);
  http::Response Single(const Call& call, const std::string& type);
  http::Response ReadContact(const Call& call, const Record& contact) const;
  http::Response LookUp(const Call& call) const;
  http::Response Search(const Call& call) const;

  Record& Add(const std::string& type, absl::Time now);
  const std::vector<Record>& All(const std::string& type) const;
  Record* Find(const std::string& type, std::string_view field, const std::string& value);
  // What is wrong with a contact's fields; empty: nothing.
  static std::string FaultIn(const json::Value& contact);
  static void Patch(Record& record, const json::Value& members, absl::Time now);
  static void Write(const Record& record, json::Writer& writer);
  static void WriteMembers(const Record& record, json::Writer& writer);  // Of an open object.
  http::Response One(const std::string& type, const Record& record) const;
  http::Response OneContact(const Call& call, const Record& contact) const;
  void WriteOf(const Record& contact, const std::string& type, json::Writer& writer) const;

  std::map<std::string, std::vector<Record>> stores_;  // By type: "contacts".
  std::vector<BulkJob> bulk_jobs_;
  int64_t next_id_ = 70'042'006'456;
  Window minute_;
  Window hour_;
};

namespace freshsales {
std::unique_ptr<System> Make();
}  // namespace freshsales

}  // namespace leadrelay::sandbox
