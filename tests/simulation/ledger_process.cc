#include "tests/simulation/ledger_process.h"

#include <set>
#include <utility>

#include "common/lead/topology.h"

namespace leadrelay::simulation {
namespace {

constexpr size_t kPrefetch = 10;
constexpr absl::Duration kTurn = absl::Minutes(1);
constexpr absl::Duration kGrace = absl::Seconds(10);
constexpr double kReplaysPerSecond = 5;

}  // namespace

LedgerProcess::LedgerProcess(Surroundings around, std::string name)
    : around_(around),
      host_(around.agenda, around.journal, std::move(name)),
      inlet_(around.broker,
             host_,
             around.random,
             around.faults,
             {std::string(lead::kLedgerQueue), std::string(lead::kDeadQueue)},
             kPrefetch,
             [this](amqp::Delivery delivery) { collector_->Receive(std::move(delivery)); }),
      outlet_(around.broker, host_, around.random, around.faults),
      health_(host_.clock()),
      ledger_(std::make_unique<dlq::Ledger>(
          host_.loop(), host_.timers(), around.stage.tables(), std::set<std::string>())),
      main_(host_.loop()) {
  collector_ =
      std::make_unique<dlq::Collector>(host_.timers(), *ledger_, metrics_, health_, inlet_);
  runner_ = std::make_unique<dlq::Runner>(
      host_.timers(),
      *ledger_,
      outlet_,
      metrics_,
      std::set<std::string>(around_.destinations.begin(), around_.destinations.end()),
      kReplaysPerSecond);
  ledger_->OnBooks([this] { CheckBooks(); });
  around_.journal.Say(host_.name(), " starts");
  host_.Happen([this] {
    collector_->Start();
    runner_->Wake();
  });
  inlet_.Start();
}

LedgerProcess::~LedgerProcess() = default;

void LedgerProcess::CheckBooks() {
  for (const auto& [destination, row] : ledger_->books()) {
    if (row.difference() < 0) around_.journal.Violate(destination, ": the books miss a delivery");
  }
}

void LedgerProcess::Replay(std::string replay_id) {
  if (!host_.alive() || terminating_) return;
  around_.journal.Say("an operator orders ", replay_id);
  const std::set<std::string> all(around_.destinations.begin(), around_.destinations.end());
  auto what =
      [all, replay_id = std::move(replay_id), now = host_.clock().Now()](dlq::WriteSide& side) {
        return side.orders.Create(dlq::Selection(), "{}", kReplaysPerSecond, all, replay_id, now)
            .status();
      };
  host_.Happen([this, what] { main_.Spawn(Order(what)); });
}

void LedgerProcess::DiscardOne() {
  if (!host_.alive() || terminating_) return;
  around_.journal.Say("an operator discards the dead letters of one cause");
  auto what = [now = host_.clock().Now()](dlq::WriteSide& side) {
    dlq::Selection exhausted;
    exhausted.filter.cause = "exhausted";
    return side.orders.Discard(exhausted, "", now).status();
  };
  host_.Happen([this, what] { main_.Spawn(Order(what)); });
}

coro::Task<void> LedgerProcess::Order(std::function<absl::Status(dlq::WriteSide&)> what) {
  absl::Status done = co_await ledger_->Write(std::move(what), kTurn, std::stop_token());
  if (done.ok()) runner_->Wake();
}

coro::Task<void> LedgerProcess::Stop() {
  const absl::Duration told = host_.clock().Monotonic();
  co_await runner_->Stop();
  co_await collector_->Stop();
  ended_ = true;
  if (!host_.alive()) co_return;
  if (host_.clock().Monotonic() - told > kGrace) {
    around_.journal.Violate(host_.name(), " took too long to end");
  }
  around_.journal.Say(host_.name(), " has ended");
  inlet_.Close(true);
}

void LedgerProcess::Terminate() {
  if (!host_.alive() || terminating_) return;
  around_.journal.Say(host_.name(), " is told to stop");
  terminating_ = true;
  host_.Happen([this] { main_.Spawn(Stop()); });
}

// What it would still write is kept from the tables, which are those of its successor.
void LedgerProcess::Kill() {
  if (!host_.alive()) return;
  around_.journal.Say(host_.name(), " is killed");
  dlq::Database& tables = *around_.stage.tables()->write;
  tables.Execute("PRAGMA query_only=ON");
  host_.CutOff();
  inlet_.Close(false);
  outlet_.CutOff();
  if (!std::exchange(terminating_, true)) main_.Spawn(Stop());
  const bool ended = host_.WindDown([this] { return ended_ && main_.live() == 0; });
  (void)tables.TakeError();
  tables.Execute("PRAGMA query_only=OFF");
  if (!ended) {
    around_.journal.Violate(host_.name(), " leaves coroutines behind: it never ends");
    std::abort();
  }
}

}  // namespace leadrelay::simulation
