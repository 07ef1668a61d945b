#pragma once
// What the books may say at any instant, whatever is broken at that moment.  Pure.
//
// At rest they must say what is so; while leads are on their way they may be behind, and never
// ahead of, those who know better: the publisher of what it has sent, the CRM of what it has.

#include <cstdint>
#include <string>
#include <vector>

#include "common/json/json.h"

namespace leadrelay::chaos {

// One destination's, as GET /v1/books has them.
struct BooksRow {
  int64_t accepted = 0;
  int64_t in_flight = 0;  // With those that are retried.
  int64_t delivered = 0;
  int64_t suppressed = 0;
  int64_t dead = 0;
  int64_t discarded = 0;
  int64_t difference = 0;

  int64_t states() const { return in_flight + delivered + suppressed + dead + discarded; }
  friend bool operator==(const BooksRow&, const BooksRow&) = default;
};

BooksRow ReadBooksRow(const json::Value& row);

// Known from elsewhere, and not before the books were read.
struct Witnesses {
  int64_t sent = 0;    // Leads for this destination that their publisher has begun to send.
  int64_t at_crm = 0;  // Records that the CRM has.
};

// Each as a sentence; empty: nothing is wrong.  `before`: an earlier sample of the same
// destination.
std::vector<std::string> ImpossibleIn(const BooksRow& before,
                                      const BooksRow& now,
                                      const Witnesses& witnesses);

}  // namespace leadrelay::chaos
