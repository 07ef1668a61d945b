#include "tests/integration/http/raw_socket.h"

#include <ostream>
#include <utility>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/coro/offload.h"

namespace leadrelay::test {
namespace {

constexpr int kPatienceMs = 10'000;

bool Await(int fd, short what, int timeout_ms = kPatienceMs) {
  pollfd waiting = {fd, what, 0};
  return poll(&waiting, 1, timeout_ms) == 1;
}

std::string ExchangeBlocking(int port, const std::vector<std::string>& pieces) {
  RawSocket socket(port);
  for (const std::string& piece : pieces) {
    if (!socket.Send(piece)) break;
  }
  socket.EndOutput();
  return socket.ReadToEnd();
}

}  // namespace

RawSocket::RawSocket(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(std::exchange(fd_, -1));
  }
}

RawSocket::RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

RawSocket::~RawSocket() {
  if (fd_ >= 0) close(fd_);
}

bool RawSocket::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    if (!Await(fd_, POLLOUT)) {
      ADD_FAILURE() << "the other side takes no bytes";
      return false;
    }
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

size_t RawSocket::SendUntilBlocked(std::string_view bytes, size_t limit) const {
  size_t total = 0;
  while (total < limit && Await(fd_, POLLOUT, 200)) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) break;
    total += static_cast<size_t>(sent);
  }
  return total;
}

void RawSocket::EndOutput() const {
  shutdown(fd_, SHUT_WR);
}

std::string RawSocket::ReadToEnd() const {
  return ReadUntil(std::string_view());
}

std::string RawSocket::ReadUntil(std::string_view token) const {
  std::string all;
  std::vector<char> buffer(64 << 10);
  while (token.empty() || all.find(token) == std::string::npos) {
    if (!Await(fd_, POLLIN)) {
      ADD_FAILURE() << "nothing came after: " << all.substr(0, 200);
      break;
    }
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    all.append(buffer.data(), static_cast<size_t>(got));
  }
  return all;
}

std::string RawSocket::Trickle(std::string_view bytes) const {
  for (char c : bytes) {
    if (!Send({&c, 1}) || Await(fd_, POLLIN, 5)) return ReadToEnd();
  }
  return ReadToEnd();
}

void RawSocket::Vanish() {
  const linger now = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(std::exchange(fd_, -1));
}

std::vector<Answer> ParseAnswers(std::string_view bytes, bool no_body) {
  std::vector<Answer> answers;
  while (!bytes.empty()) {
    const size_t end = bytes.find("\r\n\r\n");
    if (!bytes.starts_with("HTTP/1.1 ") || end == std::string_view::npos) {
      ADD_FAILURE() << "not an answer: " << bytes.substr(0, 200);
      return answers;
    }
    const std::string head(bytes.substr(0, end + 2));
    bytes.remove_prefix(end + 4);
    Answer answer;
    answer.status = std::atoi(head.c_str() + 9);
    answer.close = head.find("\r\nConnection: close\r\n") != std::string::npos;
    const size_t length = head.find("\r\nContent-Length: ");
    if (length != std::string::npos && !no_body) {
      const auto size = static_cast<size_t>(std::atoll(head.c_str() + length + 18));
      answer.body = bytes.substr(0, size);
      bytes.remove_prefix(std::min(size, bytes.size()));
    }
    if (head.find("\r\nContent-Type: application/problem+json\r\n") != std::string::npos) {
      EXPECT_NE(answer.body.find("\"status\":" + std::to_string(answer.status)), std::string::npos);
      answer.body = "problem";
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

void PrintTo(const Answer& answer, std::ostream* to) {
  *to << answer.status << (answer.close ? " close '" : " '") << answer.body.substr(0, 200) << "'";
}

coro::Task<std::string> Exchange(OnLoop& on, int port, std::vector<std::string> pieces) {
  auto exchange = [port, pieces = std::move(pieces)] { return ExchangeBlocking(port, pieces); };
  co_return co_await coro::Offload(on.loop, std::move(exchange));
}

}  // namespace leadrelay::test
