#pragma once
// RedisServer: the one Redis of the world, which can restart, forget, fail over and be away.

#include <functional>
#include <string>
#include <vector>

#include "common/redis/commands.h"
#include "tests/simulation/agenda.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/journal.h"
#include "tests/simulation/random.h"
#include "tests/simulation/redis/keyspace.h"
#include "tests/simulation/redis/lua_scripts.h"

namespace leadrelay::simulation {

class RedisPort;

class RedisServer {
 public:
  RedisServer(
      Agenda& agenda, Journal& journal, Random& random, const Faults& faults, LuaScripts& scripts);

  // What can happen to it.
  void Flush();                        // FLUSHALL.
  void Keep();                         // Remembers what it holds, for...
  void FailOver(absl::Duration away);  // ... a start with that, as another process.
  void GoAway(absl::Duration away);    // Unreachable, and then as before.
  void StepClock(absl::Duration by) { clock_off_ += by; }

  // Called for every script that has run.
  using ScriptHook = std::function<void(redis::Script script,
                                        const std::vector<std::string>& arguments,
                                        const std::vector<std::string>& keys)>;
  void OnScript(ScriptHook hook) { on_script_ = std::move(hook); }

  bool up() const { return up_; }
  const std::string& run_id() const { return run_id_; }

 private:
  friend class RedisPort;
  absl::Time now() const { return agenda_.wall() + clock_off_; }
  void BreakConnections();
  absl::StatusOr<redis::Reply> Command(const std::vector<std::string>& command);
  absl::StatusOr<redis::Reply> Eval(redis::Script script,
                                    const std::vector<std::string>& keys,
                                    const std::vector<std::string>& arguments);
  void Publish(const std::string& channel, const std::string& text);

  Agenda& agenda_;
  Journal& journal_;
  Random& random_;
  const Faults& faults_;
  LuaScripts& scripts_;
  Keyspace keyspace_;
  Keyspace kept_;
  std::vector<RedisPort*> ports_;
  Keyspace::Publish publish_;
  ScriptHook on_script_;
  std::string run_id_ = "run-1";
  absl::Duration clock_off_;
  bool up_ = true;
  int runs_ = 1;
};

}  // namespace leadrelay::simulation
