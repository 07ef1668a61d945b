#pragma once
// The answers of the operators' API as JSON.  Times are RFC 3339; what is not known is left out.
// Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "services/dlq/ledger/books.h"
#include "services/dlq/ledger/records.h"

namespace leadrelay::dlq {

// {"lead_id", "publisher", "accepted_at", "deliveries": [...], "timeline": [...]} and, when asked
// for, "lead": the document with the person's data.
std::string RenderLead(const LeadRecord& lead, bool with_document);

// {"dead_letters": [...], "next_cursor"}: next_cursor when the page is full.
std::string RenderDeadLetters(const std::vector<DeadLetterRecord>& letters, int limit);
std::string RenderGroups(const std::vector<DeadLetterGroup>& groups);
// One letter with everything: the attempts of its delivery, what a replay would send along, and the
// body as JSON ("body") or, where it is none, as "body_base64".
std::string RenderDeadLetter(const DeadLetterRecord& letter, const LeadRecord& lead);

// {"destinations": [{"destination", "accepted", "delivered", "suppressed", "dead", "discarded",
// "in_flight", "retrying", "difference"}], "balanced"}.  in_flight includes those that are
// retrying.
std::string RenderBooks(const Books& books);

// What is known of one destination beside its books.
struct DestinationView {
  std::string name;
  std::string connector;  // Empty: not in the configuration any more.
  BookRow books;
  std::optional<int64_t> waiting;  // Messages ready in its queue; nothing: the broker did not say.
  std::string state;               // The gate's; "unknown" when Redis did not say.
  std::string detail;
  absl::Time until = absl::InfinitePast();
  int64_t consecutive_failures = 0;
};
std::string RenderDestinations(const std::vector<DestinationView>& destinations);

void WriteTime(json::Writer& writer, const char* key, absl::Time time);  // Unless it is infinite.
void WriteText(json::Writer& writer, const char* key, const std::string& text);  // Unless empty.

}  // namespace leadrelay::dlq
