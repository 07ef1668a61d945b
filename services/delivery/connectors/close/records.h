#pragma once
// The person of a job in Close: a contact in a lead, as the bodies of the requests that write them;
// and what is known of all its records.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::close {

// Progress: what is there already.
inline constexpr std::string_view kLeadId = "lead_id";
inline constexpr std::string_view kContactId = "contact_id";
inline constexpr std::string_view kContactEffect = "contact_effect";  // "created", "updated", "".
inline constexpr std::string_view kLeadWritten = "lead_written";
inline constexpr std::string_view kStageId = "stage_id";
inline constexpr std::string_view kDealId = "opportunity_id";
inline constexpr std::string_view kDealMoved = "opportunity_moved";
inline constexpr std::string_view kNoteId = "note_id";
inline constexpr std::string_view kTaskId = "task_id";

struct Contact {
  std::string email;        // In lower case.
  std::string given_email;  // As the lead has it.
  std::string phone;
  std::string url;
  std::vector<MappedField> fields;  // The others.
};
Contact ContactOf(const Job& job, const Settings& settings);

// The company's name, as lead_mapping has it; empty when the lead names none.
std::string CompanyOf(const Job& job, const Settings& settings);

// A new lead with its contact; a new contact of the lead in the job's progress.
std::string NewLead(const Job& job, const Settings& settings);
std::string NewContact(const Job& job, const Settings& settings);

// What an existing record lacks of the job's values; empty when it lacks nothing.  Lists are
// merged, since Close replaces them as a whole.  A lead's name and status are its owners' affair.
std::string ContactChanges(const Job& job, const Settings& settings, const json::Value& there);
std::string LeadChanges(const Job& job, const Settings& settings);

// For the bodies of other records.
std::string TextOf(const std::vector<MappedField>& fields, std::string_view name);
// Custom fields keep their types; Close's own fields that come here are texts.
void WriteField(json::Writer& writer, const MappedField& field);

}  // namespace leadrelay::delivery::close
