#pragma once
// Where Redis is and how to log in.  Apart from redis.h so that the configuration, which pure code
// reads, does not pull the event loop in.

#include <string>

#include "absl/time/time.h"

namespace leadrelay::redis {

struct Options {
  std::string host = "127.0.0.1";  // A name is looked up again for every connection.
  int port = 6379;
  int database = 0;
  std::string username;  // ACL user; empty: the default one.  Needs INFO and PING besides its keys.
  std::string password;  // Empty: none.
  absl::Duration connect_timeout = absl::Seconds(2);
};

}  // namespace leadrelay::redis
