#include "tools/leadctl/replay_wait.h"

#include "absl/strings/str_cat.h"

#include "tools/leadctl/views.h"

namespace leadrelay::leadctl {
namespace {

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(250);
constexpr absl::Duration kPatience = absl::Seconds(30);

int64_t Ended(const json::Value& items) {
  int64_t sum = 0;
  for (const char* state : {"delivered", "suppressed", "dead", "failed", "cancelled"}) {
    sum += items.Find(state).Int64Or(0);
  }
  return sum;
}

void Draw(Context& context, const json::Value& replay, absl::Duration took) {
  const json::Value items = replay.Find("items");
  const int64_t total = replay.Find("total").Int64Or(0);
  const int64_t ended = Ended(items);
  Progress progress;
  progress.done = total == 0 ? 1 : static_cast<double>(ended) / static_cast<double>(total);
  progress.items = ended;
  progress.text = absl::StrCat(WithCommas(items.Find("delivered").Int64Or(0)), " delivered");
  const int64_t bad = items.Find("dead").Int64Or(0) + items.Find("failed").Int64Or(0);
  if (bad > 0) absl::StrAppend(&progress.text, ", ", WithCommas(bad), " dead again");
  progress.took = took;
  context.terminal.Draw(progress);
}

}  // namespace

coro::Task<int> WaitForReplay(Context& context, Operators& operators, std::string id) {
  coro::Clock& clock = context.timers.clock();
  const absl::Duration begun = clock.Monotonic();
  absl::Duration last_answer = begun;
  while (!context.stop.stop_requested()) {
    Operators::Result result = co_await operators.Get("/v1/replays/" + http::PercentEncode(id));
    const absl::Duration now = clock.Monotonic();
    if (const auto* failure = std::get_if<Failure>(&result)) {
      const bool passing = failure->exit_code == kUnreachable && now - last_answer < kPatience;
      if (context.stop.stop_requested()) break;
      if (!passing) co_return Report(*failure);
    } else {
      last_answer = now;
      const json::Value replay = std::get<json::Document>(result).root();
      const std::string state = replay.Find("state").StringOr("");
      if (state != "running") {
        context.terminal.Print(context.global.json ? replay.ToJson() + "\n"
                                                   : ReplayView(replay, context.terminal.look()));
        const json::Value items = replay.Find("items");
        const int64_t good =
            items.Find("delivered").Int64Or(0) + items.Find("suppressed").Int64Or(0);
        co_return good == replay.Find("total").Int64Or(0) ? kOk : kPartly;
      }
      Draw(context, replay, now - begun);
    }
    (void)co_await context.timers.Sleep(kBetweenLooks, context.stop);
  }
  co_return Report({kPartly,
                    absl::StrCat("no longer waiting; replay ", id, " goes on by itself"),
                    absl::StrCat("`leadctl replays show ",
                                 id,
                                 "` shows how far it is, `replays "
                                 "cancel ",
                                 id,
                                 "` ends it.")});
}

}  // namespace leadrelay::leadctl
