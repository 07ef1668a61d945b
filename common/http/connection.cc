#include "common/http/connection.h"

#include <array>
#include <exception>
#include <memory>

#include "absl/strings/match.h"
#include <netinet/in.h>

namespace leadrelay::http {
namespace {

// A client that was answered and told to close gets this long to read the answer: closing with
// unread bytes in our buffer would reset the connection and could take the answer with it.
constexpr absl::Duration kLinger = absl::Seconds(2);

constexpr std::string_view kContinueLine = "HTTP/1.1 100 Continue\r\n\r\n";

bool AsksToClose(const Response& response) {
  const std::string* connection = response.headers.Find("Connection");
  return connection != nullptr && absl::EqualsIgnoreCase(*connection, "close");
}

}  // namespace

struct Connection::Write {
  uv_write_t request;
  Connection* connection;
  std::string head;
  std::string body;
};

Connection::Connection(Host& host)
    : host_(host), reader_({host.options.max_header_bytes, host.options.max_body_bytes}) {
  uv_tcp_init(host_.loop.raw(), &socket_);
  socket_.data = shutdown_.data = this;
}

void Connection::Accept(uv_stream_t* listener) {
  if (uv_accept(listener, stream()) != 0) return Close();
  uv_tcp_nodelay(&socket_, 1);
  AwaitBytes();
}

void Connection::Refuse() {
  if (state_ == State::kReading) Reject(503, "Too many connections; try again.");
}

void Connection::CloseIfIdle() {
  if (state_ == State::kReading && !reader_.mid_request()) Close();
}

void Connection::Close() {
  if (state_ == State::kClosing) return;
  state_ = State::kClosing;
  reader_.Drop();
  CountBuffered();
  SetDeadline(Wait::kNothing, absl::InfiniteDuration());
  uv_close(reinterpret_cast<uv_handle_t*>(&socket_), [](uv_handle_t* handle) {
    auto* self = static_cast<Connection*>(handle->data);
    self->closed_ = true;
    self->MaybeGone();
  });
}

bool Connection::SilentSince(absl::Duration time) const {
  return (wait_ == Wait::kIdle || wait_ == Wait::kRequest) && waits_since_ <= time;
}

bool Connection::GoesBefore(const Connection& other) const {
  if (wait_ != other.wait_) return wait_ == Wait::kIdle;
  return waits_since_ < other.waits_since_;
}

void Connection::MaybeGone() {
  if (closed_ && serving_ == 0) host_.OnGone(this);
}

void Connection::OnDeadline() {
  switch (wait_) {
    case Wait::kNothing:
      return;
    case Wait::kRequest:
      return Reject(408, "The request took too long to arrive.");
    case Wait::kFlush:
      if (uv_stream_get_write_queue_size(stream()) < unsent_) {
        return SetDeadline(Wait::kFlush, host_.options.request_timeout);
      }
      return Close();
    case Wait::kIdle:
    case Wait::kLinger:
      return Close();
  }
}

void Connection::SetDeadline(Wait wait, absl::Duration after) {
  wait_ = wait;
  if (after == absl::InfiniteDuration()) {
    deadline_ = after;
    return;
  }
  if (wait == Wait::kFlush) unsent_ = uv_stream_get_write_queue_size(stream());
  waits_since_ = host_.timers.clock().Monotonic();
  deadline_ = waits_since_ + after;
  host_.CallAt(deadline_);
}

void Connection::ReadOn(bool on) {
  if (on == reading_ || ended_) return;
  reading_ = on;
  if (on) {
    uv_read_start(stream(), &Connection::OnAllocate, &Connection::OnRead);
  } else {
    uv_read_stop(stream());
  }
}

void Connection::OnAllocate(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
  std::vector<char>& shared = static_cast<Connection*>(handle->data)->host_.read_buffer;
  *buffer = uv_buf_init(shared.data(), static_cast<unsigned>(shared.size()));
}

void Connection::OnRead(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* self = static_cast<Connection*>(stream->data);
  if (count > 0) {
    self->OnBytes({buffer->base, static_cast<size_t>(count)});
  } else if (count == UV_EOF) {
    self->OnEnd();
  } else if (count < 0) {
    self->Close();
  }
}

void Connection::OnBytes(std::string_view bytes) {
  if (state_ == State::kLingering) return;
  const RequestReader::Step step = reader_.Feed(bytes);
  const bool fits = CountBuffered();
  if (state_ == State::kReading) {
    if (!fits) return Reject(503, "The server holds as many requests as it can; try again.");
    return Proceed(step);
  }
  // Requests that wait for the one before them: enough is enough.
  if (reader_.kept() > host_.options.max_header_bytes) ReadOn(false);
}

void Connection::OnEnd() {
  ended_ = true;
  reading_ = false;
  // A client may close its half after the request: what is being answered is still answered.
  if (state_ == State::kReading || state_ == State::kLingering) Close();
}

void Connection::Proceed(RequestReader::Step step) {
  if (step == RequestReader::Step::kContinue) {
    Send(std::string(kContinueLine), std::string());
    if (state_ == State::kClosing) return;
    step = reader_.Next();
  }
  switch (step) {
    case RequestReader::Step::kContinue:
    case RequestReader::Step::kNeedMore:
      return AwaitBytes();
    case RequestReader::Step::kFailed:
      return Reject(reader_.failure().status, reader_.failure().detail);
    case RequestReader::Step::kRequest:
      ++serving_;
      if (!host_.scope.Spawn(Serve())) {
        --serving_;
        Close();
      }
      return;
  }
}

void Connection::AwaitBytes() {
  if (ended_ || (host_.draining && !reader_.mid_request())) return Close();
  ReadOn(true);
  if (!reader_.mid_request()) {
    if (wait_ != Wait::kIdle) SetDeadline(Wait::kIdle, host_.options.idle_timeout);
  } else if (wait_ != Wait::kRequest) {
    SetDeadline(Wait::kRequest, host_.options.request_timeout);
  }
}

coro::Task<void> Connection::Serve() {
  for (bool more = true; more;) {
    state_ = State::kHandling;
    SetDeadline(Wait::kNothing, absl::InfiniteDuration());
    ServerRequest request;
    static_cast<Request&>(request) = reader_.TakeRequest();
    request.peer = Peer();
    handled_bytes_ = request.body.capacity();
    const bool with_body = request.method != "HEAD";
    Response response;
    try {
      response = co_await host_.handler(std::move(request), host_.scope.stop_token());
    } catch (const std::exception& error) {
      response = Broken(error.what());
    } catch (...) {
      response = Broken("not a std::exception");
    }
    handled_bytes_ = 0;
    more = Respond(std::move(response), with_body);
    CountBuffered();
  }
  --serving_;
  MaybeGone();
}

Response Connection::Broken(const char* what) {
  if (host_.options.on_exception) host_.options.on_exception(what);
  return Problem(500, "The server failed to handle this request.");
}

bool Connection::Respond(Response response, bool with_body) {
  if (state_ == State::kClosing) return false;  // Nobody is there to read it.
  if (response.status == kCloseWithoutAnswer) {
    Close();
    return false;
  }
  const bool keep_alive = reader_.keep_alive() && !host_.draining && !AsksToClose(response);
  if (!Answer(std::move(response), keep_alive, with_body)) return false;
  const RequestReader::Step step = reader_.Next();
  if (step == RequestReader::Step::kRequest) return true;
  Proceed(step);
  return false;
}

void Connection::Reject(int status, std::string_view detail) {
  Response problem = Problem(status, detail);
  if (status == 503) problem.headers.Add("Retry-After", "1");
  Answer(std::move(problem), /*keep_alive=*/false, /*with_body=*/true);
  reader_.Drop();
  CountBuffered();
}

bool Connection::Answer(Response response, bool keep_alive, bool with_body) {
  ResponseContext context;
  context.keep_alive = keep_alive;
  context.to_http_1_0 = keep_alive && reader_.is_http_1_0();
  const std::string_view date = host_.date.At(host_.timers.clock().Now());
  std::optional<std::string> head = ResponseHead(response, context, date);
  if (!head.has_value()) {
    response = Broken("the response has a status or a header field that cannot be sent");
    head = ResponseHead(response, context, date);
  }
  if (!with_body || !StatusHasBody(response.status)) response.body.clear();
  close_after_ = !keep_alive;
  Send(std::move(*head), std::move(response.body));
  if (state_ == State::kClosing) return false;
  if (uv_stream_get_write_queue_size(stream()) == 0) return FinishAnswer();
  state_ = State::kWriting;
  SetDeadline(Wait::kFlush, host_.options.request_timeout);
  return false;
}

bool Connection::FinishAnswer() {
  if (close_after_) {
    CloseGently();
    return false;
  }
  state_ = State::kReading;
  wait_ = Wait::kNothing;
  return true;
}

void Connection::Send(std::string head, std::string body) {
  std::array<uv_buf_t, 2> parts = {uv_buf_init(head.data(), static_cast<unsigned>(head.size())),
                                   uv_buf_init(body.data(), static_cast<unsigned>(body.size()))};
  const unsigned count = body.empty() ? 1 : 2;
  int sent = uv_try_write(stream(), parts.data(), count);
  if (sent == UV_EAGAIN) sent = 0;
  if (sent < 0) return Close();
  auto done = static_cast<size_t>(sent);
  if (done == head.size() + body.size()) return;

  auto write = std::make_unique<Write>();
  write->connection = this;
  write->request.data = write.get();
  const size_t head_done = std::min(done, head.size());
  const size_t body_done = done - head_done;
  write->head = std::move(head);
  write->body = std::move(body);
  parts = {uv_buf_init(write->head.data() + head_done,
                       static_cast<unsigned>(write->head.size() - head_done)),
           uv_buf_init(write->body.data() + body_done,
                       static_cast<unsigned>(write->body.size() - body_done))};
  const auto on_written = [](uv_write_t* request, int status) {
    std::unique_ptr<Write> owned(static_cast<Write*>(request->data));
    owned->connection->OnWritten(status);
  };
  if (uv_write(&write->request, stream(), parts.data(), 2, on_written) != 0) return Close();
  (void)write.release();  // on_written owns it now.
}

void Connection::OnWritten(int status) {
  if (status < 0) return Close();
  if (state_ != State::kWriting || uv_stream_get_write_queue_size(stream()) > 0) return;
  if (FinishAnswer()) Proceed(reader_.Next());
}

void Connection::CloseGently() {
  if (ended_ || (host_.draining && reader_.kept() == 0 && reader_.failure().status == 0)) {
    return Close();
  }
  state_ = State::kLingering;
  if (uv_shutdown(&shutdown_, stream(), [](uv_shutdown_t*, int) {}) != 0) return Close();
  ReadOn(true);
  SetDeadline(Wait::kLinger, kLinger);
}

bool Connection::CountBuffered() {
  const size_t held = reader_.held() + handled_bytes_;
  const size_t counted = held < host_.options.max_header_bytes ? 0 : held;
  const bool grew = counted > counted_bytes_;
  host_.buffered += counted - counted_bytes_;
  counted_bytes_ = counted;
  return !grew || host_.buffered <= host_.options.max_buffered_bytes;
}

const std::string& Connection::Peer() {
  if (!peer_.empty()) return peer_;
  sockaddr_storage address{};
  int size = sizeof address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (uv_tcp_getpeername(&socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    uv_ip_name(reinterpret_cast<sockaddr*>(&address), text.data(), text.size());
  }
  peer_ = text.data();
  constexpr std::string_view kMapped = "::ffff:";
  if (peer_.starts_with(kMapped)) peer_.erase(0, kMapped.size());
  return peer_;
}

}  // namespace leadrelay::http
