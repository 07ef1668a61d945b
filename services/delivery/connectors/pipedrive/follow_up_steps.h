#pragma once
// Steps that leave something for the people who follow up: a note, an activity.  Pure.
//
//   list notes -> create note;  list activities -> create activity
//
// They are listed only after a lost answer: by person, from the records.

#include <memory>
#include <string_view>

#include "services/delivery/connectors/pipedrive/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

// Scratch: looked there, and found none.
inline constexpr std::string_view kNotesLooked = "notes_looked_up";
inline constexpr std::string_view kTasksLooked = "activities_looked_up";

// `settings` outlives the step.
std::unique_ptr<const Step> ListNotes(const Settings& settings);
std::unique_ptr<const Step> CreateNote(const Settings& settings);
std::unique_ptr<const Step> ListActivities(const Settings& settings);
std::unique_ptr<const Step> CreateActivity(const Settings& settings);

}  // namespace leadrelay::delivery::pipedrive
