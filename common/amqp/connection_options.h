#pragma once
// Where the broker is and how to log in.  Shared by Publisher and Consumer.

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace leadrelay::amqp {

struct BrokerAddress {
  std::string host = "127.0.0.1";
  int port = 5672;
  friend bool operator==(const BrokerAddress&, const BrokerAddress&) = default;
};

struct ConnectionOptions {
  std::vector<BrokerAddress> addresses;  // Tried in turn from a random start; next on failure.
  std::string virtual_host = "/";
  std::string username = "guest";
  std::string password = "guest";
  std::string name;  // Shown in the broker's management pages.
  bool tls = false;
  std::string tls_ca_file;  // With tls: who signed the broker's certificate.  Empty: the system's.
  std::string tls_cert_file;  // With tls: our certificate and key, when the broker wants them.
  std::string tls_key_file;
  bool tls_verify_hostname = true;
  // Whole seconds; the broker may ask for less.  Silent for two of them, it is taken for dead.
  absl::Duration heartbeat = absl::Seconds(10);
  absl::Duration connect_timeout = absl::Seconds(5);
};

}  // namespace leadrelay::amqp
