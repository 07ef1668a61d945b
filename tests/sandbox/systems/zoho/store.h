#pragma once
// Store: the records of one Zoho account, what its layouts ask of them, and which two it takes for
// one.  Pure.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "tests/sandbox/systems/zoho/schema.h"

namespace leadrelay::sandbox::zoho {

struct Record {
  std::string id;
  std::map<std::string, std::string> fields;  // Name -> JSON.
  absl::Time created_at;
  absl::Time modified_at;

  std::string Text(const std::string& field) const;    // Empty when there is none.
  std::string Lookup(const std::string& field) const;  // The id in {"id"}.
};

// Why a record is not taken.
struct Fault {
  std::string code;
  std::string field;
  std::string detail;  // A further member of `details`, as JSON: "\"expected_data_type\":\"email\""
};

struct Written {
  Record* record = nullptr;  // Null: `fault`.
  bool inserted = false;
  std::string duplicate_field;
  Fault fault;
};

class Store {
 public:
  Store();

  bool HasModule(const std::string& module) const { return schema_.contains(module); }
  const std::vector<Field>& Fields(const std::string& module) const;
  const Field* FindField(const std::string& module, const std::string& name) const;
  const std::deque<Record>& All(const std::string& module) const;
  Record* Find(const std::string& module, const std::string& id);

  // Matched by the fields of `check`, in their order; none: an insert.
  Written Upsert(const std::string& module,
                 const json::Value& input,
                 const std::vector<std::string>& check,
                 absl::Time now);
  Written Update(const std::string& module,
                 const std::string& id,
                 const json::Value& input,
                 absl::Time now);
  bool Delete(const std::string& module, const std::string& id);
  void Clear();

  // Records that ought to be one: people of one address, or of one number without an address;
  // accounts of one name; deals, notes and tasks of one person that are called the same.
  int64_t Duplicates() const;

 private:
  std::optional<Fault> Check(const std::string& module,
                             const json::Value& input,
                             const Record* existing);
  std::optional<Fault> CheckValue(const Field& field, const json::Value& value);
  Record* FindBy(const std::string& module, const std::string& field, const std::string& value);
  static void Patch(Record& record, const json::Value& input, absl::Time now);

  const Schema schema_;
  std::map<std::string, std::deque<Record>> records_;
  int64_t next_ = 1;
};

}  // namespace leadrelay::sandbox::zoho
