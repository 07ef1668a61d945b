#pragma once
// What the played Pipedrive holds: records of six kinds, and what it takes as one.  Pure.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::sandbox::pipedrive_store {

struct Record {
  std::string id;                              // A number; of leads, a UUID.
  std::map<std::string, std::string> members;  // Of JSON, as JSON.
  absl::Time added_at;
  absl::Time updated_at;

  json::Document Value(const std::string& member) const;  // Null when there is none.
  std::string Text(const std::string& member) const;
  std::vector<std::string> Points(const std::string& list) const;  // Values of emails, phones.
};

class Store {
 public:
  // Why the body of a request is refused: it is wrong in itself (schema.h), or what it refers to
  // is not there, or its stage is of another pipeline.  Nothing when it is taken.
  std::optional<std::string> Check(const std::string& collection,
                                   const json::Value& body,
                                   bool creates) const;

  Record& Add(const std::string& collection, const json::Value& body, absl::Time now);
  static void Patch(Record& record, const json::Value& body, absl::Time now);
  Record* Find(const std::string& collection, const std::string& id);
  bool Delete(const std::string& collection, const std::string& id);

  // Newest first.
  std::vector<const Record*> List(const std::string& collection,
                                  const std::function<bool(const Record&)>& wanted) const;
  const std::vector<Record>& All(const std::string& collection) const;

  // Records that ought to be one.
  int64_t Duplicates() const;
  void Clear();

 private:
  const Record* Get(const std::string& collection, const std::string& id) const;

  std::map<std::string, std::vector<Record>> records_;
  int64_t next_id_ = 101;
};

// As the API shows it: v1 and v2 differ in how they write times.
void Write(const std::string& collection, const Record& record, json::Writer& writer);

struct Stage {
  int id;
  const char* name;
  int pipeline;
};
const std::vector<Stage>& Stages();

std::string Lower(std::string text);

}  // namespace leadrelay::sandbox::pipedrive_store
