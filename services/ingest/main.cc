// leadrelay-ingest: takes leads over HTTP and AMQP, and answers for them once the broker has them.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/amqp/publisher.h"
#include "common/coro/scope.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "common/redis/redis.h"
#include "common/service/operations.h"
#include "common/service/service.h"
#include "services/ingest/publish/lead_publisher.h"
#include "services/ingest/publish/queue_watch.h"
#include "services/ingest/receive/acceptor.h"
#include "services/ingest/receive/http_endpoints.h"
#include "services/ingest/receive/inbound.h"
#include "services/ingest/receive/standstill.h"
#include "services/ingest/validate/lead_schema.h"

namespace leadrelay::ingest {
namespace {

// Bodies in hand; parsed, normalised and queued for the broker they take about six times as much.
constexpr int64_t kMaxBytes = 32 << 20;
// A claim outlives the publish it stands for, and what Redis and the loop may add to that.
constexpr absl::Duration kClaimMargin = absl::Seconds(2);
constexpr absl::Duration kBrokerPatience = absl::Seconds(10);
// Out of the ten seconds that a process has to end; the rest is for closing connections to a broker
// that may hang.
constexpr absl::Duration kDrainGrace = absl::Seconds(5);
constexpr uint16_t kInboundPrefetch = 200;

amqp::Topology TopologyOf(const config::Config& config) {
  std::vector<std::string> destinations;
  destinations.reserve(config.destinations.size());
  for (const config::Destination& destination : config.destinations) {
    destinations.push_back(destination.name);
  }
  return lead::BuildTopology(destinations, config.delivery.rungs);
}

// Every queue that a lead is published to.
std::vector<std::string> WatchedQueues(const config::Config& config) {
  std::vector<std::string> queues = {std::string(lead::kLedgerQueue),
                                     std::string(lead::kRejectedQueue)};
  for (const config::Destination& destination : config.destinations) {
    queues.push_back(lead::DeliverQueue(destination.name));
  }
  return queues;
}

amqp::ConnectionOptions Named(const config::Config& config, std::string_view part) {
  amqp::ConnectionOptions options = config.broker;
  options.name = config.name + " ingest ";
  options.name.append(part);
  return options;
}

amqp::PublisherOptions PublisherOptionsOf(const config::Config& config) {
  amqp::PublisherOptions options;
  options.connection = Named(config, "publish");
  options.topology = TopologyOf(config);
  options.max_unconfirmed = static_cast<size_t>(config.ingest.max_unconfirmed);
  return options;
}

amqp::ConsumerOptions InboundOptionsOf(const config::Config& config) {
  amqp::ConsumerOptions options;
  options.connection = Named(config, "inbound");
  options.topology = TopologyOf(config);
  options.subscriptions.push_back(
      amqp::Subscription{std::string(lead::kInboundQueue), kInboundPrefetch});
  return options;
}

http::ServerOptions ServerOptionsOf(const config::Config& config) {
  http::ServerOptions options;
  options.host = config.ingest.listen.host;
  options.port = config.ingest.listen.port;
  options.max_body_bytes = HttpEndpoints::MaxBody(config.ingest);
  options.on_exception = [](const std::string& what) {
    observe::Error("a request ended in an exception").Text("what", what);
  };
  return options;
}

// The parts, in the order in which they are built on each other.
struct Ingest {
  Ingest(service::ServiceContext& context, const Validator& validator)
      : router(context.config.routes, context.config.destinations),
        preparer(validator, router, context.config.ingest.max_lead_bytes),
        publishers(context.config.publishers),
        meters(context.metrics),
        broker(context.loop, context.timers, PublisherOptionsOf(context.config)),
        redis(context.loop, context.timers, context.config.redis),
        publisher(context.timers, broker, context.metrics, context.config.ingest.publish_timeout),
        idempotency(context.timers,
                    redis,
                    context.metrics,
                    {context.config.ingest.publish_timeout + kClaimMargin,
                     context.config.ingest.idempotency_ttl}),
        acceptor({context.loop, context.timers, preparer, idempotency, publisher, meters},
                 {context.config.ingest.publish_timeout,
                  std::max(1, static_cast<int>(context.config.ingest.max_unconfirmed / 2))}),
        inbound(
            {context.loop, context.timers, publishers, acceptor, publisher, meters, context.health},
            InboundOptionsOf(context.config),
            context.config.ingest.publish_timeout),
        endpoints({context.config, context.timers, publishers, acceptor, meters}, kMaxBytes),
        server(context.loop,
               context.timers,
               ServerOptionsOf(context.config),
               service::WithOperations(context.health,
                                       context.metrics,
                                       [this](http::ServerRequest request, std::stop_token stop) {
                                         return endpoints.Handle(std::move(request),
                                                                 std::move(stop));
                                       })),
        queue_watch(
            {context.loop, context.timers, inbound.consumer(), context.metrics, context.health},
            WatchedQueues(context.config),
            PublisherOptionsOf(context.config)),
        standstill(context.timers, inbound, context.health),
        background(context.loop),
        draining(context.loop) {}

  const Router router;
  const Preparer preparer;
  const Publishers publishers;
  Meters meters;
  amqp::Publisher broker;
  redis::Client redis;
  LeadPublisher publisher;
  Idempotency idempotency;
  Acceptor acceptor;
  Inbound inbound;
  HttpEndpoints endpoints;
  http::Server server;
  QueueWatch queue_watch;
  Standstill standstill;
  coro::Scope background;
  coro::Scope draining;
};

void AddChecks(service::ServiceContext& context, const Ingest& ingest) {
  coro::Clock& clock = context.timers.clock();
  context.health.Add("broker, publishing",
                     observe::FailsAfter(
                         clock,
                         kBrokerPatience,
                         [&ingest] { return !ingest.publisher.Trouble().has_value(); },
                         [&ingest] { return ingest.publisher.Trouble().value_or(""); }));
  context.health.Add("broker, inbound",
                     observe::FailsAfter(
                         clock,
                         kBrokerPatience,
                         [&ingest] { return ingest.inbound.connected(); },
                         [&ingest] { return ingest.inbound.last_error(); }));
}

// Nobody waits for the broker here: until it is there, leads are answered 503.
coro::Task<absl::Status> Serve(service::ServiceContext& context, Ingest& ingest) {
  absl::Status listening = ingest.server.Listen();
  if (!listening.ok()) co_return listening;
  ingest.broker.Start();
  ingest.redis.Start();
  ingest.inbound.Start();
  ingest.background.Spawn(ingest.queue_watch.Run(ingest.background.stop_token()));
  ingest.background.Spawn(ingest.standstill.Run(ingest.background.stop_token()));
  observe::Info("ready for leads")
      .Text("host", context.config.ingest.listen.host)
      .Number("port", ingest.server.port());
  (void)co_await context.timers.Sleep(absl::InfiniteDuration(), context.stop);
  co_return absl::OkStatus();
}

coro::Task<void> Drain(Ingest& ingest) {
  ingest.background.RequestStop();
  ingest.draining.Spawn(ingest.inbound.Close(kDrainGrace));
  ingest.draining.Spawn(ingest.server.Drain(kDrainGrace));
  co_await ingest.draining.Join();
  co_await ingest.background.Join();
  co_await ingest.publisher.Close();
  co_await ingest.publisher.Close();
  co_await ingest.idempotency.Close();
  co_await ingest.broker.Close();
  co_await ingest.redis.Close();
}

coro::Task<absl::Status> RunIngest(service::ServiceContext& context) {
  absl::StatusOr<Validator> validator =
      Validator::Create(LeadSchemaText(), context.config.ingest.ip_hash_key);
  if (!validator.ok()) co_return validator.status();
  Ingest ingest(context, *validator);
  AddChecks(context, ingest);
  absl::Status served = co_await Serve(context, ingest);
  co_await Drain(ingest);
  co_return served;
}

}  // namespace
}  // namespace leadrelay::ingest

int main(int argc, char** argv) {
  leadrelay::service::ServiceOptions options;
  options.name = "ingest";
  options.reader = leadrelay::config::Reader::kIngest;
  options.summary = "Takes leads over HTTP and AMQP and hands them to the broker.";
  return leadrelay::service::RunService(argc, argv, options, leadrelay::ingest::RunIngest);
}
