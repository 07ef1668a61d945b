#pragma once
// The steps that leave a note or a task on the lead.  Pure.

#include <memory>

#include "services/delivery/connectors/close/doubt.h"
#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::close {

// Told by their text, and by being no older than the lead.
Kin NoteKin();
Kin TaskKin(const Settings& settings);

std::unique_ptr<const Step> CreateNote(const Settings& settings);
std::unique_ptr<const Step> CreateTask(const Settings& settings);

}  // namespace leadrelay::delivery::close
