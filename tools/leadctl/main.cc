// leadctl: sends leads, and looks after what became of them.

#include <iostream>

#include "absl/strings/str_cat.h"

#include "common/coro/shutdown.h"
#include "tools/leadctl/command_line.h"
#include "tools/leadctl/run.h"

namespace leadrelay::leadctl {

int Report(const Failure& failure) {
  std::cerr << "leadctl: " << failure.message;
  if (!failure.message.ends_with('\n')) std::cerr << "\n";
  if (!failure.next.empty()) std::cerr << failure.next << "\n";
  return failure.exit_code;
}

namespace {

struct Dispatch {
  Context& context;
  template <typename Options>
  coro::Task<int> operator()(const Options& options) const {
    return Run(context, options);
  }
};

coro::Task<void> Main(coro::Loop& loop, Invocation& invocation, int& exit_code) {
  coro::Timers timers(loop);
  coro::Shutdown shutdown(loop);
  http::ClientOptions http_options;
  http_options.user_agent = "leadctl/" LEADRELAY_VERSION;
  {
    http::Client http(loop, timers, http_options);
    Terminal terminal;
    Context context{invocation.global, loop, timers, http, terminal, shutdown.stop_token()};
    coro::Task<int> running = std::visit(Dispatch{context}, invocation.command);
    exit_code = co_await std::move(running);
    terminal.Wipe();
    http.Close();
  }
  shutdown.Close();
  timers.Close();
}

}  // namespace
}  // namespace leadrelay::leadctl

int main(int argc, char** argv) {
  using namespace leadrelay;  // NOLINT(google-build-using-namespace): main only.
  auto parsed = leadctl::ParseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (const auto* answered = std::get_if<leadctl::Answered>(&parsed)) {
    (answered->exit_code == leadctl::kOk ? std::cout : std::cerr) << answered->text;
    return answered->exit_code;
  }
  int exit_code = leadctl::kOk;
  coro::Loop loop;
  loop.Run(leadctl::Main(loop, std::get<leadctl::Invocation>(parsed), exit_code));
  return exit_code;
}
