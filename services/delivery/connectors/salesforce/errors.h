#pragma once
// What Salesforce's error answers mean.  Pure.
//
// A whole request that is refused answers an array, a record of a collection has one inside:
//   [{"errorCode":"REQUIRED_FIELD_MISSING","message":"...","fields":["LastName"]}]
//   {"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"...","fields":[]}]}
// Both spellings of the code are read in both places.  Messages quote the lead's values, so nothing
// of a message is ever passed on: only codes, and names of fields that we sent ourselves.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

struct ApiError {
  std::string code;                 // "REQUIRED_FIELD_MISSING"; empty: not told.
  std::vector<std::string> fields;  // As the answer has them: shown only when they are ours.
  std::string record_id;            // DUPLICATE_VALUE: who has the value.
  bool concurrent = false;          // REQUEST_LIMIT_EXCEEDED: too many at a time, not in a day.
  friend bool operator==(const ApiError&, const ApiError&) = default;
};

// Of an array of errors, or of one: the first that has a code.
ApiError ReadError(const json::Value& errors);

// Of a row of a bulk job: "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"
// (as jsforce 3.10 tests it against an org).
ApiError ReadRowError(std::string_view text);

// The records that a duplicate rule holds for the same.  Collections do not tell them.
struct Match {
  std::string object;  // "Lead"
  std::string id;
  friend bool operator==(const Match&, const Match&) = default;
};
std::vector<Match> ReadMatches(const json::Value& errors);

// Whether we sent a field of that name.
using SentField = std::function<bool(std::string_view field)>;

// "REQUIRED_FIELD_MISSING (LastName)"
std::string Describe(const ApiError& error, const SentField& sent);

// What a record needs is gone from Salesforce, or is not what its id says.
bool IsGone(const ApiError& error);

// A verdict on one record.
Outcome JudgeRecord(const ApiError& error, int status, const SentField& sent);

// Decides a job whose record was refused.  When what it hangs on is gone, what we knew is worth
// nothing: the next attempt begins anew, and looks before it creates.
void RefuseRecord(Job& job, const ApiError& error, int status, const SentField& sent);

// `creates`: a repeated call would make a second record, so a failure that may have come after the
// work was done is kUnknown.
Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now);

}  // namespace leadrelay::delivery::salesforce
