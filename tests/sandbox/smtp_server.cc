#include "tests/sandbox/smtp_server.h"

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/coro/signal.h"
#include "tests/sandbox/systems/email/session.h"

namespace leadrelay::sandbox {
namespace {

constexpr int kBacklog = 128;
constexpr absl::Duration kIdle = absl::Minutes(5);  // RFC 5321 4.5.3.2.7.

}  // namespace

class SmtpServer::Client {
 public:
  explicit Client(coro::Timers& timers) : arrived_(timers), closed_(timers.loop()) {
    uv_tcp_init(timers.loop().raw(), &socket_);
    socket_.data = this;
  }

  void Accept(uv_stream_t* listener) {
    gone_ = uv_accept(listener, stream()) != 0;
    if (!gone_) uv_read_start(stream(), &Client::OnAllocate, &Client::OnRead);
  }

  // What has arrived since the last time; empty when nothing will any more.
  coro::Task<std::string> Receive(std::stop_token stop) {
    while (bytes_.empty() && !gone_) {
      absl::Status woken = co_await arrived_.Wait(kIdle, stop);
      if (!woken.ok()) gone_ = true;
    }
    co_return std::exchange(bytes_, {});
  }

  // False when they cannot be sent at once: replies are short, so the client does not read them.
  bool Send(std::string bytes) {
    if (bytes.empty()) return true;
    const uv_buf_t buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
    return uv_try_write(stream(), &buffer, 1) == static_cast<int>(bytes.size());
  }

  coro::Task<void> Close() {
    uv_close(reinterpret_cast<uv_handle_t*>(&socket_),
             [](uv_handle_t* handle) { static_cast<Client*>(handle->data)->closed_.Set(true); });
    (void)co_await closed_;
  }

 private:
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&socket_); }

  static void OnAllocate(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
    std::array<char, 16 << 10>& chunk = static_cast<Client*>(handle->data)->chunk_;
    *buffer = uv_buf_init(chunk.data(), static_cast<unsigned>(chunk.size()));
  }

  static void OnRead(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    auto* self = static_cast<Client*>(stream->data);
    if (count > 0) self->bytes_.append(buffer->base, static_cast<size_t>(count));
    if (count < 0) self->gone_ = true;
    self->arrived_.NotifyAll();
  }

  coro::Signal arrived_;
  coro::Completion<bool> closed_;
  uv_tcp_t socket_;
  std::array<char, 16 << 10> chunk_;
  std::string bytes_;
  bool gone_ = false;
};

SmtpServer::SmtpServer(coro::Timers& timers, http::Server::Handler handler)
    : timers_(timers),
      handler_(std::move(handler)),
      scope_(timers.loop()),
      closed_(timers.loop()) {}

SmtpServer::~SmtpServer() {
  if (listening_) std::abort();
}

absl::Status SmtpServer::Listen(const std::string& host, int port) {
  sockaddr_in address{};
  if (uv_ip4_addr(host.c_str(), port, &address) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(host, " is no IPv4 address"));
  }
  uv_tcp_init(timers_.loop().raw(), &listener_);
  listener_.data = this;
  listening_ = true;
  int error = uv_tcp_bind(&listener_, reinterpret_cast<sockaddr*>(&address), 0);
  if (error == 0) {
    error = uv_listen(
        reinterpret_cast<uv_stream_t*>(&listener_), kBacklog, [](uv_stream_t* stream, int status) {
          if (status == 0) static_cast<SmtpServer*>(stream->data)->OnClient();
        });
  }
  if (error != 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", host, " port ", port, ": ", uv_strerror(error)));
  }
  int size = sizeof address;
  uv_tcp_getsockname(&listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  return absl::OkStatus();
}

void SmtpServer::OnClient() {
  auto client = std::make_unique<Client>(timers_);
  client->Accept(reinterpret_cast<uv_stream_t*>(&listener_));
  scope_.Spawn(Serve(std::move(client)));
}

coro::Task<void> SmtpServer::Serve(std::unique_ptr<Client> client) {
  co_await Converse(*client);
  co_await client->Close();
}

coro::Task<void> SmtpServer::Converse(Client& client) {
  const std::stop_token stop = scope_.stop_token();
  email::Session session;
  std::optional<http::Request> step = session.Greeting();
  while (true) {
    for (; step.has_value(); step = session.Next()) {
      http::ServerRequest request;
      static_cast<http::Request&>(request) = *std::move(step);
      const http::Response response = co_await handler_(std::move(request), stop);
      if (response.status == http::kCloseWithoutAnswer) co_return;
      session.Answer(response);
    }
    if (!client.Send(session.TakeReplies()) || session.over()) co_return;
    const std::string bytes = co_await client.Receive(stop);
    if (bytes.empty()) co_return;
    session.Received(bytes);
    step = session.Next();
  }
}

coro::Task<void> SmtpServer::Close() {
  if (!listening_) co_return;
  uv_close(reinterpret_cast<uv_handle_t*>(&listener_),
           [](uv_handle_t* handle) { static_cast<SmtpServer*>(handle->data)->closed_.Set(true); });
  (void)co_await closed_;
  scope_.RequestStop();
  co_await scope_.Join();
  listening_ = false;
}

}  // namespace leadrelay::sandbox
