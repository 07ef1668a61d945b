#pragma once
// What each part of ingest is told of the configuration.

#include <string>
#include <vector>

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/config/config.h"
#include "common/http/server.h"
#include "services/ingest/receive/acceptor.h"
#include "services/ingest/spool/spooling.h"

namespace leadrelay::ingest {

// Every queue that a lead is published to.
std::vector<std::string> WatchedQueues(const config::Config& config);
amqp::PublisherOptions PublisherOptionsOf(const config::Config& config);
amqp::ConsumerOptions InboundOptionsOf(const config::Config& config);
http::ServerOptions ServerOptionsOf(const config::Config& config);

// Of the messages that may be unconfirmed, batches take up to a half, and what comes out of the
// spool up to a quarter: new leads come first.
Acceptor::Options AcceptorOptionsOf(const config::Config& config);
Spooling::Options SpoolingOptionsOf(const config::Config& config);

}  // namespace leadrelay::ingest
