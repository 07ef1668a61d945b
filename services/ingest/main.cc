// leadrelay-ingest: takes leads over HTTP and AMQP, and answers for them once the broker has them.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/amqp/publisher.h"
#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "common/redis/redis.h"
#include "common/service/operations.h"
#include "common/service/service.h"
#include "services/ingest/publish/lead_publisher.h"
#include "services/ingest/receive/acceptor.h"
#include "services/ingest/receive/http_endpoints.h"
#include "services/ingest/receive/inbound.h"
#include "services/ingest/validate/lead_schema.h"

namespace leadrelay::ingest {
namespace {

// Bodies in hand; parsed, normalised and queued for the broker they take about six times as much.
constexpr int64_t kMaxBytes = 32 << 20;
// A claim outlives the publish it stands for, and what Redis and the loop may add to that.
constexpr absl::Duration kClaimMargin = absl::Seconds(2);
constexpr absl::Duration kBrokerPatience = absl::Seconds(10);
// Out of the ten seconds that a process has to end: first for AMQP, then for HTTP.
constexpr absl::Duration kInboundGrace = absl::Seconds(1);
constexpr absl::Duration kHttpGrace = absl::Seconds(6);
constexpr uint16_t kInboundPrefetch = 200;

amqp::Topology TopologyOf(const config::Config& config) {
  std::vector<std::string> destinations;
  for (const config::Destination& destination : config.destinations) {
    destinations.push_back(destination.name);
  }
  return lead::BuildTopology(destinations, config.delivery.rungs);
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

void AddChecks(service::ServiceContext& context,
               const LeadPublisher& publisher,
               const Inbound& inbound) {
  coro::Clock& clock = context.timers.clock();
  context.health.Add("broker",
                     observe::FailsAfter(
                         clock,
                         kBrokerPatience,
                         [&publisher] { return !publisher.Trouble().has_value(); },
                         [&publisher] { return publisher.Trouble().value_or(""); }));
  context.health.Add("inbound",
                     observe::FailsAfter(
                         clock,
                         kBrokerPatience,
                         [&inbound] { return inbound.connected(); },
                         [&inbound] { return inbound.last_error(); }));
}

// Nobody waits for the broker here: until it is there, leads are answered 503.
coro::Task<absl::Status> RunIngest(service::ServiceContext& context) {
  const config::Config& config = context.config;
  absl::StatusOr<Validator> validator =
      Validator::Create(LeadSchemaText(), config.ingest.ip_hash_key);
  if (!validator.ok()) co_return validator.status();
  const Router router(config.routes, config.destinations);
  const Preparer preparer(*validator, router, config.ingest.max_lead_bytes);
  const Publishers publishers(config.publishers);
  Meters meters(context.metrics);

  amqp::Publisher broker(context.loop, context.timers, PublisherOptionsOf(config));
  LeadPublisher publisher(context.timers, broker, context.metrics);
  redis::Client redis(context.loop, context.timers, config.redis);
  Idempotency idempotency(context.loop,
                          context.timers,
                          redis,
                          context.metrics,
                          IdempotencyOptions{config.ingest.publish_timeout + kClaimMargin,
                                             config.ingest.idempotency_ttl});
  Acceptor acceptor(
      Acceptor::Parts{context.loop, context.timers, preparer, idempotency, publisher, meters},
      Acceptor::Options{config.ingest.publish_timeout,
                        std::max(1, static_cast<int>(config.ingest.max_unconfirmed / 2))});
  Inbound inbound(
      Inbound::Parts{context.loop, context.timers, publishers, acceptor, publisher, meters},
      InboundOptionsOf(config),
      config.ingest.publish_timeout);
  HttpEndpoints endpoints(
      HttpEndpoints::Parts{config, context.timers, publishers, acceptor, meters}, kMaxBytes);
  http::Server server(
      context.loop,
      context.timers,
      ServerOptionsOf(config),
      service::WithOperations(context.health,
                              context.metrics,
                              [&endpoints](http::ServerRequest request, std::stop_token stop) {
                                return endpoints.Handle(std::move(request), std::move(stop));
                              }));
  AddChecks(context, publisher, inbound);

  absl::Status listening = server.Listen();
  broker.Start();
  redis.Start();
  if (listening.ok()) {
    inbound.Start();
    observe::Info("ready for leads")
        .Text("host", config.ingest.listen.host)
        .Number("port", server.port());
    (void)co_await context.timers.Sleep(absl::InfiniteDuration(), context.stop);
  }
  co_await inbound.Close(kInboundGrace);
  co_await server.Drain(kHttpGrace);
  co_await idempotency.Close();
  co_await broker.Close();
  co_await redis.Close();
  co_return listening;
}

}  // namespace
}  // namespace leadrelay::ingest

int main(int argc, char** argv) {
  leadrelay::service::ServiceOptions options;
  options.name = "ingest";
  options.summary = "Takes leads over HTTP and AMQP and hands them to the broker.";
  return leadrelay::service::RunService(
      argc, argv, std::move(options), leadrelay::ingest::RunIngest);
}
