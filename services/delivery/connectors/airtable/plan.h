#pragma once
// Plan: every step of an Airtable destination, and which one a job needs next.  Pure.
//
//   upsert the person, by the first key field that the lead fills
//   -> write the note | (person known from an earlier attempt) read notes, write the note
//   -> upsert the deal | find the deal, move it
//   -> upsert the task

#include <memory>
#include <string>
#include <vector>

#include "services/delivery/connectors/airtable/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::airtable {

// ".../v0/appX/Table%201"; with `record` the one record of it.
std::string TableUrl(const Settings& settings,
                     std::string_view table,
                     std::string_view record = "");

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  const std::vector<const Step*>& steps() const { return steps_; }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  const Step* ForPerson(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForDeal(const Job& job) const;

  const Settings& settings_;
  std::vector<std::unique_ptr<const Step>> upsert_people_;  // One per key field.
  std::unique_ptr<const Step> read_notes_;
  std::unique_ptr<const Step> write_notes_;
  std::unique_ptr<const Step> upsert_deals_;
  std::unique_ptr<const Step> find_deal_;
  std::unique_ptr<const Step> move_deals_;
  std::unique_ptr<const Step> upsert_tasks_;
  std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::airtable
