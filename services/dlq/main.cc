// leadrelay-dlq: keeps the ledger, gives operators dead letters to look at, discard and replay, and
// tells destinations that ask for it when the others have a lead.

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/http/server.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "common/redis/redis.h"
#include "common/service/operations.h"
#include "common/service/service.h"
#include "services/dlq/collect/books_metrics.h"
#include "services/dlq/collect/collector.h"
#include "services/dlq/inspect/api.h"
#include "services/dlq/ledger/ledger.h"
#include "services/dlq/mark/marker.h"
#include "services/dlq/replay/runner.h"

namespace leadrelay::dlq {
namespace {

// A connection may be away for this long before /readyz says so.
constexpr absl::Duration kPatience = absl::Seconds(15);
constexpr absl::Duration kHttpGrace = absl::Seconds(2);
constexpr uint16_t kLedgerPrefetch = 1000;  // One batch is written while the next one arrives.
constexpr uint16_t kDeadPrefetch = 200;     // These carry a lead and its history each.

std::vector<std::string> NamesOf(const config::Config& config) {
  std::vector<std::string> names;
  names.reserve(config.destinations.size());
  for (const config::Destination& destination : config.destinations) {
    names.push_back(destination.name);
  }
  return names;
}

std::set<std::string> MarkingOf(const config::Config& config) {
  std::set<std::string> marking;
  for (const config::Destination& destination : config.destinations) {
    if (destination.mark_synced) marking.insert(destination.name);
  }
  return marking;
}

amqp::ConsumerOptions ConsumerOptionsOf(const config::Config& config,
                                        const amqp::Topology& topology) {
  amqp::ConsumerOptions options;
  options.connection = config.broker;
  options.connection.name = "leadrelay dlq, consuming";
  options.topology = topology;
  options.subscriptions = {{std::string(lead::kLedgerQueue), kLedgerPrefetch},
                           {std::string(lead::kDeadQueue), kDeadPrefetch}};
  return options;
}

amqp::PublisherOptions PublisherOptionsOf(const config::Config& config,
                                          const amqp::Topology& topology) {
  amqp::PublisherOptions options;
  options.connection = config.broker;
  options.connection.name = "leadrelay dlq, publishing";
  options.topology = topology;
  return options;
}

http::ServerOptions ServerOptionsOf(const config::Config& config) {
  http::ServerOptions options;
  options.host = config.dlq.listen.host;
  options.port = config.dlq.listen.port;
  options.on_exception = [](const std::string& what) {
    observe::Error("a request failed by an exception").Text("what", what);
  };
  return options;
}

// Redis is not in here: without it leads are recorded and replayed all the same.
void AddChecks(service::ServiceContext& context, amqp::Publisher& publisher) {
  context.health.Add("broker, publishing",
                     observe::FailsAfter(
                         context.timers.clock(),
                         kPatience,
                         [&publisher] { return publisher.connected() && !publisher.blocked(); },
                         [&publisher] {
                           return publisher.blocked() ? std::string("the broker blocks publishers")
                                                      : publisher.last_error();
                         }));
}

coro::Task<absl::Status> RunDlq(service::ServiceContext& context) {
  const config::Config& config = context.config;
  const std::vector<std::string> names = NamesOf(config);
  const amqp::Topology topology = lead::BuildTopology(names, config.delivery.rungs);
  absl::StatusOr<std::unique_ptr<Ledger>> opened =
      Ledger::Open(context.loop, context.timers, config.dlq.database, MarkingOf(config));
  if (!opened.ok()) co_return opened.status();
  Ledger& ledger = **opened;

  BooksMetrics books(context.metrics);
  books.Show(ledger.books());
  ledger.OnBooks([&books, &ledger] { books.Show(ledger.books()); });

  redis::Client redis(context.loop, context.timers, config.redis);
  amqp::Publisher publisher(context.loop, context.timers, PublisherOptionsOf(config, topology));
  std::optional<Collector> collector;
  amqp::Consumer consumer(
      context.loop,
      context.timers,
      ConsumerOptionsOf(config, topology),
      [&collector](amqp::Delivery delivery) { collector->Receive(std::move(delivery)); });
  collector.emplace(context.timers, ledger, context.metrics, context.health, consumer);
  Runner runner(context.timers,
                ledger,
                publisher,
                context.metrics,
                std::set<std::string>(names.begin(), names.end()),
                config.dlq.replay_per_second);
  Marker marker(context.timers, ledger, publisher, context.metrics, context.health);
  ledger.OnMarks([&marker] { marker.Wake(); });
  Api api(context.timers, config, ledger, consumer, runner, redis);
  http::Server server(
      context.loop,
      context.timers,
      ServerOptionsOf(config),
      service::WithOperations(context.health,
                              context.metrics,
                              [&api](http::ServerRequest request, std::stop_token stop) {
                                return api.Handle(std::move(request), std::move(stop));
                              }));
  AddChecks(context, publisher);

  absl::Status listening = server.Listen();
  redis.Start();
  publisher.Start();
  if (listening.ok()) {
    collector->Start();
    consumer.Start();
    runner.Wake();
    marker.Wake();
    observe::Info("started")
        .Text("host", config.dlq.listen.host)
        .Number("port", server.port())
        .Text("database", config.dlq.database);
    (void)co_await context.timers.Sleep(absl::InfiniteDuration(), context.stop);
  }
  co_await server.Drain(kHttpGrace);
  co_await runner.Stop();
  co_await collector->Stop();
  co_await consumer.Close();
  co_await marker.Stop();
  co_await publisher.Close();
  co_await redis.Close();
  co_return listening;
}

}  // namespace
}  // namespace leadrelay::dlq

int main(int argc, char** argv) {
  leadrelay::service::ServiceOptions options;
  options.name = "dlq";
  options.reader = leadrelay::config::Reader::kDlq;
  options.summary = "Keeps the ledger of all deliveries; lists, discards and replays dead letters.";
  return leadrelay::service::RunService(argc, argv, options, leadrelay::dlq::RunDlq);
}
