#pragma once
// ActiveCampaign: contacts, deals, notes and tasks of one account, with its identity rules, its
// error bodies and its one rate window.  Facts: the v3 reference and the pages "rate-limits",
// "authentication" and "errors" of developers.activecampaign.com (2025-10 to 2026-02).
//
// What it holds to:
//   - a contact's e-mail is unique, without regard to case; sync by it patches what is sent;
//   - deals, notes and tasks have no identity: what is posted twice is there twice;
//   - subscribing somebody who unsubscribed brings them back: Report() counts it;
//   - ids are texts, values are cents, currencies are in lower case;
//   - an import is queued at once and written kImportTime later; it knows tags by name, and makes
//     those that there are not; a contact that it cannot write is among the failures, by address;
//   - 429 at five requests in a second, with Retry-After and RateLimit headers;
//   - a wrong key is 403; what is no path of the API is a page.
//
// Below /activecampaign/api/3, with the header `Api-Token: kToken`.  There are the lists 1 to 3,
// the tags 20 (web lead) and 21 (to call), the custom fields 1 to 9 of contacts and of deals, the
// users 1 and 2, the task types 1 to 3, and pipeline 1 with the stages 1 to 3.  Who syncs as
// optout@example.com had unsubscribed from list 2.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/system.h"

namespace leadrelay::sandbox {

class ActiveCampaign final : public System {
 public:
  static constexpr std::string_view kToken = "ac-sandbox-key";
  static constexpr std::string_view kOptedOut = "optout@example.com";
  static constexpr absl::Duration kImportTime = absl::Seconds(3);

  ActiveCampaign();

  std::string_view name() const override { return "activecampaign"; }
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
    std::string id;
    std::map<std::string, std::string> fields;
    std::map<std::string, std::string> custom;  // By the field's number.
    std::string created;
    std::string updated;
  };
  struct Import {
    std::string id;
    json::Document body;
    absl::Time queued;
    bool done = false;
    std::vector<std::string> success;  // Ids of new contacts.
    std::vector<std::string> failure;  // Addresses.
  };
  struct Call {  // A request below /api/3.
    const http::Request& request;
    std::vector<std::string> path;
    json::Value body;
    absl::Time time;
    std::string now;
    bool Is(std::string_view method, std::string_view resource, size_t parts) const;
  };

  http::Response Answer(const Call& call);
  http::Response Sync(const Call& call);
  http::Response Subscribe(const Call& call);
  http::Response Tag(const Call& call);
  http::Response CreateDeal(const Call& call);
  http::Response CreateNote(const Call& call);
  http::Response CreateTask(const Call& call);
  http::Response Single(const Call& call, const std::string& type, std::string_view member);
  http::Response List(const Call& call) const;
  http::Response OfContact(const Call& call) const;
  http::Response ListStages() const;
  http::Response ListLists(const Record& contact) const;

  http::Response QueueImport(const Call& call);
  http::Response ImportInfo(const Call& call, const std::string& id) const;
  void RunImports(const Call& call);
  void ImportOne(const json::Value& contact, const Call& call, Import& import);

  Record& Add(const std::string& type, const Call& call);
  Record* Find(const std::string& type, const std::string& id);
  const Record* Find(const std::string& type, const std::string& id) const;
  Record* FindEmail(const std::string& email);
  // Of that address; a new one's id is added to `made`.
  Record& ContactOf(const std::string& email, const Call& call, std::vector<std::string>* made);
  std::string TagOf(const std::string& name);
  static bool IsCustomField(const std::string& id);
  static void Patch(Record& record, const json::Value& members, const std::string& now);
  static void Write(const Record& record, json::Writer& writer);
  http::Response One(int status, std::string_view member, const Record& record) const;
  http::Response Many(std::string_view member, const std::vector<const Record*>& records) const;

  std::map<std::string, std::vector<Record>> stores_;                        // By type.
  std::map<std::pair<std::string, std::string>, std::string> subscription_;  // Contact, list.
  std::set<std::pair<std::string, std::string>> contact_tags_;
  std::map<std::string, std::string> tags_;  // Names by id.
  std::vector<Import> imports_;
  int64_t brought_back_ = 0;
  int64_t next_id_ = 113;
  Window second_;
};

namespace activecampaign {
std::unique_ptr<System> Make();
}  // namespace activecampaign

}  // namespace leadrelay::sandbox
