#include "common/http/multi.h"

#include <cstdlib>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace leadrelay::http {

struct Multi::Socket {
  uv_poll_t poll;
  curl_socket_t fd;
  Multi* multi;
  // Ours until CloseSocket().  Others are curl's own, with which a look-up's thread wakes it, and
  // are closed without a word after CURL_POLL_REMOVE.
  bool is_connection;
  OnReady on_ready;  // Of Await(); empty otherwise.
};

Multi::Multi(coro::Loop& loop, Limits limits, OnDone on_done)
    : loop_(loop), on_done_(std::move(on_done)), multi_(curl_multi_init()), timer_(new uv_timer_t) {
  uv_timer_init(loop_.raw(), timer_);
  timer_->data = this;
  const auto all = static_cast<long>(limits.connections);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, all);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, all);
  curl_multi_setopt(
      multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(limits.connections_per_host));
}

Multi::~Multi() {
  if (multi_ != nullptr) std::abort();
}

void Multi::Close() {
  curl_multi_cleanup(std::exchange(multi_, nullptr));
  uv_close(reinterpret_cast<uv_handle_t*>(timer_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
  if (!sockets_.empty()) std::abort();  // curl has kept a socket: that would be its bug.
}

void Multi::Add(CURL* easy, Guard& guard) {
  guard.multi = this;
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Multi::OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &guard);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Multi::CloseSocket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_multi_add_handle(multi_, easy);
}

void Multi::Remove(CURL* easy) {
  curl_multi_remove_handle(multi_, easy);
}

curl_socket_t Multi::OpenSocket(void* guard_pointer, curlsocktype, curl_sockaddr* address) {
  const auto& guard = *static_cast<const Guard*>(guard_pointer);
  if (!guard.allows(address->addr)) return CURL_SOCKET_BAD;
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  if (guard.multi->NewSocket(fd, /*is_connection=*/true) == nullptr) {
    close(fd);
    return CURL_SOCKET_BAD;
  }
  return fd;
}

int Multi::CloseSocket(void* self, curl_socket_t fd) {
  // Before close(): afterwards the number may belong to somebody else's socket.
  static_cast<Multi*>(self)->Forget(fd);
  return close(fd);
}

Multi::Socket* Multi::NewSocket(curl_socket_t fd, bool is_connection) {
  auto socket = std::make_unique<Socket>();
  if (uv_poll_init_socket(loop_.raw(), &socket->poll, fd) != 0) return nullptr;
  socket->poll.data = socket.get();
  socket->fd = fd;
  socket->multi = this;
  socket->is_connection = is_connection;
  return sockets_[fd] = socket.release();
}

void Multi::Forget(curl_socket_t fd) {
  const auto found = sockets_.find(fd);
  if (found == sockets_.end()) return;
  const OnReady on_ready = std::exchange(found->second->on_ready, nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&found->second->poll),
           [](uv_handle_t* handle) { delete static_cast<Socket*>(handle->data); });
  sockets_.erase(found);
  if (on_ready) on_ready(false);
}

void Multi::Await(CURL* easy, int events, OnReady ready) {
  curl_socket_t fd = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
  const auto found = sockets_.find(fd);
  if (found == sockets_.end()) return ready(false);
  Socket& socket = *found->second;
  socket.on_ready = std::move(ready);
  uv_poll_start(&socket.poll, events, [](uv_poll_t* poll, int, int) {
    uv_poll_stop(poll);
    const OnReady on_ready = std::exchange(static_cast<Socket*>(poll->data)->on_ready, nullptr);
    if (on_ready) on_ready(true);
  });
}

int Multi::OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  static_cast<Multi*>(self)->Watch(fd, what);
  return 0;
}

void Multi::Watch(curl_socket_t fd, int what) {
  const auto found = sockets_.find(fd);
  Socket* socket = found == sockets_.end() ? nullptr : found->second;
  if (what == CURL_POLL_REMOVE) {
    if (socket == nullptr) return;
    if (!socket->is_connection) return Forget(fd);
    uv_poll_stop(&socket->poll);
    return;
  }
  if (socket == nullptr) socket = NewSocket(fd, /*is_connection=*/false);
  if (socket == nullptr) return;  // Deadlines end what waits for it.
  const int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) |
                     ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
  uv_poll_start(&socket->poll, events, [](uv_poll_t* poll, int status, int ready) {
    auto* of = static_cast<Socket*>(poll->data);
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    if ((ready & UV_READABLE) != 0) flags |= CURL_CSELECT_IN;
    if ((ready & UV_WRITABLE) != 0) flags |= CURL_CSELECT_OUT;
    of->multi->Act(of->fd, flags);
  });
}

int Multi::OnTimer(CURLM*, long timeout_ms, void* self_pointer) {
  auto* self = static_cast<Multi*>(self_pointer);
  if (timeout_ms < 0) {
    uv_timer_stop(self->timer_);
    return 0;
  }
  uv_timer_start(
      self->timer_,
      [](uv_timer_t* timer) { static_cast<Multi*>(timer->data)->Act(CURL_SOCKET_TIMEOUT, 0); },
      static_cast<uint64_t>(timeout_ms),
      0);
  return 0;
}

void Multi::Act(curl_socket_t fd, int flags) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, flags, &running);
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) on_done_(message->easy_handle, message->data.result);
  }
}

}  // namespace leadrelay::http
