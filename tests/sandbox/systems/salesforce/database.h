#pragma once
// The records of the sandbox's Salesforce org, and the objects that it knows.  Pure.
// Facts: Object Reference, v67.0.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::sandbox::salesforce {

struct Record {
  std::string id;
  std::map<std::string, std::string, std::less<>> fields;  // As text; what is null is not there.
  absl::Time created;

  std::string Get(std::string_view field) const;
};

struct Field {
  size_t longest = 255;
  bool unique = false;  // And an external id.
};
struct Object {
  std::string prefix;  // Of its ids.
  std::vector<std::string> required;
  std::map<std::string, Field, std::less<>> fields;
};

// Why a record is refused.
struct Refusal {
  std::string code;
  std::string message;
  std::vector<std::string> fields;
  std::vector<std::pair<std::string, std::string>> matches;  // DUPLICATES_DETECTED: object, id.
};

class Database {
 public:
  Database();

  const Object* FindObject(std::string_view name) const;
  std::vector<Record>& Records(std::string_view object);
  const std::vector<Record>& Records(std::string_view object) const;
  Record* FindBy(std::string_view object, std::string_view field, std::string_view value);

  // A field of `values` that the object does not have.
  std::optional<std::string> UnknownField(std::string_view object, const json::Value& values) const;
  // What stands against writing `values` to a new record, or to `old`.
  std::optional<Refusal> Check(std::string_view object,
                               const json::Value& values,
                               const Record* old,
                               bool allow_duplicates) const;
  Record& Create(std::string_view object, const json::Value& values, absl::Time now);
  static void Patch(Record& record, const json::Value& values);
  void Clear();

 private:
  std::optional<Refusal> CheckUnique(std::string_view object,
                                     const json::Value& values,
                                     const Record* old) const;
  std::vector<std::pair<std::string, std::string>> Matches(std::string_view object,
                                                           const json::Value& values) const;

  std::map<std::string, Object, std::less<>> objects_;
  std::map<std::string, std::vector<Record>, std::less<>> records_;
  int64_t next_id_ = 1;
};

std::string Lower(std::string_view text);
// Ids are told by their first 15 characters.
bool SameId(std::string_view a, std::string_view b);

}  // namespace leadrelay::sandbox::salesforce
