#include "tests/simulation/schedule.h"

#include <algorithm>
#include <utility>

#include "tests/simulation/crowd.h"
#include "tests/simulation/final_state.h"
#include "tests/simulation/ingest.h"
#include "tests/simulation/scenario.h"

namespace leadrelay::simulation {
namespace {

// After the trouble, everything has come to rest by then: retries, pauses and breakers included.
constexpr absl::Duration kPatience = absl::Hours(2);
constexpr int64_t kMostSteps = 300'000;
constexpr int kMostReplays = 4;

// What the CRM refuses to take, while it does.
std::string RefusedText() {
  return "person1@example.com";
}

class Run {
 public:
  Run(Stage& stage, uint64_t seed, bool tracing)
      : stage_(stage),
        random_(seed),
        scenario_(ScenarioOf(random_, stage.destinations())),
        faults_(scenario_.faults),
        journal_(agenda_, tracing),
        invariants_(agenda_, journal_, stage.config()),
        redis_(agenda_, journal_, random_, faults_, stage.scripts()),
        broker_(agenda_, journal_, random_, faults_, stage.topology()),
        around_{stage,
                agenda_,
                journal_,
                random_,
                faults_,
                redis_,
                broker_,
                crms_,
                invariants_,
                scenario_.destinations},
        ingest_(around_),
        crowd_(around_) {
    stage.Clear();
    broker_.OnStored([this](const std::string& queue, const amqp::Message& message) {
      invariants_.Stored(queue, message);
    });
    redis_.OnScript(
        [this](redis::Script script,
               const std::vector<std::string>& arguments,
               const std::vector<std::string>& keys) { NoteScript(script, arguments, keys); });
    for (const std::string& destination : scenario_.destinations) {
      crms_[destination] = std::make_unique<Crm>(
          agenda_, journal_, random_, faults_, destination, stage.SystemOf(destination));
      if (scenario_.refuses_one) crms_[destination]->Refuse({RefusedText()});
    }
  }

  Verdict Finish() {
    Begin();
    (void)Go(scenario_.trouble, true);
    Heal();
    bool rests = Go(agenda_.now() + kPatience, false);
    for (int i = 0; rests && i < kMostReplays && OpenLetters(stage_) > 0; ++i) {
      crowd_.ledger().Replay(absl::StrCat("replay-at-the-end-", i));
      rests = Go(agenda_.now() + kPatience, false);
    }
    if (rests) {
      JudgeFinalState(around_, crowd_.ledger(), ingest_.accepted());
    } else if (journal_.violations().empty()) {
      journal_.Violate("it does not come to rest: ", broker_.InQueues(), " messages are left");
    }
    End();
    Verdict verdict;
    verdict.steps = steps_;
    verdict.violations = journal_.violations();
    verdict.trace = journal_.lines();
    verdict.digest = digest_;
    return verdict;
  }

 private:
  void Begin() {
    for (int i = 0; i < scenario_.delivery_processes; ++i) crowd_.StartDelivery();
    crowd_.StartLedger();
    for (int i = 1; i <= scenario_.leads; ++i) {
      At(scenario_.publishing, [this, i] { ingest_.Accept(i); });
    }
    if (scenario_.unreadable) At(scenario_.trouble, [this] { ingest_.PublishNoLead(); });
    Plan(scenario_.terminations, [this] { crowd_.TerminateOne(); });
    Plan(scenario_.redis_flushes, [this] {
      NoteLoss();
      redis_.Flush();
    });
    Plan(scenario_.redis_fail_overs, [this] { FailOver(); });
    Plan(scenario_.redis_outages,
         [this] { redis_.GoAway(random_.Between(absl::Milliseconds(10), absl::Seconds(40))); });
    Plan(scenario_.broker_outages, [this] { BreakBroker(); });
    Plan(scenario_.redis_clock_steps,
         [this] { redis_.StepClock(-random_.Between(absl::Milliseconds(1), absl::Seconds(3))); });
    Plan(scenario_.wall_clock_jumps, [this] { crowd_.JumpAClock(); });
    Plan(scenario_.token_expiries, [this] {
      for (auto& [name, crm] : crms_) crm->ExpireTokens();
    });
    Plan(scenario_.replays,
         [this] { crowd_.ledger().Replay(absl::StrCat("replay-", ++replays_)); });
    Plan(scenario_.discards, [this] { crowd_.ledger().DiscardOne(); });
  }

  void At(absl::Duration within, Agenda::Step step) {
    agenda_.At(random_.Between(absl::ZeroDuration(), within), std::move(step));
  }
  void Plan(int times, const Agenda::Step& step) {
    for (int i = 0; i < times; ++i) At(scenario_.trouble, step);
  }

  void BreakBroker() {
    const absl::Duration away = random_.Between(absl::Milliseconds(10), absl::Seconds(40));
    journal_.Say("the broker is away for ", absl::FormatDuration(away));
    broker_.RefuseUntil(agenda_.now() + away);
    crowd_.BreakConnections();
  }
  void FailOver() {
    redis_.Keep();
    agenda_.After(random_.Between(absl::ZeroDuration(), absl::Seconds(20)), [this] {
      NoteLoss();
      redis_.FailOver(random_.Between(absl::Milliseconds(1), absl::Seconds(5)));
    });
  }

  void NoteLoss() {
    invariants_.RedisForgets();
    ingest_.LossIsUnnoticed(true);
    memory_before_loss_ = memory_;
  }

  void NoteScript(redis::Script script,
                  const std::vector<std::string>& arguments,
                  const std::vector<std::string>& keys) {
    if (script.name == "claims" && !arguments[5].empty()) {
      memory_ = arguments[5];  // Since when it remembers, for all that the process knows.
      if (memory_ == memory_before_loss_) ingest_.LossIsUnnoticed(false);
    }
    if (script.name != "gate" || arguments[0] != "throttled") return;
    const std::string& key = keys[0];  // lr:gate:{<destination>}
    const size_t open = key.find('{') + 1;
    invariants_.Throttled(key.substr(open, key.size() - open - 1),
                          absl::Microseconds(std::stoll(arguments[3])));
  }

  // What is next: an alarm of a process, or else what is next in the world.
  struct Next {
    absl::Duration when;
    Host* host;  // Null: the world.
  };
  Next FindNext() const {
    Host* first = crowd_.First();
    const absl::Duration alarm = first == nullptr ? absl::InfiniteDuration() : first->next_alarm();
    return alarm < agenda_.next() ? Next{alarm, first} : Next{agenda_.next(), nullptr};
  }

  void Step(const Next& next) {
    ++steps_;
    const auto when = static_cast<uint64_t>(absl::ToInt64Nanoseconds(next.when));
    digest_ = (digest_ ^ when) * 0x100000001b3 + (next.host == nullptr ? 1 : 2);
    if (next.host == nullptr) {
      agenda_.TakeNext();
    } else {
      agenda_.MoveTo(next.when);
      next.host->FireAlarms();
    }
  }

  // True: nothing is going to happen any more.
  bool Go(absl::Duration until, bool trouble) {
    while (steps_ < kMostSteps && journal_.violations().empty()) {
      const Next next = FindNext();
      if (next.when == absl::InfiniteDuration()) return true;
      if (next.when > until) {
        agenda_.MoveTo(until);
        return false;
      }
      Step(next);
      crowd_.ReplaceStopped();
      if (!trouble) continue;
      if (random_.Chance(scenario_.kills)) crowd_.KillOne();
      if (random_.Chance(scenario_.stalls)) crowd_.StallOne();
    }
    return false;
  }

  void Heal() {
    journal_.Say("the trouble is over");
    faults_ = Faults();
    for (auto& [name, crm] : crms_) crm->Refuse({});
  }

  // Everybody stops, and nothing is left of them.
  void End() {
    if (journal_.violations().empty()) {
      for (DeliveryProcess* each : crowd_.Living()) each->Terminate();
      (void)Go(agenda_.now() + absl::Minutes(1), false);
      for (DeliveryProcess* each : crowd_.Living()) {
        journal_.Violate(each->host().name(), " does not end");
      }
    }
    crowd_.End();
  }

  Stage& stage_;
  Random random_;
  const Scenario scenario_;
  Faults faults_;
  Agenda agenda_;
  Journal journal_;
  Invariants invariants_;
  RedisServer redis_;
  Broker broker_;
  std::map<std::string, std::unique_ptr<Crm>> crms_;
  Surroundings around_;
  Ingest ingest_;
  Crowd crowd_;
  std::string memory_;
  std::string memory_before_loss_;
  int replays_ = 0;
  int64_t steps_ = 0;
  uint64_t digest_ = 0xcbf29ce484222325;
};

}  // namespace

Verdict RunSchedule(Stage& stage, uint64_t seed, bool tracing) {
  return Run(stage, seed, tracing).Finish();
}

}  // namespace leadrelay::simulation
