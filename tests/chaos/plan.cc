#include "tests/chaos/plan.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::chaos {
namespace {

using std::chrono::milliseconds;
using enum FaultKind;

struct Manner {
  std::string_view name;
  int copies;  // In a deck of all kinds; what takes long comes seldom.
  int shortest;
  int longest;    // Milliseconds.
  bool overlaps;  // Whether it may go on while the next one comes, and come while another goes on.
};

constexpr Manner kManners[kFaultKinds] = {
    {"kill", 8, 0, 300, true},
    {"terminate", 4, 0, 100, false},
    {"broker-kill", 1, 0, 500, false},
    {"broker-alarm", 1, 300, 1500, false},
    {"redis-kill", 2, 0, 1000, true},
    {"redis-flush", 3, 0, 0, true},
    {"cut", 5, 50, 1500, true},
    {"drop", 5, 0, 0, true},
    {"stall", 4, 100, 3500, true},
    {"slow", 4, 200, 1500, true},
    {"lost-answers", 4, 50, 400, true},
    {"poison", 4, 0, 0, false},
    {"disk-refuses", 3, 100, 1000, true},
    {"disk-full", 0, 500, 1500, false},
};

const Manner& MannerOf(FaultKind kind) {
  return kManners[static_cast<size_t>(kind)];
}

std::vector<std::string> TargetsOf(FaultKind kind, int replicas) {
  switch (kind) {
    case kKill:
    case kTerminate: {
      std::vector<std::string> services = {"ingest", "dlq"};
      for (int i = 0; i < replicas; ++i) services.push_back(absl::StrCat("delivery-", i));
      return services;
    }
    case kCut:
    case kDrop:
    case kStall:
    case kSlow:
      return {std::begin(kLinks), std::end(kLinks)};
    case kPoison:
      return {std::begin(kPoisonedQueues), std::end(kPoisonedQueues)};
    case kBrokerKill:
    case kBrokerAlarm:
    case kRedisKill:
    case kRedisFlush:
    case kLostAnswers:
    case kDiskRefuses:
    case kDiskFull:
      return {""};
  }
  return {};
}

std::vector<FaultKind> DeckOf(const std::vector<FaultKind>& kinds) {
  std::vector<FaultKind> deck;
  for (const FaultKind kind : kinds) {
    const int copies = std::max(1, MannerOf(kind).copies);
    deck.insert(deck.end(), static_cast<size_t>(copies), kind);
  }
  return deck;
}

std::vector<FaultKind> AllKinds() {
  std::vector<FaultKind> kinds;
  for (int i = 0; i < kFaultKinds; ++i) {
    if (kManners[i].copies > 0) kinds.push_back(static_cast<FaultKind>(i));
  }
  return kinds;
}

// The distributions of the standard library differ between libraries; a plan must not.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  // 0 to `sides` - 1.
  size_t Roll(size_t sides) { return static_cast<size_t>(engine_() % sides); }
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Roll(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

// Deals targets and lengths.
class Dealer {
 public:
  Dealer(const PlanOptions& options, Dice& dice) : options_(options), dice_(dice) {}

  Fault Draw(FaultKind kind) {
    const Manner& manner = MannerOf(kind);
    std::vector<std::string>& left = left_[kind];
    if (left.empty()) {
      left = TargetsOf(kind, options_.replicas);
      dice_.Shuffle(left);
    }
    Fault fault;
    fault.kind = kind;
    fault.target = left.back();
    left.pop_back();
    const int spread = manner.longest - manner.shortest + 1;
    fault.lasts =
        milliseconds(manner.shortest + static_cast<int>(dice_.Roll(static_cast<size_t>(spread))));
    return fault;
  }

 private:
  const PlanOptions& options_;
  Dice& dice_;
  std::map<FaultKind, std::vector<std::string>> left_;
};

// The same thing twice at a time is one fault: its end would end both.
bool MayOverlap(const Fault& fault, const Fault& next) {
  return MannerOf(fault.kind).overlaps && MannerOf(next.kind).overlaps && fault.kind != next.kind &&
         (fault.target.empty() || fault.target != next.target);
}

}  // namespace

std::string_view Name(FaultKind kind) {
  return MannerOf(kind).name;
}

std::string Fault::ToString() const {
  std::string text(Name(kind));
  if (!target.empty()) absl::StrAppend(&text, " ", target);
  if (lasts.count() > 0) absl::StrAppend(&text, " ", lasts.count(), " ms");
  if (into_next) absl::StrAppend(&text, " +");
  return text;
}

std::vector<Fault> MakePlan(const PlanOptions& options) {
  Dice dice(options.seed);
  Dealer dealer(options, dice);
  const std::vector<FaultKind> kinds = options.kinds.empty() ? AllKinds() : options.kinds;
  const auto count = static_cast<size_t>(options.faults);
  std::vector<Fault> plan;
  while (plan.size() < count) {
    // One of each first, so that a short run has them all.
    std::vector<FaultKind> first = kinds;
    std::vector<FaultKind> deck = DeckOf(kinds);
    dice.Shuffle(first);
    dice.Shuffle(deck);
    if (plan.empty()) deck.insert(deck.begin(), first.begin(), first.end());
    for (const FaultKind kind : deck) plan.push_back(dealer.Draw(kind));
  }
  plan.resize(count);
  for (size_t i = 0; i + 1 < plan.size(); ++i) {
    const bool free = i == 0 || !plan[i - 1].into_next;
    plan[i].into_next = free && dice.Roll(4) == 0 && MayOverlap(plan[i], plan[i + 1]);
  }
  return plan;
}

}  // namespace leadrelay::chaos
