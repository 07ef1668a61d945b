#include "absl/strings/str_cat.h"

#include "common/config/units.h"
#include "tools/leadctl/operators.h"
#include "tools/leadctl/run.h"
#include "tools/leadctl/views.h"

namespace leadrelay::leadctl {
namespace {

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(250);

int64_t Accepted(const json::Value& books) {
  int64_t sum = 0;
  for (const json::Value& row : books.Find("destinations").Elements()) {
    sum += row.Find("accepted").Int64Or(0);
  }
  return sum;
}

void Draw(Context& context, const json::Value& books, absl::Duration took) {
  const int64_t accepted = Accepted(books);
  const int64_t in_flight = InFlight(books);
  Progress progress;
  progress.done =
      accepted == 0 ? 0 : static_cast<double>(accepted - in_flight) / static_cast<double>(accepted);
  progress.text = WithCommas(in_flight) + " in flight";
  progress.took = took;
  context.terminal.Draw(progress);
}

}  // namespace

coro::Task<int> Run(Context& context, BooksOptions options) {
  std::variant<Endpoint, Failure> endpoint = FindOperators(context.global);
  if (const auto* failure = std::get_if<Failure>(&endpoint)) co_return Report(*failure);
  Operators operators(context, std::get<Endpoint>(endpoint));
  coro::Clock& clock = context.timers.clock();
  const absl::Duration begun = clock.Monotonic();
  int64_t accepted_before = -1;
  while (true) {
    Operators::Result result = co_await operators.Get("/v1/books");
    const auto* failure = std::get_if<Failure>(&result);
    const absl::Duration took = clock.Monotonic() - begun;
    const bool late = took >= options.timeout || context.stop.stop_requested();
    // Who waits also waits for a service that is just being restarted.
    const bool passing = failure != nullptr && failure->exit_code == kUnreachable;
    if (failure != nullptr && (!options.wait || late || !passing)) co_return Report(*failure);
    if (failure == nullptr) {
      const json::Value books = std::get<json::Document>(result).root();
      const int64_t in_flight = InFlight(books);
      // A lead that was just accepted may not have reached the ledger yet: it has settled when two
      // looks in a row say the same.
      const int64_t accepted = Accepted(books);
      const bool settled = in_flight == 0 && accepted == accepted_before;
      accepted_before = accepted;
      if (!options.wait || settled || late) {
        context.terminal.Print(context.global.json ? books.ToJson() + "\n"
                                                   : BooksView(books, context.terminal.look()));
        if (!books.Find("balanced").BoolOr(false)) co_return kBadNews;
        if (!options.wait || in_flight == 0) co_return kOk;
        co_return Report({kBadNews,
                          absl::StrCat(in_flight,
                                       " deliveries are still in flight after ",
                                       config::DurationToText(options.timeout)),
                          "`leadctl destinations` shows which destination holds them up."});
      }
      Draw(context, books, took);
    }
    (void)co_await context.timers.Sleep(kBetweenLooks, context.stop);
  }
}

}  // namespace leadrelay::leadctl
