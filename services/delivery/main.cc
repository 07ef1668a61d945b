// leadrelay-delivery: takes leads from the destinations' queues and delivers them to the CRMs.

#include <memory>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include <unistd.h>

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/coro/deadline.h"
#include "common/coro/scope.h"
#include "common/crypto/crypto.h"
#include "common/http/server.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "common/redis/redis.h"
#include "common/service/operations.h"
#include "common/service/service.h"
#include "services/delivery/consume/intake.h"
#include "services/delivery/consume/standstill.h"
#include "services/delivery/deliver/batch_sizes.h"
#include "services/delivery/deliver/destinations.h"
#include "services/delivery/deliver/lane.h"

namespace leadrelay::delivery {
namespace {

// A connection may be away for this long before /readyz says so.
constexpr absl::Duration kPatience = absl::Seconds(15);
// What is left of the grace period for publishing verdicts once requests have been cut.
constexpr absl::Duration kSettleTime = absl::Seconds(3);

std::string OwnerName() {
  char host[256] = "";
  (void)gethostname(host, sizeof host - 1);
  return absl::StrCat(host, ":", getpid(), ":", crypto::Hex(crypto::RandomBytes(4)));
}

std::vector<std::string> SplitNames(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream stream(list);
  for (std::string name; std::getline(stream, name, ',');) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> NamesOf(const config::Config& config) {
  std::vector<std::string> names;
  names.reserve(config.destinations.size());
  for (const config::Destination& destination : config.destinations) {
    names.push_back(destination.name);
  }
  return names;
}

amqp::ConsumerOptions ConsumerOptionsFor(const config::Config& config,
                                         const std::vector<ConfiguredDestination>& served,
                                         const amqp::Topology& topology) {
  amqp::ConsumerOptions options;
  options.connection = config.broker;
  options.connection.name = "leadrelay delivery, consuming";
  options.topology = topology;
  for (const ConfiguredDestination& entry : served) {
    options.subscriptions.push_back(amqp::Subscription{
        lead::DeliverQueue(entry.destination->name),
        PrefetchOf(config.delivery.prefetch, *entry.destination, *entry.connector)});
  }
  return options;
}

amqp::PublisherOptions PublisherOptionsFor(const config::Config& config,
                                           const amqp::Topology& topology) {
  amqp::PublisherOptions options;
  options.connection = config.broker;
  options.connection.name = "leadrelay delivery, publishing";
  options.topology = topology;
  // Every message in hand may have to be republished at once.
  options.max_unconfirmed = 65536;
  return options;
}

struct Delivery {
  Delivery(service::ServiceContext& context, std::vector<ConfiguredDestination>& served)
      : Delivery(context,
                 served,
                 lead::BuildTopology(NamesOf(context.config), context.config.delivery.rungs)) {}

  Delivery(service::ServiceContext& context,
           std::vector<ConfiguredDestination>& served,
           const amqp::Topology& topology)
      : redis(context.loop, context.timers, context.config.redis),
        publisher(context.loop, context.timers, PublisherOptionsFor(context.config, topology)),
        consumer(context.loop,
                 context.timers,
                 ConsumerOptionsFor(context.config, served, topology),
                 [this](amqp::Delivery delivery) { intake->Receive(std::move(delivery)); }),
        claims(redis, OwnerName(), context.config.delivery.done_ttl),
        outcomes(context.timers, publisher),
        settlement(context.timers,
                   publisher,
                   outcomes,
                   context.config.delivery.rungs,
                   [this](const amqp::DeliveryTag& tag) { consumer.Ack(tag); }) {
    LaneServices services{context.timers,
                          redis,
                          claims,
                          settlement,
                          context.metrics,
                          context.health,
                          context.config.delivery.token_key};
    std::map<std::string, Lane*> by_name;
    for (ConfiguredDestination& entry : served) {
      lanes.push_back(
          std::make_unique<Lane>(services, *entry.destination, std::move(entry.connector)));
      by_name[lanes.back()->name()] = lanes.back().get();
    }
    std::vector<Lane*> all;
    all.reserve(by_name.size());
    for (const auto& [name, lane] : by_name) all.push_back(lane);
    intake = std::make_unique<Intake>(context.timers, settlement, std::move(by_name));
    standstill =
        std::make_unique<Standstill>(context.timers, consumer, std::move(all), context.health);
  }

  redis::Client redis;
  amqp::Publisher publisher;
  amqp::Consumer consumer;
  Claims claims;
  OutcomeStream outcomes;
  Settlement settlement;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::unique_ptr<Intake> intake;
  std::unique_ptr<Standstill> standstill;
};

void AddChecks(service::ServiceContext& context, Delivery& delivery) {
  coro::Clock& clock = context.timers.clock();
  context.health.Add("broker, consuming",
                     observe::FailsAfter(
                         clock,
                         kPatience,
                         [&delivery] { return delivery.consumer.connected(); },
                         [&delivery] { return delivery.consumer.last_error(); }));
  context.health.Add(
      "broker, publishing",
      observe::FailsAfter(
          clock,
          kPatience,
          [&delivery] { return delivery.publisher.connected() && !delivery.publisher.blocked(); },
          [&delivery] {
            return delivery.publisher.blocked() ? std::string("the broker blocks publishers")
                                                : delivery.publisher.last_error();
          }));
  context.health.Add("redis",
                     observe::FailsAfter(
                         clock,
                         kPatience,
                         [&delivery] { return delivery.redis.connected(); },
                         [] { return std::string("not connected"); }));
}

coro::Task<void> RunUntilDrained(service::ServiceContext& context, Delivery& delivery) {
  coro::Timers& timers = context.timers;
  std::stop_source sending;
  std::stop_source finishing;
  coro::Scope lanes(context.loop);
  coro::Scope background(context.loop);
  for (const std::unique_ptr<Lane>& lane : delivery.lanes) {
    lanes.Spawn(lane->Run(context.stop, sending.get_token()));
  }
  background.Spawn(delivery.outcomes.Run(finishing.get_token()));
  background.Spawn(delivery.standstill->Run(context.stop));

  (void)co_await timers.Sleep(absl::InfiniteDuration(), context.stop);
  co_await delivery.consumer.StopConsuming();
  {
    const absl::Duration grace = context.config.delivery.grace;
    coro::Timers::Alarm cut(timers, grace - kSettleTime, [&sending] {
      observe::Warning("cutting the requests that are still under way");
      sending.request_stop();
    });
    co_await lanes.Join();
  }
  delivery.intake->RequestStop();
  co_await delivery.intake->Join();
  finishing.request_stop();
  co_await background.Join();
}

coro::Task<absl::Status> Main(service::ServiceContext& context,
                              std::vector<ConfiguredDestination>& served) {
  http::ServerOptions listen;
  listen.host = context.config.delivery.listen.host;
  listen.port = context.config.delivery.listen.port;
  http::Server server(context.loop,
                      context.timers,
                      listen,
                      service::WithOperations(context.health, context.metrics));
  absl::Status listening = server.Listen();
  if (!listening.ok()) co_return listening;
  {
    Delivery delivery(context, served);
    AddChecks(context, delivery);
    delivery.redis.Start();
    delivery.publisher.Start();
    delivery.consumer.Start();
    observe::Info("started")
        .Number("port", server.port())
        .Number("destinations", static_cast<int64_t>(delivery.lanes.size()));
    co_await RunUntilDrained(context, delivery);
    co_await server.Drain(absl::Seconds(1));
    co_await delivery.consumer.Close();
    co_await delivery.publisher.Close();
    co_await delivery.redis.Close();
  }
  co_return absl::OkStatus();
}

}  // namespace
}  // namespace leadrelay::delivery

int main(int argc, char** argv) {
  using namespace leadrelay;  // NOLINT(google-build-using-namespace): main only.
  std::vector<std::string> names;
  std::vector<delivery::ConfiguredDestination> served;
  service::ServiceOptions options;
  options.name = "delivery";
  options.reader = config::Reader::kDelivery;
  options.summary = "Delivers leads to the CRMs.";
  options.flags.push_back(service::Flag{"--destinations",
                                        "NAME,...",
                                        "Serve only these destinations (default: all)",
                                        [&names](const std::string& value) {
                                          names = delivery::SplitNames(value);
                                          return absl::OkStatus();
                                        }});
  options.check = [&names, &served](config::Config& config, config::Faults& faults) {
    served = delivery::ConfigureDestinations(config, names, faults);
  };
  return service::RunService(argc, argv, options, [&served](service::ServiceContext& context) {
    return delivery::Main(context, served);
  });
}
