#include "common/http/server.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include <uv.h>

#include "common/coro/completion.h"
#include "common/http/broken_pipe.h"
#include "common/http/connection.h"

namespace leadrelay::http {
namespace {

constexpr int kBacklog = 1024;
// Clients over the limit that are being told so; beyond them we hang up without a word.
constexpr size_t kMaxRefusals = 64;
// For so long a client may be silent without having to make room for another one.
constexpr absl::Duration kSilence = absl::Seconds(1);
// Between closing the listener and closing idle connections: requests that have already reached
// this machine are read and answered.
constexpr absl::Duration kLastCall = absl::Milliseconds(10);

bool ParseAddress(const std::string& host, int port, sockaddr_storage* out) {
  return uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(out)) == 0 ||
         uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(out)) == 0;
}

void Delete(uv_handle_t* handle) {
  delete reinterpret_cast<uv_tcp_t*>(handle);
}

}  // namespace

class Server::Impl final : public Connection::Host {
 public:
  Impl(coro::Loop& on, coro::Timers& with, ServerOptions how, Handler what)
      : Host(on, with, std::move(how), std::move(what)), drained_(on) {}
  ~Impl() override {
    if (!IsEmpty()) std::abort();
  }

  absl::Status Listen();
  coro::Task<void> Drain(absl::Duration grace);

  int port() const { return port_; }
  int connections() const { return static_cast<int>(connections_.size()); }

  void CallAt(absl::Duration deadline) override;
  void OnGone(Connection* connection) override;

 private:
  void OnClient();
  struct Crowd {
    size_t open = 0;    // Connections with a socket.
    bool room = false;  // For one more client.
  };
  Crowd MakeRoom();
  void OnAlarm();
  void CloseListener();
  void Cut();
  void NoteDrained();
  bool IsEmpty() const { return connections_.empty() && listener_ == nullptr; }

  uv_tcp_t* listener_ = nullptr;
  int port_ = 0;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
  // One alarm for all deadlines: set for the earliest, it looks at every connection when it rings.
  // Most deadlines are moved on long before, so that it seldom does.
  absl::Duration armed_for_ = absl::InfiniteDuration();
  std::optional<coro::Timers::Alarm> alarm_;
  coro::Completion<bool> drained_;
};

absl::Status Server::Impl::Listen() {
  IgnoreBrokenPipes();
  const std::string where = absl::StrCat(options.host, " port ", options.port);
  sockaddr_storage address{};
  if (!ParseAddress(options.host, options.port, &address)) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", where, ": give an IPv4 or IPv6 address, not a name"));
  }
  auto* listener = new uv_tcp_t;
  uv_tcp_init(loop.raw(), listener);
  listener->data = this;
  int error = uv_tcp_bind(listener, reinterpret_cast<sockaddr*>(&address), 0);
  if (error == 0) {
    error = uv_listen(
        reinterpret_cast<uv_stream_t*>(listener), kBacklog, [](uv_stream_t* stream, int status) {
          if (status == 0) static_cast<Impl*>(stream->data)->OnClient();
        });
  }
  if (error != 0) {
    uv_close(reinterpret_cast<uv_handle_t*>(listener), &Delete);
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", where, ": ", uv_strerror(error)));
  }
  int size = sizeof address;
  uv_tcp_getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port_ =
      ntohs(address.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&address)->sin_port
                                         : reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
  listener_ = listener;
  return absl::OkStatus();
}

void Server::Impl::OnClient() {
  const auto limit = static_cast<size_t>(options.max_connections);
  const Crowd crowd = connections_.size() < limit ? Crowd{connections_.size(), true} : MakeRoom();
  const bool hang_up = crowd.open >= limit + kMaxRefusals;
  auto owned = std::make_unique<Connection>(*this);
  Connection* connection = owned.get();
  connections_.emplace(connection, std::move(owned));
  connection->Accept(reinterpret_cast<uv_stream_t*>(listener_));
  if (hang_up) {
    connection->Close();
  } else if (!crowd.room) {
    connection->Refuse();
  }
}

Server::Impl::Crowd Server::Impl::MakeRoom() {
  const absl::Duration before = timers.clock().Monotonic() - kSilence;
  Crowd crowd;
  size_t staying = 0;
  Connection* first = nullptr;
  for (const auto& [connection, owned] : connections_) {
    if (!connection->closing()) ++crowd.open;
    if (connection->leaving()) continue;
    ++staying;
    if (!connection->SilentSince(before)) continue;
    if (first == nullptr || connection->GoesBefore(*first)) first = connection;
  }
  crowd.room = staying < static_cast<size_t>(options.max_connections) || first != nullptr;
  if (staying < static_cast<size_t>(options.max_connections) || first == nullptr) return crowd;
  first->Close();
  --crowd.open;
  return crowd;
}

void Server::Impl::OnGone(Connection* connection) {
  connections_.erase(connection);
  NoteDrained();
}

void Server::Impl::NoteDrained() {
  if (draining && IsEmpty()) drained_.Set(true);
}

void Server::Impl::CallAt(absl::Duration deadline) {
  if (deadline >= armed_for_) return;
  armed_for_ = deadline;
  alarm_.emplace(timers, deadline - timers.clock().Monotonic(), [this] { OnAlarm(); });
}

void Server::Impl::OnAlarm() {
  armed_for_ = absl::InfiniteDuration();
  const absl::Duration now = timers.clock().Monotonic();
  absl::Duration next = absl::InfiniteDuration();
  for (const auto& [connection, owned] : connections_) {
    if (connection->deadline() <= now) connection->OnDeadline();
    next = std::min(next, connection->deadline());
  }
  CallAt(next);
}

void Server::Impl::CloseListener() {
  if (listener_ == nullptr) return;
  uv_close(reinterpret_cast<uv_handle_t*>(listener_), [](uv_handle_t* handle) {
    auto* self = static_cast<Impl*>(handle->data);
    Delete(handle);
    self->listener_ = nullptr;
    self->NoteDrained();
  });
}

void Server::Impl::Cut() {
  scope.RequestStop();
  for (const auto& [connection, owned] : connections_) connection->Close();
}

coro::Task<void> Server::Impl::Drain(absl::Duration grace) {
  if (draining) co_return;
  draining = true;
  CloseListener();
  {
    coro::Timers::Alarm cut(timers, grace, [this] { Cut(); });
    (void)co_await timers.Sleep(std::min(kLastCall, grace), std::stop_token());
    for (const auto& [connection, owned] : connections_) connection->CloseIfIdle();
    if (!IsEmpty()) (void)co_await drained_;
  }
  co_await scope.Join();
  alarm_.reset();
}

Server::Server(coro::Loop& loop, coro::Timers& timers, ServerOptions options, Handler handler)
    : impl_(std::make_unique<Impl>(loop, timers, std::move(options), std::move(handler))) {}

Server::~Server() = default;

absl::Status Server::Listen() {
  return impl_->Listen();
}

int Server::port() const {
  return impl_->port();
}

coro::Task<void> Server::Drain(absl::Duration grace) {
  return impl_->Drain(grace);
}

int Server::connections() const {
  return impl_->connections();
}

int Server::in_flight() const {
  return impl_->scope.live();
}

}  // namespace leadrelay::http
