#include "tests/simulation/redis/redis_server.h"

#include <utility>

#include "tests/simulation/redis/redis_port.h"

namespace leadrelay::simulation {
RedisServer::RedisServer(
    Agenda& agenda, Journal& journal, Random& random, const Faults& faults, LuaScripts& scripts)
    : agenda_(agenda),
      journal_(journal),
      random_(random),
      faults_(faults),
      scripts_(scripts),
      publish_([this](const std::string& channel, const std::string& text) {
        Publish(channel, text);
      }) {}

void RedisServer::Flush() {
  journal_.Say("redis forgets everything");
  keyspace_ = Keyspace();
}

void RedisServer::Keep() {
  journal_.Say("redis: what it holds now is what a replica has");
  kept_ = keyspace_;
}

void RedisServer::FailOver(absl::Duration away) {
  journal_.Say("redis fails over");
  keyspace_ = kept_;
  run_id_ = absl::StrCat("run-", ++runs_);
  GoAway(away);
}

void RedisServer::GoAway(absl::Duration away) {
  journal_.Say("redis is away for ", absl::FormatDuration(away));
  up_ = false;
  BreakConnections();
  agenda_.After(away, [this] { up_ = true; });
}

void RedisServer::BreakConnections() {
  for (RedisPort* port : ports_) port->Break();
}

absl::StatusOr<redis::Reply> RedisServer::Command(const std::vector<std::string>& command) {
  return keyspace_.Execute(command, now(), publish_);
}

absl::StatusOr<redis::Reply> RedisServer::Eval(redis::Script script,
                                               const std::vector<std::string>& keys,
                                               const std::vector<std::string>& arguments) {
  absl::StatusOr<redis::Reply> reply =
      scripts_.Run(script, keys, arguments, keyspace_, now(), publish_);
  if (!reply.ok()) {
    journal_.Violate("a script fails: ", std::string(reply.status().message()));
  }
  if (on_script_) on_script_(script, arguments, keys);
  return reply;
}

void RedisServer::Publish(const std::string& channel, const std::string& text) {
  for (RedisPort* port : ports_) port->Hear(channel, text);
}

}  // namespace leadrelay::simulation
