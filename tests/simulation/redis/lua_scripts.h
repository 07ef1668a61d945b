#pragma once
// LuaScripts: runs the project's own scripts as Redis 7 does: on Lua 5.1, with KEYS, ARGV,
// redis.call, redis.error_reply and cmsgpack.  Keeps what it has compiled; one at a time.

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/redis/commands.h"
#include "tests/simulation/redis/keyspace.h"

struct lua_State;

namespace leadrelay::simulation {

class LuaScripts {
 public:
  LuaScripts();
  ~LuaScripts();
  LuaScripts(const LuaScripts&) = delete;
  LuaScripts& operator=(const LuaScripts&) = delete;

  // FailedPrecondition: the script failed, or answered an error.
  absl::StatusOr<redis::Reply> Run(redis::Script script,
                                   const std::vector<std::string>& keys,
                                   const std::vector<std::string>& arguments,
                                   Keyspace& keyspace,
                                   absl::Time now,
                                   const Keyspace::Publish& publish);

 private:
  struct Running {
    Keyspace& keyspace;
    absl::Time now;
    const Keyspace::Publish& publish;
  };
  static int Call(lua_State* lua);
  static bool CallOrExplain(lua_State* lua);
  bool PushCompiled(redis::Script script);

  lua_State* lua_;
  std::map<const char*, int> compiled_;  // References by the address of the source.
  Running* running_ = nullptr;
};

}  // namespace leadrelay::simulation
