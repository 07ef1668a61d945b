#include "tests/simulation/crowd.h"

namespace leadrelay::simulation {

void Crowd::StartDelivery() {
  deliveries_.push_back(
      std::make_unique<DeliveryProcess>(around_, absl::StrCat("delivery-", ++started_)));
}

void Crowd::StartLedger() {
  ledgers_.push_back(std::make_unique<LedgerProcess>(around_, absl::StrCat("dlq-", ++started_)));
}

void Crowd::StartAgain(bool ledger) {
  const absl::Duration after = around_.random.Between(absl::Milliseconds(1), absl::Seconds(10));
  around_.agenda.After(after, [this, ledger] { ledger ? StartLedger() : StartDelivery(); });
}

std::vector<DeliveryProcess*> Crowd::Living() const {
  std::vector<DeliveryProcess*> living;
  for (const auto& each : deliveries_) {
    if (each->host().alive() && !each->ended()) living.push_back(each.get());
  }
  return living;
}

DeliveryProcess* Crowd::AnyDelivery() {
  const std::vector<DeliveryProcess*> living = Living();
  return living.empty() ? nullptr : around_.random.Pick(living);
}

bool Crowd::ledger_lives() const {
  return ledgers_.back()->host().alive() && !ledgers_.back()->ended();
}

void Crowd::KillOne() {
  if (around_.random.Chance(0.2)) {
    if (!ledger_lives()) return;
    ledger().Kill();
    StartAgain(true);
  } else if (DeliveryProcess* victim = AnyDelivery()) {
    const bool replaced = victim->terminating();
    victim->Kill();
    if (!replaced) StartAgain(false);
  }
}

void Crowd::TerminateOne() {
  if (around_.random.Chance(0.2)) {
    if (ledger_lives()) ledger().Terminate();
  } else if (DeliveryProcess* one = AnyDelivery(); one != nullptr && !one->terminating()) {
    one->Terminate();
    StartAgain(false);
  }
}

void Crowd::StallOne() {
  const absl::Duration until =
      around_.agenda.now() + around_.random.Between(absl::Milliseconds(10), absl::Seconds(40));
  if (DeliveryProcess* one = AnyDelivery(); one != nullptr && !one->terminating()) {
    around_.journal.Say(one->host().name(), " stands still");
    one->host().StallUntil(until);
  }
}

void Crowd::JumpAClock() {
  around_.invariants.WallClocksJump();
  const absl::Duration by = around_.random.Between(-absl::Minutes(10), absl::Minutes(10));
  if (DeliveryProcess* one = AnyDelivery()) {
    around_.journal.Say(one->host().name(), ": its clock jumps by ", absl::FormatDuration(by));
    one->host().JumpWallClock(by);
  }
}

void Crowd::BreakConnections() {
  for (DeliveryProcess* each : Living()) {
    each->inlet().Break();
    each->outlet().Break();
  }
  if (ledger_lives()) {
    ledger().inlet().Break();
    ledger().outlet().Break();
  }
}

Host* Crowd::First() const {
  Host* first = nullptr;
  const auto consider = [&first](Host& host) {
    const absl::Duration alarm = host.next_alarm();
    if (alarm == absl::InfiniteDuration()) return;
    if (first == nullptr || alarm < first->next_alarm()) first = &host;
  };
  for (const auto& each : deliveries_) consider(each->host());
  for (const auto& each : ledgers_) consider(each->host());
  return first;
}

void Crowd::ReplaceStopped() {
  if (!ledger().ended() || !ledger().host().alive()) return;
  ledger().host().CutOff();
  StartAgain(true);
}

void Crowd::End() {
  for (const auto& each : deliveries_) {
    if (!each->ended()) each->Kill();
    if (each->host().timers().pending() > 0) {
      around_.journal.Violate(each->host().name(), " leaves alarms behind");
    }
  }
  ledger().Kill();
}

}  // namespace leadrelay::simulation
