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

void Multi::Add(CURL* easy, const std::function<bool(const sockaddr&)>* address_allowed) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Multi::OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, address_allowed);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Multi::CloseSocket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_multi_add_handle(multi_, easy);
}

void Multi::Remove(CURL* easy) {
  curl_multi_remove_handle(multi_, easy);
}

curl_socket_t Multi::OpenSocket(void* allowed, curlsocktype, curl_sockaddr* address) {
  const auto& is_allowed = *static_cast<const std::function<bool(const sockaddr&)>*>(allowed);
  if (!is_allowed(address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int Multi::CloseSocket(void* self_pointer, curl_socket_t fd) {
  auto* self = static_cast<Multi*>(self_pointer);
  const auto found = self->sockets_.find(fd);
  if (found != self->sockets_.end()) {
    // Before close(): afterwards the number may belong to somebody else's socket.
    uv_close(reinterpret_cast<uv_handle_t*>(&found->second->poll),
             [](uv_handle_t* handle) { delete static_cast<Socket*>(handle->data); });
    self->sockets_.erase(found);
  }
  return close(fd);
}

int Multi::OnSocket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  static_cast<Multi*>(self)->Watch(fd, what);
  return 0;
}

void Multi::Watch(curl_socket_t fd, int what) {
  Socket*& socket = sockets_[fd];
  if (socket == nullptr) {
    socket = new Socket{{}, fd, this};
    uv_poll_init_socket(loop_.raw(), &socket->poll, fd);
    socket->poll.data = socket;
  }
  if (what == CURL_POLL_REMOVE) {
    uv_poll_stop(&socket->poll);
    return;
  }
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
