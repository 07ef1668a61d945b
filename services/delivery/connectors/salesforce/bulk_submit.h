#pragma once
// Steps that hand a bulk job to Salesforce.  Until it is closed it does not begin.  Pure.

#include <memory>

#include "services/delivery/connectors/salesforce/bulk_step.h"

namespace leadrelay::delivery::salesforce {

std::unique_ptr<const delivery::Step> CreateBulkJob(const Settings& settings);
// One for each job: everybody at once.
std::unique_ptr<const delivery::Step> UploadBulkJob(const Settings& settings);
std::unique_ptr<const delivery::Step> CloseBulkJob(const Settings& settings);

}  // namespace leadrelay::delivery::salesforce
