#pragma once
// The stage of a deal, as a status of the account's opportunities.  Pure.
//
// Statuses are each account's own: a label, a generated id, and one of the types active, won and
// lost.  A lead names one by id, by label, by a word of deal_stages, or by one of leadrelay's own
// words (new, qualified, demo, proposal, won, lost).

#include <optional>
#include <string>

#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::close {

// What the job asks for, after deal_stages: an id, or a label or word to be looked up; empty when
// it asks for nothing.
std::string WantedStage(const Job& job, const Settings& settings);
bool IsStageId(std::string_view stage);

// The id of the status that `stage` means, of `data` as GET /status/opportunity/ lists it.  A new
// deal that is at a stage which the account does not have begins at its first active one; a deal
// that is `moved` there is not moved anywhere else.
std::optional<std::string> FindStage(const json::Value& data,
                                     std::string_view stage,
                                     std::string_view pipeline,
                                     bool moved);

// Labels and words are the same without regard to case.
bool SameLabel(std::string_view a, std::string_view b);

}  // namespace leadrelay::delivery::close
