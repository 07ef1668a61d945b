#pragma once
// OddPublisher: hands the broker messages that no program of ours would write.  Blocking; ends the
// process when the broker cannot be reached.

#include <string>

#include "tests/support/broker/channel.h"

namespace leadrelay::test {

struct OddMessage {
  std::string exchange;
  std::string routing_key;
  std::string body;
  std::string type;
  std::string content_type;
  std::string app_id;
  std::string progress;          // Header lr-progress.
  bool strange_headers = false;  // Tables, arrays, decimals, floats, nothing: under our names too.
};

class OddPublisher {
 public:
  explicit OddPublisher(int port, const std::string& vhost = "/");

  // Whether the broker has confirmed it.  After a refusal nothing more can be published.
  bool Publish(const OddMessage& message);

 private:
  Channel channel_;
};

}  // namespace leadrelay::test
