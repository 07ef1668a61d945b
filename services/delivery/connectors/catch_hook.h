#pragma once
// CatchHook: a secret URL that takes any JSON, as services that automate things have them.  There
// is no account behind it, nothing to look up, and no key against repetitions.  Pure.
//
// A lead is one flat object.  People map its members to the steps of their own making, by name,
// from a sample: so every member is there every time, null when the lead has nothing for it.
//
//   {"event":"lead.created","delivery_id":"...","lead_id":"...",
//    "occurred_at":"2026-08-21T10:00:00.000Z","email":"pat@example.com","phone":null, ...}
//
// The bytes are the same on every attempt, and delivery_id is what a receiver can tell a repetition
// by.

#include <string>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery {

struct CatchHook {
  std::string url;  // Whoever knows it can post: never shown.
  Mapping mapping;  // Member: lead path.  By itself, everything that a lead can have.
};

// Reads settings.url (a secret), settings.allow_http and the mapping.  Faults go to the sections.
CatchHook ReadCatchHook(Setup& setup);

void WriteFlatLead(json::Writer& writer, const CatchHook& hook, const Job& job);

}  // namespace leadrelay::delivery
