#pragma once
// What Airtable's error answers mean.  Pure.
//
//   {"error":{"type":"UNKNOWN_FIELD_NAME","message":"Unknown field name: \"Emial\""}}
//   {"error":"NOT_FOUND"}                                    the type alone
//
// Messages quote names of fields and may quote values, so nothing of a message is ever passed on:
// only its type, and a field's name when it is one that we sent ourselves.

#include <functional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::airtable {

struct ApiError {
  std::string type;        // "UNKNOWN_FIELD_NAME"; empty: none.
  std::string field;       // That the message names.  Not to be shown unless it is one of ours.
  bool computed = false;   // The field is computed, and takes no values.
  bool ambiguous = false;  // An upsert that more than one record matches.
  friend bool operator==(const ApiError&, const ApiError&) = default;
};

ApiError ReadError(const json::Value& body);

// Whether we sent a field of that name.
using SentField = std::function<bool(std::string_view field)>;

// A verdict on a record that was refused alone.
Outcome JudgeRecord(const ApiError& error, int status, const SentField& sent);

// The record, or one that it links to, is no longer in the base.
bool IsGone(const ApiError& error);

Verdict JudgeReply(const Answer& answer, absl::Time now);

}  // namespace leadrelay::delivery::airtable
