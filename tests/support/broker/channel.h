#pragma once
// Channel: rabbitmq-c as it comes, one connection with one channel (number 1), for tests that talk
// to the broker past our own client.  Blocking; ends the process when the broker does not do as
// told.

#include <string>

struct amqp_connection_state_t_;

namespace leadrelay::test {

class Channel {
 public:
  explicit Channel(int port, const std::string& vhost = "/");
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  amqp_connection_state_t_* get() { return connection_; }
  // After a call that the broker answers: ends the process, with its reason, when it refused.
  void Check(const std::string& what);

 private:
  amqp_connection_state_t_* connection_;
};

}  // namespace leadrelay::test
