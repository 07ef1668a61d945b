#pragma once
// What becomes of a job in Airtable: a record of the person, and with it perhaps a deal, a task and
// a note among the person's fields.  Pure.

#include <string>
#include <string_view>

#include "services/delivery/connectors/airtable/records.h"
#include "services/delivery/connectors/airtable/settings.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::airtable {

// Progress: what is there already.
inline constexpr std::string_view kPersonId = "person_id";
inline constexpr std::string_view kPersonEffect = "person_effect";  // "created", "updated"
inline constexpr std::string_view kDealId = "deal_id";
inline constexpr std::string_view kDealMoved = "deal_moved";
inline constexpr std::string_view kTaskId = "task_id";
inline constexpr std::string_view kNoteWritten = "note_written";

// Scratch: what an answer of this very attempt says of the person's notes, and of a deal to move.
// They may change at any time, so a later attempt asks again.
inline constexpr std::string_view kNotes = "notes";
inline constexpr std::string_view kDealToMove = "deal_to_move";

// Without a key the person cannot be told from others, and is not written.
Record PersonOf(const Job& job, const Settings& settings);

// Both are upserted by the delivery id, and so never made twice.
Record DealOf(const Job& job, const Settings& settings);
Record TaskOf(const Job& job, const Settings& settings);

// Of move_deal.
std::string TitleOfDealToMove(const Job& job);
Record DealMoveOf(const Job& job, const Settings& settings);

// The entry that the lead's note makes, and all notes with it.  The reference by which it ends
// tells it from other entries.
std::string NoteEntry(const Job& job);
Record NotesOf(const Job& job, const Settings& settings);

}  // namespace leadrelay::delivery::airtable
