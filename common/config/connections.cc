#include "common/config/parts.h"
#include "common/config/shapes.h"

namespace leadrelay::config {
namespace {

constexpr int kAmqpPort = 5672;
constexpr int kAmqpsPort = 5671;
constexpr int kRedisPort = 6379;

void ReadTls(Section tls, bool given, amqp::ConnectionOptions& broker) {
  // Whoever writes the section wants it; false is for switching it off without deleting it.
  broker.tls = tls.Bool("enabled", given);
  broker.tls_ca_file = tls.Text("ca_file");
  broker.tls_cert_file = tls.Text("cert_file");
  broker.tls_key_file = tls.Text("key_file");
  broker.tls_verify_hostname = tls.Bool("verify_hostname", broker.tls_verify_hostname);
  if (!broker.tls) return;
  if (broker.tls_ca_file.empty()) {
    tls.AddFault("ca_file", "is required: the authority that signed the broker's certificate");
  }
  if (broker.tls_cert_file.empty() != broker.tls_key_file.empty()) {
    tls.AddFault("cert_file and key_file go together");
  }
}

void ReadBroker(Section broker, bool wanted, amqp::ConnectionOptions& options) {
  const bool tls_given = broker.Has("tls");
  ReadTls(broker.Child("tls"), tls_given, options);
  for (const std::string& text : broker.Texts("addresses")) {
    const auto address = ParseHostPort(text, options.tls ? kAmqpsPort : kAmqpPort);
    if (!address.has_value() || address->second == 0) {
      broker.AddFault("addresses", "each has to be host or host:port");
      continue;
    }
    options.addresses.push_back({address->first, address->second});
  }
  if (options.addresses.empty()) {
    options.addresses = {{"127.0.0.1", options.tls ? kAmqpsPort : kAmqpPort}};
  }
  options.virtual_host = broker.Text("virtual_host", options.virtual_host);
  options.username = broker.Text("username", options.username);
  options.password = ReadSecret(broker, "password", wanted, options.password);
  options.heartbeat =
      broker.Duration("heartbeat", options.heartbeat, absl::Seconds(1), absl::Minutes(10));
  options.connect_timeout = broker.Duration(
      "connect_timeout", options.connect_timeout, absl::Milliseconds(100), absl::Minutes(1));
}

void ReadRedis(Section redis, bool wanted, redis::Options& options) {
  const std::string text = redis.Text("address");
  if (!text.empty()) {
    const auto address = ParseHostPort(text, kRedisPort);
    if (address.has_value() && address->second != 0) {
      options.host = address->first;
      options.port = address->second;
    } else {
      redis.AddFault("address", "has to be host or host:port");
    }
  }
  options.database = static_cast<int>(redis.Int("database", options.database, 0, 65535));
  options.username = redis.Text("username");
  options.password = ReadSecret(redis, "password", wanted, "");
  options.connect_timeout = redis.Duration(
      "connect_timeout", options.connect_timeout, absl::Milliseconds(100), absl::Minutes(1));
  if (!options.username.empty() && !redis.Has("password")) {
    redis.AddFault("username", "is of no use without a password");
  }
}

}  // namespace

void ReadConnections(Section& root, Reader reader, Config& config) {
  const bool wanted = reader != Reader::kNobody;
  ReadBroker(root.Child("broker"), wanted, config.broker);
  ReadRedis(root.Child("redis"), wanted, config.redis);
}

}  // namespace leadrelay::config
