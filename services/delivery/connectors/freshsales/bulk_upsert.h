#pragma once
// The bulk upsert: a backlog of contacts in a few of the hour's calls.  Pure.
//
//   bulk upsert contacts -> ask after the bulk job
//
// Facts (a connector page of MindCloud, the sources of two clients and of Appmixer's connector; the
// vendor's own page could not be read):
//   - POST contacts/bulk_upsert {"contacts": [{"emails": "a@example.com", "data": {..}}]}, of up
//     to 100 (a client's remark; UNVERIFIED), is answered by {"message", "job_status_url"}.  That
//     proves the queueing alone;
//   - contacts are told by their e-mail address, so repeating it is harmless;
//   - the URL's last part is the job's id, and GET job_statuses/<id> tells how far it is.  In which
//     words is UNVERIFIED: job_status.h;
//   - nothing is known of a contact's id in it.
//
// Whoever is refused, failed or left unclear is upserted alone, and the verdict on that is the
// lead's.

#include <memory>
#include <string>
#include <vector>

#include "services/delivery/connectors/freshsales/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::freshsales {

inline constexpr int kMostInBulk = 100;

// Progress.
inline constexpr std::string_view kBulkJob = "bulk_job";    // Where the job is asked after: a path.
inline constexpr std::string_view kBulkDone = "bulk_done";  // It is in.  Its id is not known.

// By which PickForBulk() tells people apart: the address; empty for a job that needs more than a
// bulk upsert can do, or that is past it.
std::string BulkKey(const Job& job, const Settings& settings);

// What is left of an earlier attempt's bulk job goes by itself when asking would cost as much.
void LeaveSmallBulks(Batch& batch);

// "https://youralias.myfreshworks.com": the base URL may go on with a path.
std::string OriginOf(const Settings& settings);

// Where a bulk job is asked after, of the answer to a bulk upsert: the path of its URL on our own
// host; on another, which does not get our key, its id below our own.  Empty: nowhere.
std::string BulkJobIn(const json::Value& body, const Settings& settings);

class BulkUpsert {
 public:
  explicit BulkUpsert(const Settings& settings);  // `settings` outlives it.

  const std::vector<const Step*>& steps() const { return steps_; }
  bool Has(const Step& step) const;

  // Null: the contact is to be upserted, unless it is kBulkDone.
  const Step* Next(const Job& job) const;

  // An answer to one of the steps.  What concerns the bulk alone is no error: the step sends its
  // jobs the usual way, which may be allowed or understood where a bulk is not.
  static Verdict Judge(const Answer& answer, absl::Time now);

 private:
  const std::unique_ptr<const Step> upsert_;
  const std::unique_ptr<const Step> ask_;
  const std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::freshsales
