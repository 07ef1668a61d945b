#pragma once
// Store: the records of one HubSpot account, what it takes for one, which values are there already,
// and what is linked with what.  Pure.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "tests/sandbox/systems/hubspot/association_types.h"
#include "tests/sandbox/systems/hubspot/requests.h"

namespace leadrelay::sandbox::hubspot {

struct Record {
  std::string id;
  std::map<std::string, std::string> properties;
  std::set<Association> associations;
  absl::Time created_at;
  absl::Time updated_at;
  bool archived = false;
};

// Why a request, or one input of it, is refused.
struct Fault {
  int status = 400;
  std::string category;
  std::string message;
  std::string code = {};  // Empty: it names no property either.
  std::string property = {};
};

class Store {
 public:
  // A property that the type does not have, a value that is none of it, a link to nothing.
  // Uniqueness is not among them: whether a value that is there already is a fault depends on what
  // is done.  `type` is one of the schema's.
  std::optional<Fault> Check(const std::string& type, const Input& input) const;

  // By its id ("hs_object_id") or another property; e-mails without regard to case.  Null when
  // there is none.  Good until the next Add().
  Record* Find(const std::string& type, const std::string& property, const std::string& value);
  Record& Add(const std::string& type, const Input& input, absl::Time now);
  static void Patch(Record& record, const Input& input, absl::Time now);
  // Nothing of it is left but its place among All().
  void Archive(const std::string& type, Record& record);

  // Oldest first, with the archived ones.
  const std::vector<Record>& All(const std::string& type) const;

  // Far id -> type of the link, whichever end it was made from.
  std::map<std::string, int64_t> LinksOf(const std::string& from_type,
                                         const std::string& id,
                                         const std::string& to_type);
  // Each once, whichever end it was made from.
  int64_t CountLinks(const std::string& from_type, const std::string& to_type) const;

  // Records that ought to be one: contacts of one phone without e-mail, companies of one name,
  // deals and notes of one contact that say the same.
  int64_t Duplicates() const;

  void Clear();

 private:
  std::optional<Fault> CheckLinks(const Input& input) const;

  std::map<std::string, std::vector<Record>> records_;  // By object type.
  std::map<std::string, size_t> emails_;                // Lower-case e-mail -> index.
  int64_t next_id_ = 51;
};

}  // namespace leadrelay::sandbox::hubspot
