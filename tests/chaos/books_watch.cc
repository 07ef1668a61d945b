#include "tests/chaos/books_watch.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

#include "tests/chaos/ledger_count.h"

namespace leadrelay::chaos {
namespace {

constexpr std::chrono::milliseconds kBetween(250);
// To count what the heavy CRMs have is work for the sandbox.
constexpr int64_t kFullOnesEvery = 8;
// A recount takes longer the more there is; it may take this share of the time.
constexpr int kRecountShare = 20;
constexpr size_t kMostWrong = 20;

using Clock = std::chrono::steady_clock;

}  // namespace

BooksWatch::BooksWatch(World& world, const Publisher& publisher)
    : world_(world), publisher_(publisher), thread_([this] { Run(); }) {}

BooksWatch::~BooksWatch() {
  stop_ = true;
  thread_.join();
}

BooksWatch::Seen BooksWatch::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

void BooksWatch::Run() {
  Clock::time_point next_recount;
  for (int64_t round = 0; !stop_; ++round) {
    Look(round % kFullOnesEvery == 0);
    const Clock::time_point begun = Clock::now();
    if (begun >= next_recount) {
      Recount();
      next_recount = Clock::now() + (Clock::now() - begun) * kRecountShare;
    }
    (void)test::Eventually([this] { return stop_.load(); }, kBetween);
  }
}

void BooksWatch::Wrong(std::string what) {
  if (seen_.wrong.size() < kMostWrong) seen_.wrong.push_back(std::move(what));
}

void BooksWatch::Recount() {
  const absl::StatusOr<LedgerCount> count = CountLedger(world_.LedgerPath());
  if (!count.ok()) return;  // There is no file yet, or its disk is full.
  const std::scoped_lock lock(mutex_);
  ++seen_.recounts;
  for (const Destination& destination : world_.destinations()) {
    const auto of = [&destination](const std::map<std::string, BooksRow>& rows) {
      const auto found = rows.find(destination.name);
      return found == rows.end() ? BooksRow() : found->second;
    };
    if (of(count->books) == of(count->rows)) continue;
    Wrong(absl::StrCat("books of ",
                       destination.name,
                       ": ",
                       of(count->books).states(),
                       " in all states, ",
                       of(count->rows).states(),
                       " rows, or other states"));
  }
}

void BooksWatch::Look(bool full_ones) {
  const json::Document books = world_.stack().Dlq("/v1/books");
  if (!books.root().IsObject()) {
    const std::scoped_lock lock(mutex_);
    ++seen_.unanswered;
    return;
  }
  std::map<std::string, BooksRow> rows;
  for (const json::Value& each : books.root().Find("destinations").Elements()) {
    rows[each.Find("destination").StringOr("")] = ReadBooksRow(each);
  }
  for (const Destination& destination : world_.destinations()) {
    if (full_ones || !destination.full) LookAt(destination, rows[destination.name]);
  }
}

void BooksWatch::LookAt(const Destination& destination, const BooksRow& now) {
  // Read after the books: they may only be behind.
  const std::optional<Counts> counts = world_.CountAt(destination);
  if (!counts.has_value()) return;
  Witnesses witnesses;
  witnesses.sent = destination.full ? publisher_.begun_full() : publisher_.begun();
  witnesses.at_crm = counts->records;
  const std::scoped_lock lock(mutex_);
  BooksRow& before = seen_.last[destination.name];
  for (const std::string& what : ImpossibleIn(before, now, witnesses)) {
    Wrong(absl::StrCat("books of ", destination.name, ": ", what));
  }
  ++seen_.samples;
  seen_.widest = std::max(seen_.widest, now.difference);
  before = now;
}

}  // namespace leadrelay::chaos
