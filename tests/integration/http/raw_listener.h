#pragma once
// RawListener: a server on loopback that misbehaves by a script.  It runs on a thread of its own,
// one connection after the other, and counts.

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

struct ssl_ctx_st;
struct ssl_st;

namespace leadrelay::test {

// The server's side of one connection.  Blocking; every wait ends after 10 s.
class Peer {
 public:
  Peer(int fd, ssl_ctx_st* context, std::atomic<int>* requests);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // False when the client did not go through with it.
  bool StartTls();
  // The next request, whole; empty when the client has closed.
  std::string ReadRequest();
  // The next line, with its end; empty when the client has closed.
  std::string ReadLine();
  bool Send(std::string_view bytes);  // False when the client has closed.
  // "HTTP/1.1 200 OK" with this body.
  void Answer(std::string_view body);
  void Reset();

 private:
  std::string ReadSome();

  int fd_;
  ssl_ctx_st* context_;
  ssl_st* tls_ = nullptr;
  std::atomic<int>* requests_;
  std::string kept_;
};

class RawListener {
 public:
  // `nth` counts connections from 1.  The connection closes when the script returns.
  using Script = std::function<void(Peer& peer, int nth)>;

  // Speaks TLS when there is a certificate; PEM file, with the key in it.  Later: not before the
  // script starts it.
  enum class Tls { kAtOnce, kLater };
  explicit RawListener(Script script,
                       const std::string& certificate_file = "",
                       Tls tls = Tls::kAtOnce);
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  int port() const { return port_; }
  int accepted() const { return accepted_; }
  int requests() const { return requests_; }

 private:
  void Run();

  const Script script_;
  const Tls tls_;
  ssl_ctx_st* context_ = nullptr;
  int port_ = 0;
  int fd_;
  std::atomic<int> accepted_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

// A port of loopback on which nobody listens.
int UnusedPort();

}  // namespace leadrelay::test
