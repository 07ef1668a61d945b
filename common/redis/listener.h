#pragma once
// Listener: the second connection of a client, on which it is told what is published.
// Loop thread only.

#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/coro/task.h"
#include "common/redis/keeper.h"
#include "common/redis/redis.h"

namespace leadrelay::redis {

class Listener {
 public:
  Listener(coro::Loop& loop, coro::Timers& timers, Options options);

  // As Client::Subscribe.
  std::unique_ptr<Subscription> Subscribe(std::string channel,
                                          std::function<void(std::string_view text)> on_message);

  // Returns once `stop` has been requested.
  coro::Task<void> Run(std::stop_token stop) { return keeper_.Run(std::move(stop)); }

 private:
  struct Subscriber {
    std::string channel;
    std::function<void(std::string_view text)> on_message;
  };
  using Subscribers = std::list<Subscriber>;
  class Registration;

  void OnChange(bool connected);
  void Dispatch(std::string_view channel, std::string_view text);

  std::shared_ptr<Subscribers> subscribers_ = std::make_shared<Subscribers>();
  Link::OnMessage on_message_;
  Keeper keeper_;
};

}  // namespace leadrelay::redis
