#pragma once
// Steps that wait for a bulk job and read what became of its people.  Pure.
//
// Facts: Bulk API 2.0 Developer Guide v67.0, "Get Information About an Ingest Job", "Get Job
// Successful (Failed) Record Results": kept for seven days, and not kept of batches beyond the
// day's allocation.  A field that is not there fails the whole job: "InvalidBatch : Field name not
// found" (github.com/amp-labs/connectors/pull/118).  Who is in neither result was not processed.

#include <memory>

#include "services/delivery/connectors/salesforce/bulk_step.h"

namespace leadrelay::delivery::salesforce {

// Ends in a retry when Salesforce takes too long: well before the broker loses patience with the
// messages (30 minutes), and the loop with the calls.
std::unique_ptr<const delivery::Step> AskAfterBulkJob(const Settings& settings);
std::unique_ptr<const delivery::Step> ReadBulkSuccesses(const Settings& settings);
std::unique_ptr<const delivery::Step> ReadBulkFailures(const Settings& settings);

}  // namespace leadrelay::delivery::salesforce
