#pragma once
// SocketCutter: frees a thread that is stuck in a call on its socket, from another thread.
//
// shutdown(2) makes a blocked send or poll return at once.  The cutter works on a duplicate of the
// descriptor, because rabbitmq-c closes its own without telling, and a number that has been closed
// may by then belong to somebody else.  Any thread.

#include <mutex>

namespace leadrelay::amqp {

class SocketCutter {
 public:
  SocketCutter() = default;
  ~SocketCutter();
  SocketCutter(const SocketCutter&) = delete;
  SocketCutter& operator=(const SocketCutter&) = delete;

  void Attach(int socket);  // Replaces what was attached.
  void Detach();

  // Ends what is attached and whatever will be attached later.
  void Cut();

 private:
  void CloseDuplicate();

  std::mutex mutex_;
  int duplicate_ = -1;  // Guarded by mutex_.
  bool cut_ = false;    // Guarded by mutex_.
};

}  // namespace leadrelay::amqp
