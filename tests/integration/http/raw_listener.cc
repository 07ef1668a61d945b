#include "tests/integration/http/raw_listener.h"

#include <utility>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace leadrelay::test {
namespace {

int BindLoopback(int* port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  *port = ntohs(address.sin_port);
  return fd;
}

size_t BodyLength(const std::string& head) {
  const size_t at = head.find("\r\nContent-Length: ");
  return at == std::string::npos ? 0 : static_cast<size_t>(std::atoll(head.c_str() + at + 18));
}

}  // namespace

Peer::Peer(int fd, ssl_ctx_st* context, std::atomic<int>* requests)
    : fd_(fd), context_(context), requests_(requests) {}

Peer::~Peer() {
  if (tls_ != nullptr) SSL_free(tls_);
  if (fd_ >= 0) close(fd_);
}

bool Peer::StartTls() {
  tls_ = SSL_new(context_);
  SSL_set_fd(tls_, fd_);
  return SSL_accept(tls_) == 1;
}

std::string Peer::ReadSome() {
  pollfd waiting = {fd_, POLLIN, 0};
  if ((tls_ == nullptr || SSL_pending(tls_) == 0) && poll(&waiting, 1, 10'000) != 1) {
    ADD_FAILURE() << "the client sends nothing";
    return "";
  }
  std::string buffer(64 << 10, '\0');
  const ssize_t got = tls_ != nullptr
                          ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                          : recv(fd_, buffer.data(), buffer.size(), 0);
  buffer.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return buffer;
}

std::string Peer::ReadRequest() {
  for (;;) {
    const size_t end = kept_.find("\r\n\r\n");
    const size_t size = end == std::string::npos ? 0 : end + 4 + BodyLength(kept_.substr(0, end));
    if (end != std::string::npos && kept_.size() >= size) {
      ++*requests_;
      std::string request = kept_.substr(0, size);
      kept_.erase(0, size);
      return request;
    }
    const std::string more = ReadSome();
    if (more.empty()) return "";
    kept_ += more;
  }
}

std::string Peer::ReadLine() {
  for (;;) {
    const size_t end = kept_.find('\n');
    if (end != std::string::npos) {
      std::string line = kept_.substr(0, end + 1);
      kept_.erase(0, end + 1);
      return line;
    }
    const std::string more = ReadSome();
    if (more.empty()) return "";
    kept_ += more;
  }
}

bool Peer::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = tls_ != nullptr
                             ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                             : send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void Peer::Answer(std::string_view body) {
  Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
       std::string(body));
}

void Peer::Reset() {
  const linger now = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(std::exchange(fd_, -1));
}

RawListener::RawListener(Script script, const std::string& certificate_file, Tls tls)
    : script_(std::move(script)), tls_(tls), fd_(BindLoopback(&port_)) {
  if (!certificate_file.empty()) {
    context_ = SSL_CTX_new(TLS_server_method());
    EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context_, certificate_file.c_str()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_, certificate_file.c_str(), SSL_FILETYPE_PEM), 1);
  }
  EXPECT_EQ(listen(fd_, 64), 0);
  thread_ = std::thread([this] { Run(); });
}

RawListener::~RawListener() {
  shutdown(fd_, SHUT_RDWR);  // Wakes accept().
  thread_.join();
  close(fd_);
  if (context_ != nullptr) SSL_CTX_free(context_);
}

void RawListener::Run() {
  for (;;) {
    const int fd = accept(fd_, nullptr, nullptr);
    if (fd < 0) return;
    const int nth = ++accepted_;
    Peer peer(fd, context_, &requests_);
    if (context_ != nullptr && tls_ == Tls::kAtOnce && !peer.StartTls()) continue;
    script_(peer, nth);
  }
}

int UnusedPort() {
  int port = 0;
  close(BindLoopback(&port));
  return port;
}

}  // namespace leadrelay::test
