#pragma once
// Keyspace: what a Redis holds, and the commands that our scripts and caches give it.  The same
// commands give the same replies as Redis 7's: tests/integration/simulation holds the two against
// each other.  Pure; a copy is a replica.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/redis/commands.h"

namespace leadrelay::simulation {

class Keyspace {
 public:
  using Arguments = std::vector<std::string>;
  // What PUBLISH does.
  using Publish = std::function<void(const std::string& channel, const std::string& text)>;

  // GET, SET [NX] [PX], DEL, EXISTS, HGET, HSET, HDEL, HINCRBY, EXPIRE, PTTL, PUBLISH, TIME,
  // FLUSHALL.  FailedPrecondition: what Redis answers with an error.
  absl::StatusOr<redis::Reply> Execute(const Arguments& command,
                                       absl::Time now,
                                       const Publish& publish);

 private:
  using Hash = std::map<std::string, std::string>;
  struct Entry {
    std::variant<std::string, Hash> value;
    absl::Time expires = absl::InfiniteFuture();
  };
  Entry* Find(const std::string& key, absl::Time now);
  absl::StatusOr<Hash*> FindHash(const std::string& key, absl::Time now);
  absl::StatusOr<redis::Reply> Set(const Arguments& command, absl::Time now);
  absl::StatusOr<redis::Reply> ExecuteOnHash(const Arguments& command, absl::Time now);

  std::map<std::string, Entry> entries_;
};

}  // namespace leadrelay::simulation
