#pragma once
// The step that writes the companies of contacts: accounts, upserted by their name.  Pure.
//
// Facts: Account_Name is the field of Zoho's own by which accounts are told (crm-oas upsertRecords,
// Kaizen #56).  Two calls at one moment may insert one name twice, as they may a person's address,
// unless the field is marked "Do not allow duplicate values"; then the later one is told which
// record has the name, and that is taken.

#include <memory>

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/settings.h"

namespace leadrelay::delivery::zoho {

std::unique_ptr<const Step> UpsertAccounts(const Settings& settings);

}  // namespace leadrelay::delivery::zoho
