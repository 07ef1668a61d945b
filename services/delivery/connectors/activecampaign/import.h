#pragma once
// The bulk importer: a backlog of contacts in a few calls.  Pure.
//
//   [read tag names] -> import contacts [-> import the rest] -> ask after the import
//
// Facts (reference/bulk-import-contacts and bulk-import-status-info, OpenAPI description of v3 of
// 2026-02; help.activecampaign.com 360017846539):
//   - up to 250 contacts and 399,999 bytes; 100 imports a minute.  "Rate limit exceeded." comes as
//     a 400;
//   - contacts are upserted by their e-mail, so repeating an import is harmless.  The answer proves
//     the queueing alone;
//   - nobody is subscribed to a list that they unsubscribed from; tags go by name, and are made
//     when there are none;
//   - a refused import was not queued.  {"failureReasons": [{"contact": 230}]} names the places of
//     those at fault (UNVERIFIED: from 0.  If from 1, the second refusal sends all by sync);
//   - status is waiting, claimed, active, completed, failed or interrupted, and false within the
//     first second.  When completed, `failure` has the addresses that did not go in, and `success`
//     the ids of new contacts, in no order that tells whose they are.
//
// What an import does not say, the sync does: whoever it refused, failed or left unclear is synced
// alone, and the verdict on that is the lead's.

#include <memory>
#include <string>
#include <vector>

#include "services/delivery/connectors/activecampaign/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::activecampaign {

inline constexpr int kMostImported = 250;
inline constexpr std::string_view kImportScope = "import";  // Of rate windows.

// Progress.
inline constexpr std::string_view kImportId = "import_id";  // Where the contact was put into.
inline constexpr std::string_view kImported = "imported";   // It is in.  Its id is not known.

// By which PickForBulk() tells people apart: the address; empty for a job that needs more than an
// import can do, or that is past it.
std::string ImportKey(const Job& job, const Settings& settings);

class Import {
 public:
  explicit Import(const Settings& settings);  // `settings` outlives it.

  const std::vector<const Step*>& steps() const { return steps_; }
  bool Has(const Step& step) const;

  // Null: the contact is to be synced, unless it is kImported.
  const Step* Next(const Job& job) const;

  // An answer to one of the steps.  What concerns the import alone is no error: the step sends its
  // jobs by sync, which may be allowed or understood where an import is not.
  static Verdict Judge(const Answer& answer, absl::Time now);

 private:
  const Settings& settings_;
  std::vector<std::unique_ptr<const Step>> own_;
  std::vector<const Step*> steps_;
  std::vector<const Step*> read_tag_;  // One for each of settings.tags.
  const Step* import_ = nullptr;
  const Step* import_rest_ = nullptr;
  const Step* ask_ = nullptr;
};

}  // namespace leadrelay::delivery::activecampaign
