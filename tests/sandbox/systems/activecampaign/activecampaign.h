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

#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/activecampaign/requests.h"
#include "tests/sandbox/systems/activecampaign/store.h"

namespace leadrelay::sandbox {

class ActiveCampaign final : public System {
 public:
  static constexpr std::string_view kToken = "ac-sandbox-key";
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
  using Call = activecampaign::Call;

  struct Import {
    std::string id;
    json::Document body;
    absl::Time queued;
    bool done = false;
    std::vector<std::string> success;  // Ids of new contacts.
    std::vector<std::string> failure;  // Addresses.
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

  http::Response QueueImport(const Call& call);
  http::Response ImportInfo(const Call& call, const std::string& id) const;
  void RunImports(const Call& call);
  void ImportOne(const json::Value& contact, const Call& call, Import& import);

  activecampaign::Store store_;
  std::vector<Import> imports_;
  Window second_;
};

namespace activecampaign {
std::unique_ptr<System> Make();
}  // namespace activecampaign

}  // namespace leadrelay::sandbox
