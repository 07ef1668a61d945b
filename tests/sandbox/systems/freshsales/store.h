#pragma once
// Store: the contacts, accounts, deals, notes and tasks of one Freshsales account, and which of
// them belong together.  Pure.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::sandbox::freshsales {

struct Record {
  int64_t id = 0;
  std::map<std::string, std::string> fields;
  std::map<std::string, std::string> custom;
  std::set<int64_t> contacts;        // That it belongs to.
  std::map<int64_t, bool> accounts;  // Of a contact: which one is primary.
  absl::Time created;
  absl::Time updated;
};

// Types are the API's: "contacts", "sales_accounts", "deals", "notes", "tasks".
class Store {
 public:
  // By "id", a field or a custom one ("cf_..."), without regard to case.  Good until the next Add()
  // or Delete().
  Record* Find(const std::string& type, std::string_view field, const std::string& value);
  Record& Add(const std::string& type, absl::Time now);
  static void Patch(Record& record, const json::Value& members, absl::Time now);
  void Delete(const std::string& type, const Record& record);

  const std::vector<Record>& All(const std::string& type) const;  // Oldest first.
  // What belongs to a contact.
  std::vector<const Record*> Of(const Record& contact, const std::string& type) const;
  int64_t CountAccountsOfContacts() const;
  // Records of one type that say the same, as what was posted twice does; accounts of one name.
  int64_t Duplicates() const;

  // Of anything that has one.
  int64_t NextId() { return next_id_++; }

  // Ids go on.
  void Clear() { records_.clear(); }

 private:
  std::map<std::string, std::vector<Record>> records_;  // By type.
  int64_t next_id_ = 70'042'006'456;
};

}  // namespace leadrelay::sandbox::freshsales
