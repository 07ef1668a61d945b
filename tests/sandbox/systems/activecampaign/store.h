#pragma once
// Store: the contacts, deals, notes and tasks of one ActiveCampaign account, their tags, and who
// subscribed to what.  Pure.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/json/json.h"
#include "tests/sandbox/systems/activecampaign/account.h"

namespace leadrelay::sandbox::activecampaign {

struct Record {
  std::string id;
  std::map<std::string, std::string> fields;
  std::map<std::string, std::string> custom;  // By the field's number.
  std::string created;
  std::string updated;

  std::string Text(const std::string& field) const;  // Empty when there is none.
};

class Store {
 public:
  // A contact and a list -> "1", subscribed, or "2", unsubscribed.
  using Subscriptions = std::map<std::pair<std::string, std::string>, std::string>;

  // Good until the next Add() or Delete().
  Record& Add(const std::string& type, const std::string& now);
  Record* Find(const std::string& type, const std::string& id);
  const Record* Find(const std::string& type, const std::string& id) const;
  // Of that address, without regard to case; a new one's id is added to `made`.
  Record& ContactOf(const std::string& email,
                    const std::string& now,
                    std::vector<std::string>* made);
  static void Patch(Record& record, const json::Value& members, const std::string& now);
  void Delete(const std::string& type, const std::string& id);
  const std::vector<Record>& All(const std::string& type) const;  // Oldest first.
  // What was posted twice: records of one type that say the same.
  int64_t Duplicates() const;

  // Who had unsubscribed is brought back.
  void SetSubscription(const std::string& contact,
                       const std::string& list,
                       const std::string& status);
  // Who has unsubscribed stays away.
  void SubscribeIfNew(const std::string& contact, const std::string& list);
  const Subscriptions& subscriptions() const { return subscriptions_; }
  int64_t brought_back() const { return brought_back_; }

  const std::map<std::string, std::string>& tags() const { return tags_; }  // Names by id.
  std::string TagOf(const std::string& name);  // Its id; made when there is none.
  void Tag(const std::string& contact, const std::string& tag);
  int64_t CountTagged() const { return static_cast<int64_t>(contact_tags_.size()); }

  // Of anything that has one.
  std::string NextId();

  // Ids go on.
  void Clear();

 private:
  std::map<std::string, std::vector<Record>> records_;  // By type.
  Subscriptions subscriptions_;
  std::map<std::string, std::string> tags_ = FirstTags();
  std::set<std::pair<std::string, std::string>> contact_tags_;
  int64_t brought_back_ = 0;
  int64_t next_id_ = 113;
};

}  // namespace leadrelay::sandbox::activecampaign
