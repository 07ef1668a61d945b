#pragma once
// The person of a job as Pipedrive knows persons: who it is, and which record is the same.  Pure.
//
// Nothing is unique in Pipedrive, so what is the same person is for us to say.  An e-mail address
// that is the same but for its case: the same person.  A phone number of the same digits: the same
// person, as long as one of the two has no e-mail address; colleagues share a switchboard.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/pipedrive/settings.h"

namespace leadrelay::delivery::pipedrive {

struct Person {
  std::string email;
  std::string phone;
  std::string name;  // Empty: the lead says none.
  std::string organization;
  std::vector<MappedField> others;
};

Person PersonOf(const Job& job, const Settings& settings);

// Of a record: texts (search) or {"value": ..} (everywhere else).
std::vector<std::string> Values(const json::Value& points);

bool SameEmail(std::string_view a, std::string_view b);
bool SamePhone(std::string_view a, std::string_view b);

// The one of `records` that is this person: by e-mail address before by phone number, and the
// oldest of those.  `emails` and `phones` are members of a record.
json::Value FindSame(const Person& person,
                     const std::vector<json::Value>& records,
                     bool match_phone);

// The record's list with `value` added, as JSON to be written; nothing when it has it already.
using Same = bool (*)(std::string_view, std::string_view);
std::optional<std::string> WithPoint(const json::Value& points,
                                     const std::string& value,
                                     Same same);

// A positive number as a record has it; empty for anything else.
std::string IdIn(const json::Value& id);
bool IsId(std::string_view text);  // "51"

// When a record was made: RFC 3339 (v2, leads) or "2026-09-01 10:00:00" (v1), in UTC.
std::optional<absl::Time> TimeIn(const json::Value& value);

}  // namespace leadrelay::delivery::pipedrive
