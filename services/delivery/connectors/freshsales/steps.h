#pragma once
// The requests of a Freshsales delivery, one job each.  Pure.

#include <string_view>

#include "services/delivery/connectors/freshsales/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::freshsales {

// Scratch.
inline constexpr std::string_view kDealLooked = "deal_looked";
inline constexpr std::string_view kNoteLooked = "note_looked";
inline constexpr std::string_view kTaskLooked = "task_looked";
inline constexpr std::string_view kStageId = "stage_id";  // What was found for a name.

// Decides a job whose request was refused.  When what it hangs on is gone (404), what we knew is
// worth nothing: the next attempt begins anew, and looks before it creates.
void RefuseUnlessGone(Job& job, const Verdict& verdict, const Answer& answer);

// `settings` outlives each of them.
JobStep::Plan UpsertContact(const Settings& settings);

// Whether an earlier attempt came through.  They read what belongs to the contact: a search may lag
// behind.  That a contact shows its notes and tasks like this is UNVERIFIED, so an answer without
// the list is never taken for an empty one: then the job stays in doubt, and nothing is doubled.
JobStep::Plan LookForOurDeal(const Settings& settings);
JobStep::Plan LookForOurNote(const Settings& settings);
JobStep::Plan LookForOurTask(const Settings& settings);
// The deal that is to be moved; a retry when there is none.
JobStep::Plan LookForDeal(const Settings& settings);

JobStep::Plan FindStage(const Settings& settings);
JobStep::Plan CreateDeal(const Settings& settings);
JobStep::Plan MoveDeal(const Settings& settings);
JobStep::Plan CreateNote(const Settings& settings);
JobStep::Plan CreateTask(const Settings& settings);

// The id of a record in an answer; empty when it is none.
std::string IdOf(const json::Value& record);

}  // namespace leadrelay::delivery::freshsales
