#pragma once
// What becomes of a job in Salesforce: a lead or a contact, and with it perhaps an opportunity, a
// note and a task.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/salesforce/settings.h"

namespace leadrelay::delivery::salesforce {

// Progress: what is there already.
inline constexpr std::string_view kPersonId = "person_id";
inline constexpr std::string_view kPersonEffect = "person_effect";  // "created", "updated"
inline constexpr std::string_view kDealId = "deal_id";
inline constexpr std::string_view kDealMoved = "deal_moved";
inline constexpr std::string_view kNoteId = "note_id";
inline constexpr std::string_view kTaskId = "task_id";

using Fields = std::vector<MappedField>;
const Scalar* Find(const Fields& fields, std::string_view name);
std::string TextOf(const Fields& fields, std::string_view name);
void Put(Fields& fields, std::string_view name, Scalar value);

// ASCII letters only: how Salesforce compares e-mail addresses matters here, not how people write.
std::string LowerCase(std::string_view text);

Fields PersonOf(const Job& job, const Settings& settings);
// With what Salesforce wants of every new one where the lead has nothing: "[not provided]", which
// is Salesforce's own word for it.
Fields NewPersonOf(const Job& job, const Settings& settings);
// The value of key_field; empty: the lead has none, or there is no such field.
std::string KeyOf(const Job& job, const Settings& settings);
// By what a person without a key is told from others: the e-mail address, else the phone number.
struct Identity {
  std::string_view field;  // Empty: nothing tells them apart.
  std::string value;
};
Identity IdentityOf(const Job& job, const Settings& settings);

Fields DealOf(const Job& job, const Settings& settings);
Fields NewDealOf(const Job& job, const Settings& settings);

// Of a task that is done already, or of a content note: a content note's text is no condition of a
// query, so the title bears the reference.
std::string NoteTitle(const Job& job);
Fields NoteOf(const Job& job, const Settings& settings);
// The body of a content note: base64 of HTML.
std::string NoteContent(const Job& job);
Fields TaskOf(const Job& job, const Settings& settings);
// What the external id field of an activity holds: a delivery may make a note and a task.
std::string NoteKey(const Job& job);
std::string TaskKey(const Job& job);

void WriteFields(const Fields& fields, json::Writer& writer);  // Members of an open object.

}  // namespace leadrelay::delivery::salesforce
