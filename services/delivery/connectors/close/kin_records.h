#pragma once
// What hangs on a person's lead: an opportunity, a note, a task; as the bodies of the requests that
// write them.  Pure.

#include <string>

#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::close {

// The status of the deal, once it is known; empty until then, and when the job asks for none.
std::string StageIdOf(const Job& job, const Settings& settings);

// Close's opportunities have no name: the title is their note.
std::string DealTitle(const Job& job, const Settings& settings);
std::string NewDeal(const Job& job, const Settings& settings);
// Stage, value and day of closing; empty when the job has none of them.
std::string DealChanges(const Job& job, const Settings& settings);

std::string NoteText(const Job& job);
std::string NewNote(const Job& job);

std::string TaskText(const Job& job, const Settings& settings);
std::string NewTask(const Job& job, const Settings& settings);

}  // namespace leadrelay::delivery::close
