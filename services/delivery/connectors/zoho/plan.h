#pragma once
// Plan: every step of a Zoho destination, and which one a job needs next.  Pure.
//
//   upsert accounts
//   -> upsert people | find people by phone -> update people | create people
//   -> find deals -> create deals | upsert deals | find deals to move -> move deals
//   -> list notes -> create notes
//   -> find tasks -> create tasks
//
// People without anything that an upsert knows them by are looked for before they are created.
// Deals, notes and tasks are looked for only when an earlier attempt may have made them.  There is
// a step of each kind for Leads and for Contacts where the two have addresses of their own.

#include <array>
#include <memory>
#include <vector>

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/settings.h"

namespace leadrelay::delivery::zoho {

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  // In the order in which a batch goes through them.
  const std::vector<const Step*>& steps() const { return steps_; }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  // By the number of fields with a stand-in: no answer leads back to the step that it came from.
  static constexpr size_t kMostStandIns = 2;
  using Attempts = std::array<const Step*, kMostStandIns + 1>;

  struct People {
    Attempts upsert = {};
    const Step* find = nullptr;
    const Step* update = nullptr;
    Attempts create = {};
    const Step* find_tasks = nullptr;
  };

  const Step* Add(std::unique_ptr<const Step> step);
  void AddPeople(const std::string& module);

  const People& PeopleOf(const Job& job) const;
  const Step* ForAccount(const Job& job) const;
  const Step* ForPerson(const Job& job) const;
  const Step* ForDeal(const Job& job) const;
  const Step* ForMove(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForTask(const Job& job) const;

  const Settings& settings_;
  const Step* upsert_accounts_ = nullptr;
  People leads_;
  People contacts_;
  const Step* find_deals_ = nullptr;
  const Step* write_deals_ = nullptr;
  const Step* find_deals_to_move_ = nullptr;
  const Step* move_deals_ = nullptr;
  const Step* list_notes_ = nullptr;
  const Step* create_notes_ = nullptr;
  const Step* create_tasks_ = nullptr;
  std::vector<std::unique_ptr<const Step>> owned_;
  std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::zoho
