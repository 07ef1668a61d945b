#include "services/ingest/part_options.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "common/lead/topology.h"
#include "common/observe/log.h"
#include "services/ingest/receive/http_endpoints.h"

namespace leadrelay::ingest {
namespace {

constexpr uint16_t kInboundPrefetch = 200;

amqp::Topology TopologyOf(const config::Config& config) {
  std::vector<std::string> destinations;
  destinations.reserve(config.destinations.size());
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

int ShareOfUnconfirmed(const config::Config& config, int parts) {
  return std::max(1, static_cast<int>(config.ingest.max_unconfirmed / parts));
}

}  // namespace

std::vector<std::string> WatchedQueues(const config::Config& config) {
  std::vector<std::string> queues = {std::string(lead::kLedgerQueue),
                                     std::string(lead::kRejectedQueue)};
  for (const config::Destination& destination : config.destinations) {
    queues.push_back(lead::DeliverQueue(destination.name));
  }
  return queues;
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

Acceptor::Options AcceptorOptionsOf(const config::Config& config) {
  return {config.ingest.publish_timeout, ShareOfUnconfirmed(config, 2)};
}

Spooling::Options SpoolingOptionsOf(const config::Config& config) {
  Spooling::Options options;
  options.spool.max_bytes = config.ingest.spool.max_bytes;
  options.drain.publish_timeout = config.ingest.publish_timeout;
  options.drain.window = ShareOfUnconfirmed(config, 4);
  return options;
}

}  // namespace leadrelay::ingest
