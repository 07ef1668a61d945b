#include "tests/chaos/books_check.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::chaos {
namespace {

class Findings {
 public:
  void Require(bool holds, std::string_view what, int64_t value, int64_t against) {
    if (holds) return;
    found_.push_back(absl::StrCat(std::string(what), ": ", value, ", ", against));
  }
  std::vector<std::string> Take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

}  // namespace

BooksRow ReadBooksRow(const json::Value& row) {
  const auto of = [&row](const char* state) { return row.Find(state).Int64Or(0); };
  BooksRow books;
  books.accepted = of("accepted");
  books.in_flight = of("in_flight");
  books.delivered = of("delivered");
  books.suppressed = of("suppressed");
  books.dead = of("dead");
  books.discarded = of("discarded");
  books.difference = of("difference");
  return books;
}

std::vector<std::string> ImpossibleIn(const BooksRow& before,
                                      const BooksRow& now,
                                      const Witnesses& witnesses) {
  Findings findings;
  for (const int64_t state : {now.accepted,
                              now.in_flight,
                              now.delivered,
                              now.suppressed,
                              now.dead,
                              now.discarded,
                              now.difference}) {
    findings.Require(state >= 0, "a count is negative", state, 0);
  }
  findings.Require(now.accepted + now.difference == now.states(),
                   "accepted and the difference are not the sum of the states",
                   now.accepted + now.difference,
                   now.states());
  findings.Require(
      now.accepted >= before.accepted, "accepted has become less", now.accepted, before.accepted);
  findings.Require(now.delivered >= before.delivered,
                   "delivered has become less",
                   now.delivered,
                   before.delivered);
  findings.Require(now.states() <= witnesses.sent,
                   "the books know more deliveries than leads were sent",
                   now.states(),
                   witnesses.sent);
  findings.Require(now.delivered <= witnesses.at_crm,
                   "more are delivered than the CRM has",
                   now.delivered,
                   witnesses.at_crm);
  return findings.Take();
}

}  // namespace leadrelay::chaos
