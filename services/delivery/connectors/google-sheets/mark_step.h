#pragma once
// The cell that says whether the other destinations have a lead.  Pure.
//
// A new lead's row says FALSE; an operation mark_synced (operation.h) finds that row by the
// delivery id in it and makes it TRUE.  Repeated, that changes nothing.

#include <memory>
#include <string>

#include "services/delivery/connectors/google-sheets/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::google_sheets {

bool MarksRow(const Job& job);

// What stands in the delivery column of the row that the job is about: its own delivery id, or that
// of the lead whose row it marks.
std::string RowIdOf(const Job& job);

// For jobs whose row was found in this batch (kFound).
std::unique_ptr<const Step> MarkRows(const Settings& settings);

}  // namespace leadrelay::delivery::google_sheets
