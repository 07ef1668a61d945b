#include "tests/bench/sink.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/coro/shutdown.h"
#include "common/http/server.h"
#include "common/json/json.h"
#include "tests/bench/load.h"
#include "tests/e2e/http_call.h"

namespace leadrelay::bench {
namespace {

class Counter {
 public:
  Counter(coro::Timers& timers, absl::Duration answer_after)
      : timers_(timers), answer_after_(answer_after) {}

  coro::Task<http::Response> Handle(http::ServerRequest request, std::stop_token stop) {
    Seen& seen = seen_[std::string(http::PathOf(request.url))];
    http::Response response;
    response.status = 200;
    if (request.method == "GET") {
      response.headers.Set("Content-Type", "application/json");
      response.body = http::QueryOf(request.url).empty() ? Counts(seen) : TakeLatencies(seen);
      co_return response;
    }
    // A million ids have to fit: their hashes do.
    const size_t id = std::hash<std::string_view>{}(request.headers.Get("webhook-id"));
    if (!seen.ids.insert(id).second) ++seen.repeats;
    seen.last_at = timers_.clock().Now();
    seen.latencies.push_back(MonotonicMicros() - SentAt(request.body));
    const bool hole = request.url.starts_with("/hole");
    const absl::Duration wait = hole ? absl::InfiniteDuration() : answer_after_;
    if (wait > absl::ZeroDuration()) (void)co_await timers_.Sleep(wait, stop);
    co_return response;
  }

 private:
  struct Seen {
    std::unordered_set<size_t> ids;
    int64_t repeats = 0;
    absl::Time last_at = absl::UnixEpoch();
    std::vector<int64_t> latencies;
  };

  static int64_t SentAt(std::string_view body) {
    constexpr std::string_view kKey = R"("sent_at":)";
    const size_t at = body.find(kKey);
    return at == body.npos ? 0 : std::atoll(body.data() + at + kKey.size());
  }

  static std::string Counts(const Seen& seen) {
    return json::Writer()
        .StartObject()
        .Member("distinct", static_cast<int64_t>(seen.ids.size()))
        .Member("repeats", seen.repeats)
        .Member("last_at", absl::ToUnixMicros(seen.last_at))
        .EndObject()
        .Take();
  }

  static std::string TakeLatencies(Seen& seen) {
    std::vector<int64_t> sorted = std::exchange(seen.latencies, {});
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&sorted](double share) {
      const double last = static_cast<double>(sorted.size()) - 1;
      return sorted.empty() ? 0 : sorted[static_cast<size_t>(share * last)];
    };
    return json::Writer()
        .StartObject()
        .Member("p50", at(0.50))
        .Member("p99", at(0.99))
        .EndObject()
        .Take();
  }

  coro::Timers& timers_;
  const absl::Duration answer_after_;
  std::map<std::string, Seen, std::less<>> seen_;
};

coro::Task<void> Serve(coro::Loop& loop, int port, absl::Duration answer_after, bool& served) {
  coro::Timers timers(loop);
  coro::Shutdown shutdown(loop);
  Counter counter(timers, answer_after);
  http::ServerOptions options;
  options.port = port;
  {
    http::Server server(
        loop, timers, options, [&counter](http::ServerRequest request, std::stop_token stop) {
          return counter.Handle(std::move(request), std::move(stop));
        });
    const absl::Status listening = server.Listen();
    served = listening.ok();
    if (served) {
      (void)co_await timers.Sleep(absl::InfiniteDuration(), shutdown.stop_token());
    } else {
      std::fprintf(stderr, "%s\n", listening.ToString().c_str());
    }
    co_await server.Drain(absl::ZeroDuration());
  }
  shutdown.Close();
  timers.Close();
}

std::string UrlOf(int port, const std::string& name) {
  return absl::StrCat("http://127.0.0.1:", port, "/", name);
}

}  // namespace

int RunSink(int port, absl::Duration answer_after) {
  bool served = false;
  coro::Loop loop;
  loop.Run(Serve(loop, port, answer_after, served));
  return served ? 0 : 1;
}

Sink::Sink(absl::Duration answer_after)
    : port_(test::FreePort()),
      process_({"/proc/self/exe",
                "--sink",
                absl::StrCat(port_),
                absl::StrCat(absl::ToInt64Milliseconds(answer_after))},
               {},
               "/dev/stderr") {
  const bool up =
      test::Eventually([this] { return e2e::Call("GET", UrlOf(port_, "ready")).status == 200; },
                       std::chrono::seconds(10));
  if (!up) {
    std::fprintf(stderr, "the sink does not start\n");
    std::abort();
  }
}

std::string Sink::Destination(const std::string& name, const std::string& more) const {
  return absl::StrCat("  ",
                      name,
                      ":\n"
                      "    connector: webhook\n"
                      "    allow_private_addresses: true\n",
                      more,
                      "    settings:\n"
                      "      url: ",
                      UrlOf(port_, name),
                      "\n"
                      "      allow_http: true\n");
}

Sink::Count Sink::CountOf(const std::string& name) const {
  const json::Document document = e2e::Call("GET", UrlOf(port_, name)).Json();
  const json::Value root = document.root();
  Count count;
  count.distinct = root.Find("distinct").Int64Or(0);
  count.repeats = root.Find("repeats").Int64Or(0);
  count.last_at = absl::FromUnixMicros(root.Find("last_at").Int64Or(0));
  return count;
}

Sink::Latencies Sink::TakeLatencies(const std::string& name) {
  const json::Document document = e2e::Call("GET", UrlOf(port_, name + "?latencies")).Json();
  const auto seconds = [&document](std::string_view member) {
    return static_cast<double>(document.root().Find(member).Int64Or(0)) * 1e-6;
  };
  return {seconds("p50"), seconds("p99")};
}

}  // namespace leadrelay::bench
