#pragma once
// Multi: one libcurl multi handle, with its connections and its DNS cache, on the loop.
//
// Connections are opened and closed here and not by curl: a poll handle then lives as long as its
// socket and serves every request on it, and the address is checked at the only moment at which it
// cannot change any more.  Loop thread only.

#include <functional>
#include <memory>
#include <unordered_map>

#include <curl/curl.h>
#include <uv.h>

#include "common/coro/loop.h"

namespace leadrelay::http {

class Multi {
 public:
  struct Limits {  // 0: none.
    int connections = 0;
    int connections_per_host = 0;
  };
  // Which addresses a transfer may connect to.
  struct Guard {
    std::function<bool(const sockaddr&)> allows;
    Multi* multi = nullptr;  // Set by Add().
  };
  // Told of each handle that has come to its end.  May call nothing of this object but Await().
  using OnDone = std::function<void(CURL* easy, CURLcode result)>;

  Multi(coro::Loop& loop, Limits limits, OnDone on_done);
  ~Multi();  // Aborts unless Close() was called.
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  // Sets what concerns sockets on `easy` and starts it.  `guard` outlives the transfer.
  void Add(CURL* easy, Guard& guard);
  // Ends it, finished or not; an unfinished one takes its connection along.
  void Remove(CURL* easy);

  // A handle with CURLOPT_CONNECT_ONLY keeps its connection when it has come to its end, and curl
  // watches it no longer.  Calls `ready` once: true as soon as `events` (UV_READABLE, UV_WRITABLE)
  // or an error is there, false when curl gives the connection up before.
  using OnReady = std::function<void(bool open)>;
  void Await(CURL* easy, int events, OnReady ready);

  // Every handle was removed before.
  void Close();

 private:
  struct Socket;

  static int OnSocket(CURL* easy, curl_socket_t fd, int what, void* self, void* socket);
  static int OnTimer(CURLM* multi, long timeout_ms, void* self);
  static curl_socket_t OpenSocket(void* guard, curlsocktype purpose, curl_sockaddr* address);
  static int CloseSocket(void* self, curl_socket_t fd);
  void Watch(curl_socket_t fd, int what);
  Socket* NewSocket(curl_socket_t fd, bool is_connection);
  void Forget(curl_socket_t fd);
  void Act(curl_socket_t fd, int flags);

  coro::Loop& loop_;
  const OnDone on_done_;
  CURLM* multi_;
  uv_timer_t* timer_;
  std::unordered_map<curl_socket_t, Socket*> sockets_;
};

}  // namespace leadrelay::http
