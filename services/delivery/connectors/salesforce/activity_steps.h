#pragma once
// Steps of notes and tasks.  A note is a task that is done already, or a content note.  Pure.

#include <memory>

#include "services/delivery/connectors/salesforce/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

// Scratch: it is not there.
inline constexpr std::string_view kNoteLooked = "note_looked";
inline constexpr std::string_view kTaskLooked = "task_looked";

std::unique_ptr<const Step> WriteNotes(const Settings& settings);
std::unique_ptr<const Step> WriteTasks(const Settings& settings);

// What an earlier attempt may have made.  A note is told by its title, which bears the millisecond
// of its lead; a task by its title, its person and by being no older than the lead.
std::unique_ptr<const Step> FindNote(const Settings& settings);
std::unique_ptr<const Step> FindTask(const Settings& settings);

}  // namespace leadrelay::delivery::salesforce
