#pragma once
// A leadrelay-dlq process with a vhost, a Redis database and a folder of its own, and a broker
// connection to play ingest and delivery with.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/coro/signal.h"
#include "common/json/json.h"
#include "common/lead/events.h"
#include "tests/e2e/http_call.h"
#include "tests/support/broker/broker.h"
#include "tests/support/process/process.h"
#include "tests/support/redis/redis_server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::dlq {

// One of each for the program, started by the first test.
test::Broker& TheBroker();
test::RedisServer& TheRedis();
void StopServers();

class Dlq {
 public:
  // Ready when it returns; destinations crm-a and crm-b, and `more` of them in YAML.
  explicit Dlq(const std::string& more = "");
  ~Dlq();
  Dlq(const Dlq&) = delete;
  Dlq& operator=(const Dlq&) = delete;

  void Start();
  test::Process& process() { return *process_; }
  e2e::Reply Get(const std::string& path);
  e2e::Reply Post(const std::string& path, const std::string& body = "");
  json::Document Json(const std::string& path) { return Get(path).Json(); }
  int64_t Book(const std::string& destination, const std::string& state);
  std::string Replay(const std::string& body);  // Its id; a failure when it is refused.
  int64_t Items(const std::string& replay_id, const std::string& state);
  std::string Log() const;
  const std::string& folder() const { return folder_; }
  std::string database() const { return folder_ + "/ledger.db"; }

  // Waits, and fails with the log otherwise.
  void WaitFor(const std::string& what,
               const std::function<bool()>& condition,
               std::chrono::milliseconds timeout = std::chrono::seconds(30));

  amqp::ConnectionOptions connection() const;
  amqp::Topology topology() const;
  // Confirmed by the broker when it returns.
  void Publish(std::vector<amqp::Message> messages);
  void Publish(amqp::Message message) { Publish(std::vector<amqp::Message>{std::move(message)}); }
  // Takes `count` messages from a destination's queue and acknowledges them.
  std::vector<amqp::Message> Take(const std::string& destination, size_t count);
  // Messages that nobody has taken.
  int64_t Ready(const std::string& queue);

 private:
  std::string vhost_;
  std::string folder_;
  std::string config_;
  int port_ = 0;
  std::unique_ptr<test::Process> process_;
};

// What ingest and delivery send.
amqp::Message AcceptedMessage(const std::string& lead_id,
                              const std::vector<std::string>& destinations,
                              bool to_destinations = false);
amqp::Message OutcomesMessage(const std::vector<lead::OutcomeEvent>& events);
amqp::Message DeadMessage(const lead::DeadLetter& letter);
// Accepts leads <prefix>0 ... and lets them die at `destination`.
std::vector<amqp::Message> Deaths(const std::string& prefix,
                                  int count,
                                  const std::string& destination);

}  // namespace leadrelay::dlq
