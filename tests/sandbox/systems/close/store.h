#pragma once
// Store: the records of one Close organization, and its search.  Pure.
//
//   - nothing is unique: the same POST twice makes two records;
//   - every PUT is a PATCH, a list in it replaces the whole list;
//   - a record is there by its id at once, in lists and in searches only kSearchLag later;
//   - a deleted one is still there by its id for as long.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::sandbox::close {

inline constexpr absl::Duration kSearchLag = absl::Seconds(2);  // Close's own is 30 to 60 s.

struct Record {
  std::string id;
  std::map<std::string, std::string, std::less<>> members;  // JSON values, by name.
  absl::Time created_at;
  absl::Time deleted_at = absl::InfiniteFuture();

  std::string Text(std::string_view member) const;  // Empty when it is no text.
  void Set(std::string_view member, std::string_view text);
  void Patch(const json::Value& body);  // Every member but the id and nested records.
  void Write(json::Writer& writer, const std::vector<std::string>& only = {}) const;
};

class Store {
 public:
  // A record of `type` ("lead", "contact", "opportunity", "note", "task") with an id of its own.
  Record& Add(std::string_view type, absl::Time now);
  Record* Find(std::string_view type, std::string_view id, absl::Time now);
  void Clear();

  const std::vector<Record>& All(std::string_view type) const;
  // What the index shows of it.
  std::vector<const Record*> Indexed(std::string_view type, absl::Time now) const;

  // The body of POST /data/search/ -> its answer; false: a query that Close would refuse.
  bool Search(const json::Value& body, absl::Time now, json::Writer& writer) const;

 private:
  std::map<std::string, std::vector<Record>, std::less<>> records_;
  int64_t next_id_ = 1;
};

}  // namespace leadrelay::sandbox::close
