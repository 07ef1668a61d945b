#pragma once
// RedisPort: the connection of one process to the world's Redis.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/coro/completion.h"
#include "common/coro/signal.h"
#include "common/redis/commands.h"
#include "tests/simulation/host.h"
#include "tests/simulation/redis/redis_server.h"

namespace leadrelay::simulation {

class RedisPort final : public redis::Commands {
 public:
  RedisPort(RedisServer& server, Host& host);
  ~RedisPort() override;
  RedisPort(const RedisPort&) = delete;
  RedisPort& operator=(const RedisPort&) = delete;

  coro::Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop) override;
  coro::Task<absl::StatusOr<redis::Reply>> Command(std::vector<std::string> arguments,
                                                   absl::Duration timeout,
                                                   std::stop_token stop) override;
  coro::Task<absl::StatusOr<redis::Reply>> Eval(redis::Script script,
                                                std::vector<std::string> keys,
                                                std::vector<std::string> arguments,
                                                absl::Duration timeout,
                                                std::stop_token stop) override;
  std::unique_ptr<redis::Subscription> Subscribe(
      std::string channel, std::function<void(std::string_view text)> on_message) override;
  bool connected() const override { return connected_; }
  std::string run_id() const override { return run_id_; }

  // The connection ends: whatever is under way fails, and it tries again.
  void Break();
  // The process is dead: nothing more goes in or out.  What is on its way may arrive.
  void CutOff();

 private:
  friend class RedisServer;
  struct Call;
  class Listening;
  using Ask = std::function<absl::StatusOr<redis::Reply>()>;
  coro::Task<absl::StatusOr<redis::Reply>> Send(Ask ask,
                                                absl::Duration timeout,
                                                std::stop_token stop);
  void Arrive(const std::shared_ptr<Call>& call);
  void Tell(redis::Script script,
            const std::vector<std::string>& keys,
            const std::vector<std::string>& arguments,
            const absl::StatusOr<redis::Reply>& reply) const;
  void FailAll();
  void Reconnect();
  void Connect();
  void Hear(const std::string& channel, const std::string& text);
  absl::Duration OneWay();

  RedisServer& server_;
  Host& host_;
  coro::Signal changed_;
  std::vector<std::shared_ptr<Call>> calls_;
  std::vector<Listening*> listening_;
  std::string run_id_;
  int connection_ = 0;
  bool connected_ = false;
};

}  // namespace leadrelay::simulation
