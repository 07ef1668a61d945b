// amqp_bench: what our publisher and consumer cost, beside rabbitmq-c alone, on one quorum queue of
// a private broker.  Rates are of this machine, which the broker shares: compare the columns.
//
//   amqp_bench [--count N] [--window N] [--size BYTES] [--rounds N] [--rate N]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/coro/clock.h"
#include "common/coro/scope.h"
#include "common/coro/signal.h"
#include "tests/bench/amqp/plain.h"
#include "tests/support/broker/broker.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::bench {
namespace {

using coro::Task;
using test::OnLoop;

struct Settings {
  int count = 100'000;
  int window = 1000;
  size_t size = 1024;
  int rounds = 3;
  int rate = 1000;
  int port = 0;
  pid_t broker = -1;
  std::string queue = "bench";
};

double OwnCpu() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double CpuOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void Measure(const Settings& s, const char* name, const std::function<void()>& run) {
  const double own = OwnCpu();
  const double broker = CpuOf(s.broker);
  const absl::Duration began = coro::Clock::System().Monotonic();
  run();
  const double took = absl::ToDoubleSeconds(coro::Clock::System().Monotonic() - began);
  const double per_10k = 10'000.0 / s.count;
  std::printf("%-34s %8.0f/s   client %.3f   broker %.3f   CPU s per 10k\n",
              name,
              s.count / took,
              (OwnCpu() - own) * per_10k,
              (CpuOf(s.broker) - broker) * per_10k);
  std::fflush(stdout);
}

amqp::ConnectionOptions Connection(const Settings& s) {
  amqp::ConnectionOptions options;
  options.addresses = {amqp::BrokerAddress{"127.0.0.1", s.port}};
  return options;
}

Task<void> PublishMany(amqp::Publisher& publisher, const Settings* s, int& left) {
  while (left > 0) {
    --left;
    amqp::Message message;
    message.routing_key = s->queue;
    message.body = std::string(s->size, 'x');
    absl::Status stored =
        co_await publisher.Publish(std::move(message), true, absl::Seconds(60), std::stop_token());
    if (!stored.ok()) std::fprintf(stderr, "%s\n", stored.ToString().c_str());
  }
}

Task<void> PublishOurs(OnLoop& on, const Settings* s) {
  amqp::PublisherOptions options;
  options.connection = Connection(*s);
  options.max_unconfirmed = static_cast<size_t>(s->window);
  amqp::Publisher publisher(on.loop, on.timers, options);
  coro::Signal changed(on.timers);
  publisher.OnStateChange([&changed] { changed.NotifyAll(); });
  publisher.Start();
  while (!publisher.connected()) {
    (void)co_await changed.Wait(absl::Seconds(10), std::stop_token());
  }
  int left = s->count;
  coro::Scope scope(on.loop);
  for (int i = 0; i < s->window; ++i) scope.Spawn(PublishMany(publisher, s, left));
  co_await scope.Join();
  co_await publisher.Close();
}

Task<void> ConsumeOurs(OnLoop& on, const Settings* s) {
  amqp::ConsumerOptions options;
  options.connection = Connection(*s);
  options.subscriptions = {amqp::Subscription{s->queue, static_cast<uint16_t>(s->window)}};
  coro::Signal done(on.timers);
  int received = 0;
  amqp::Consumer* acker = nullptr;
  amqp::Consumer consumer(on.loop, on.timers, options, [&](amqp::Delivery delivery) {
    acker->Ack(delivery.tag);
    if (++received == s->count) done.NotifyAll();
  });
  acker = &consumer;
  consumer.Start();
  while (received < s->count) (void)co_await done.Wait(absl::Seconds(60), std::stop_token());
  co_await consumer.Close();
}

Task<void> PublishTimed(OnLoop& on,
                        amqp::Publisher& publisher,
                        const Settings* s,
                        std::vector<double>& latencies) {
  const absl::Duration began = on.timers.clock().Monotonic();
  amqp::Message message;
  message.routing_key = s->queue;
  message.body = std::string(s->size, 'x');
  (void)co_await publisher.Publish(std::move(message), true, absl::Seconds(60), std::stop_token());
  latencies.push_back(absl::ToDoubleMilliseconds(on.timers.clock().Monotonic() - began));
}

// Arrivals at random moments, as independent clients make them.  A thread of its own, because
// the loop's timers would bunch them to milliseconds.
Task<void> PublishAtRate(OnLoop& on, const Settings* s, std::vector<double>& latencies) {
  amqp::PublisherOptions options;
  options.connection = Connection(*s);
  amqp::Publisher publisher(on.loop, on.timers, options);
  coro::Signal changed(on.timers);
  publisher.OnStateChange([&changed] { changed.NotifyAll(); });
  publisher.Start();
  while (!publisher.connected()) {
    (void)co_await changed.Wait(absl::Seconds(10), std::stop_token());
  }
  coro::Scope scope(on.loop);
  const int count = s->rate * 10;
  bool all = false;
  std::thread arrivals([&] {
    std::mt19937 generator(1);
    std::exponential_distribution<double> gap(s->rate);
    auto next = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
      next += std::chrono::nanoseconds(static_cast<int64_t>(gap(generator) * 1e9));
      std::this_thread::sleep_until(next);
      on.loop.PostFromAnyThread([&] { scope.Spawn(PublishTimed(on, publisher, s, latencies)); });
    }
    on.loop.PostFromAnyThread([&] {
      all = true;
      changed.NotifyAll();
    });
  });
  while (!all) (void)co_await changed.Wait(absl::Seconds(60), std::stop_token());
  arrivals.join();
  co_await scope.Join();
  co_await publisher.Close();
}

void RunAtRate(const Settings& s) {
  std::vector<double> latencies;
  Settings counted = s;
  counted.count = s.rate * 10;
  const std::string name = "publish + confirm at " + std::to_string(s.rate) + "/s, leadrelay";
  Measure(counted, name.c_str(), [&] {
    test::RunOnLoop([&](OnLoop& on) { return PublishAtRate(on, &s, latencies); });
  });
  std::sort(latencies.begin(), latencies.end());
  std::printf("%-34s p50 %.2f ms   p99 %.2f ms\n",
              "",
              latencies[latencies.size() / 2],
              latencies[latencies.size() * 99 / 100]);
}

void Run(const Settings& s) {
  for (int round = 0; round < s.rounds; ++round) {
    Prepare(s.port, s.queue);
    Measure(s, "publish + confirm, rabbitmq-c", [&s] {
      PublishPlainly(s.port, s.queue, s.count, s.window, s.size);
    });
    Measure(s, "consume + ack each, rabbitmq-c", [&s] {
      ConsumePlainly(s.port, s.queue, s.count, s.window, 1);
    });
    Prepare(s.port, s.queue);
    Measure(s, "publish + confirm, leadrelay", [&s] {
      test::RunOnLoop([&s](OnLoop& on) { return PublishOurs(on, &s); });
    });
    Measure(s, "consume + ack, leadrelay", [&s] {
      test::RunOnLoop([&s](OnLoop& on) { return ConsumeOurs(on, &s); });
    });
    Prepare(s.port, s.queue);
    PublishPlainly(s.port, s.queue, s.count, s.window, s.size);
    Measure(s, "consume + ack per 100, rabbitmq-c", [&s] {
      ConsumePlainly(s.port, s.queue, s.count, s.window, 100);
    });
    RunAtRate(s);
  }
}

}  // namespace
}  // namespace leadrelay::bench

int main(int argc, char** argv) {
  leadrelay::bench::Settings settings;
  CLI::App app("The publisher and the consumer beside rabbitmq-c alone", "amqp_bench");
  app.add_option("--count", settings.count, "Messages per measurement");
  app.add_option("--window", settings.window, "Unconfirmed, and prefetch");
  app.add_option("--size", settings.size, "Bytes per body");
  app.add_option("--rounds", settings.rounds, "How often");
  app.add_option("--rate", settings.rate, "Publishes a second of the paced measurement");
  CLI11_PARSE(app, argc, argv);
  leadrelay::test::Broker broker;
  settings.port = broker.port();
  settings.broker = broker.pid();
  leadrelay::bench::Run(settings);
  return 0;
}
