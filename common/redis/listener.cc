#include "common/redis/listener.h"

#include <set>
#include <utility>
#include <vector>

namespace leadrelay::redis {

// The channel stays subscribed until the connection ends: nobody listens, nobody is called.
class Listener::Registration final : public Subscription {
 public:
  Registration(std::weak_ptr<Subscribers> subscribers, Subscribers::iterator position)
      : subscribers_(std::move(subscribers)), position_(position) {}
  ~Registration() override {
    if (std::shared_ptr<Subscribers> subscribers = subscribers_.lock()) {
      subscribers->erase(position_);
    }
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  std::weak_ptr<Subscribers> subscribers_;
  Subscribers::iterator position_;
};

Listener::Listener(coro::Loop& loop, coro::Timers& timers, Options options)
    : on_message_(
          [this](std::string_view channel, std::string_view text) { Dispatch(channel, text); }),
      keeper_(loop, timers, std::move(options), [this](bool connected) { OnChange(connected); }) {}

std::unique_ptr<Subscription> Listener::Subscribe(
    std::string channel, std::function<void(std::string_view text)> on_message) {
  if (keeper_.link().connected()) keeper_.link().Subscribe(channel, &on_message_);
  subscribers_->push_back(Subscriber{std::move(channel), std::move(on_message)});
  return std::make_unique<Registration>(subscribers_, std::prev(subscribers_->end()));
}

void Listener::OnChange(bool connected) {
  if (!connected) return;
  std::set<std::string> channels;
  for (const Subscriber& subscriber : *subscribers_) channels.insert(subscriber.channel);
  for (const std::string& channel : channels) keeper_.link().Subscribe(channel, &on_message_);
}

void Listener::Dispatch(std::string_view channel, std::string_view text) {
  // By copy: a callback may end its own subscription, or begin another.
  std::vector<std::function<void(std::string_view)>> callbacks;
  for (const Subscriber& subscriber : *subscribers_) {
    if (subscriber.channel == channel) callbacks.push_back(subscriber.on_message);
  }
  for (const std::function<void(std::string_view)>& callback : callbacks) callback(text);
}

}  // namespace leadrelay::redis
