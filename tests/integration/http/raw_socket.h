#pragma once
// RawSocket: a blocking TCP client on loopback that says exactly the bytes it is told to.  Every
// wait ends after 10 s with a failure of the test.  For threads other than the loop's: Offload()
// it.

#include <string>
#include <string_view>
#include <vector>

#include "common/coro/task.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::test {

class RawSocket {
 public:
  explicit RawSocket(int port);
  ~RawSocket();
  RawSocket(RawSocket&& other) noexcept;
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  bool connected() const { return fd_ >= 0; }
  // False when the other side has closed.
  bool Send(std::string_view bytes) const;
  // Bytes that went out before the other side stopped taking any, at most `limit`.
  size_t SendUntilBlocked(std::string_view bytes, size_t limit) const;
  void EndOutput() const;
  // Until the other side closes.
  std::string ReadToEnd() const;
  std::string ReadUntil(std::string_view token) const;
  // Sends `bytes` one by one, some milliseconds apart, until an answer comes; the whole answer.
  std::string Trickle(std::string_view bytes) const;
  // Goes away with a reset.
  void Vanish();

 private:
  int fd_ = -1;
};

// One answer of the server, as far as the tests look.
struct Answer {
  int status = 0;
  bool close = false;  // Connection: close
  std::string body;    // "problem" for a problem document.
  friend bool operator==(const Answer&, const Answer&) = default;
};

// Cuts up what came out of a connection.  `no_body`: answers to HEAD.
std::vector<Answer> ParseAnswers(std::string_view bytes, bool no_body = false);
void PrintTo(const Answer& answer, std::ostream* to);

// Sends the pieces, ends the output and reads to the end.
coro::Task<std::string> Exchange(OnLoop& on, int port, std::vector<std::string> pieces);

}  // namespace leadrelay::test
