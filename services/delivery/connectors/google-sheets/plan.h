#pragma once
// Plan: every step of a Google Sheets destination, and which one a job needs next.  Pure.
//
//   read the headings
//   a lead:          (after a lost answer: read the delivery ids) -> append rows
//   update_person:   read the keys -> update rows | append rows
//   mark_synced:     read the delivery ids -> mark rows (mark_step.h)
//
// Rows have no identity but what stands in them: the delivery id tells whose a row is, and the key
// columns tell the person.  Row numbers change under people's hands, so they are found anew in
// every batch and used at once.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/delivery/connectors/google-sheets/settings.h"
#include "services/delivery/connectors/google-sheets/sheet.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::google_sheets {

inline constexpr size_t kMostRows = 100;  // Of a request; our own measure.

// Scopes of the rate windows.
inline constexpr std::string_view kReads = "read";
inline constexpr std::string_view kWrites = "write";

// Progress: the row that the lead got, or that was updated, by its number then.
inline constexpr std::string_view kRow = "row";
inline constexpr std::string_view kEffect = "effect";  // "created", "updated"

// Scratch.
inline constexpr std::string_view kHeader = "header";
inline constexpr std::string_view kLooked = "looked_up";  // The delivery id, or the key.
inline constexpr std::string_view kFound = "found";       // The row to update or to mark.

// ".../v4/spreadsheets/ID/values/RANGE"
std::string ValuesUrl(const Settings& settings, std::string_view cells);

std::string BatchUpdateUrl(const Settings& settings);

// The headings that the batch has read.
Header HeaderOf(const Job& job);

// What the job writes: its mapped fields.
std::vector<MappedField> FieldsOf(const Job& job, const Settings& settings);
// The key column that the job fills and what it fills it with, in lower case; empty: none.
std::pair<std::string, std::string> KeyOf(const Job& job, const Settings& settings);
bool UpdatesPerson(const Job& job);

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  // In the order in which a batch goes through them.
  const std::vector<const Step*>& steps() const { return steps_; }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  std::unique_ptr<const Step> read_header_;
  std::unique_ptr<const Step> read_ids_;
  std::unique_ptr<const Step> mark_;
  std::unique_ptr<const Step> append_;
  std::unique_ptr<const Step> update_;
  std::unique_ptr<const Step> read_keys_;
  std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::google_sheets
