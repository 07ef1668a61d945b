// leadrelay-delivery: takes leads from the destinations' queues and delivers them to the CRMs.

#include <memory>
#include <random>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include <unistd.h>

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/coro/scope.h"
#include "common/crypto/crypto.h"
#include "common/http/client.h"
#include "common/http/server.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "common/redis/redis.h"
#include "common/service/operations.h"
#include "common/service/service.h"
#include "services/delivery/consume/standstill.h"
#include "services/delivery/deliver/batch_sizes.h"
#include "services/delivery/deliver/destinations.h"
#include "services/delivery/deliver/line_options.h"
#include "services/delivery/process.h"

namespace leadrelay::delivery {
namespace {

// A connection may be away for this long before /readyz says so.
constexpr absl::Duration kPatience = absl::Seconds(15);

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

double Chance() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

// The connections, and the process that works between them.
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
                 [this](amqp::Delivery delivery) { process->Receive(std::move(delivery)); }) {
    ProcessPorts ports{
        context.timers,
        redis,
        publisher,
        consumer,
        [&context](const config::Destination& destination, const Connector& connector) {
          return std::make_unique<http::Client>(
              context.loop, context.timers, ClientOptionsFor(destination, connector));
        },
        Chance,
        context.metrics,
        context.health};
    process = std::make_unique<Process>(
        std::move(ports), context.config.delivery, OwnerName(), std::move(served));
    standstill =
        std::make_unique<Standstill>(context.timers, consumer, process->lanes(), context.health);
  }

  redis::Client redis;
  amqp::Publisher publisher;
  amqp::Consumer consumer;
  std::unique_ptr<Process> process;
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
        .Number("destinations", static_cast<int64_t>(delivery.process->lanes().size()));
    coro::Scope watching(context.loop);
    watching.Spawn(delivery.standstill->Run(context.stop));
    co_await delivery.process->Run(context.stop);
    co_await watching.Join();
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
