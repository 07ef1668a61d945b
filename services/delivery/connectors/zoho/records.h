#pragma once
// Records as Zoho's record endpoints take them, and the verdicts they give.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/zoho/api_error.h"
#include "services/delivery/map/scalar.h"

namespace leadrelay::delivery::zoho {

inline constexpr size_t kMostRecords = 100;  // Of one request.

class Record {
 public:
  // Each replaces the field of that name.
  void Put(std::string_view name, const Scalar& value);
  void PutText(std::string_view name, std::string value) { Put(name, Scalar(std::move(value))); }
  void PutLookup(std::string_view name, std::string_view id);    // {"id": ...}
  void PutList(std::string_view name, std::string_view joined);  // "a;b" -> ["a","b"]
  void PutParent(std::string_view module, std::string_view id);  // Parent_Id of a note.
  void Drop(std::string_view name);
  void Take(const Record& other);  // All of its fields.

  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  std::string Text(std::string_view name) const;  // Empty when there is none.
  void Write(json::Writer& writer) const;

 private:
  struct Field {
    std::string name;
    std::string json;
    std::string text;
  };
  const Field* Find(std::string_view name) const;
  void PutJson(std::string_view name, std::string json, std::string text);

  std::vector<Field> fields_;
};

// What goes beside the records of a request.
struct Envelope {
  std::vector<std::string> duplicate_check_fields;  // Of an upsert; empty: none.
  bool workflows = true;  // Zoho's default; else `trigger` says that nothing is set off.
};

std::string WriteRecords(const std::vector<Record>& records, const Envelope& envelope);

struct RecordVerdict {
  enum class Kind { kWritten, kFailed, kSilent };
  Kind kind = Kind::kSilent;  // The answer says nothing of it.
  std::string id;             // Written.
  bool created = false;       // Written: `action` is "insert", or there is none.
  ApiError error;             // Failed.
};

// One verdict per record of a request of `count`.  A success bears nothing of its record but its
// place, so all of them are silent when the answer has another number of places than the request,
// or an error names another place than its own: a record of one person must not get the id of
// another.
std::vector<RecordVerdict> ReadVerdicts(size_t count, const json::Value& body);

}  // namespace leadrelay::delivery::zoho
