#include "common/amqp/socket_cutter.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace leadrelay::amqp {

SocketCutter::~SocketCutter() {
  CloseDuplicate();
}

void SocketCutter::Attach(int socket) {
  std::lock_guard<std::mutex> lock(mutex_);
  CloseDuplicate();
  duplicate_ = fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (cut_ && duplicate_ != -1) shutdown(duplicate_, SHUT_RDWR);
}

void SocketCutter::Detach() {
  std::lock_guard<std::mutex> lock(mutex_);
  CloseDuplicate();
}

void SocketCutter::Cut() {
  std::lock_guard<std::mutex> lock(mutex_);
  cut_ = true;
  if (duplicate_ != -1) shutdown(duplicate_, SHUT_RDWR);
}

void SocketCutter::CloseDuplicate() {
  if (duplicate_ != -1) close(duplicate_);
  duplicate_ = -1;
}

}  // namespace leadrelay::amqp
