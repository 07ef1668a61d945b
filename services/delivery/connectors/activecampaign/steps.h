#pragma once
// The requests of an ActiveCampaign delivery, one job each; look-ups apart (lookups.h).  Pure.

#include <functional>
#include <string>
#include <string_view>

#include "services/delivery/connectors/activecampaign/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::activecampaign {

// Scratch.
inline constexpr std::string_view kListsRead = "lists_read";
inline constexpr std::string_view kStageId = "stage_id";  // What was found for a title.

// `settings` outlives each of them.
JobStep::Plan SyncContact(const Settings& settings);

// Subscribing somebody who opted out would bring them back, so what there is is read first, and
// only who was never on a list is put there.
JobStep::Plan ReadLists(const Settings& settings);
JobStep::Plan Subscribe(const Settings& settings, const std::string& list);
JobStep::Plan AddTag(const Settings& settings, const std::string& tag);

JobStep::Plan FindStage(const Settings& settings);
JobStep::Plan CreateDeal(const Settings& settings);
JobStep::Plan MoveDeal(const Settings& settings);
JobStep::Plan CreateNote(const Settings& settings);
JobStep::Plan CreateTask(const Settings& settings);

// When the contact itself is gone, what we knew is worth nothing: the next attempt begins anew, and
// looks before it creates.
void RefuseUnlessGone(Job& job, const Verdict& verdict, const Answer& answer);

}  // namespace leadrelay::delivery::activecampaign
