#pragma once
// Connection: one client's socket of the Server.
//
// Reads, hands one request at a time to the handler, writes the answer, and decides by time what is
// idle, too slow or stuck.  It lives from Accept() until its socket has closed and its handler has
// returned, whichever is later: a client that vanishes does not cut the handler short.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include <uv.h>

#include "common/coro/scope.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/request_reader.h"
#include "common/http/response_head.h"
#include "common/http/server.h"

namespace leadrelay::http {

class Connection {
 public:
  // What the connections of one server share.
  class Host {
   public:
    Host(coro::Loop& l, coro::Timers& t, ServerOptions o, Server::Handler h)
        : loop(l), timers(t), options(std::move(o)), handler(std::move(h)), scope(l) {}
    virtual ~Host() = default;

    // Asks for OnDeadline() at that time by the monotonic clock, or a little later.
    virtual void CallAt(absl::Duration deadline) = 0;
    // The connection is over: destroy it.
    virtual void OnGone(Connection* connection) = 0;

    coro::Loop& loop;
    coro::Timers& timers;
    const ServerOptions options;
    const Server::Handler handler;
    coro::Scope scope;  // Of the handlers.
    DateCache date;
    std::vector<char> read_buffer = std::vector<char>(64 << 10);  // Used within one callback.
    size_t buffered = 0;  // Bytes, of all connections; see ServerOptions::max_buffered_bytes.
    bool draining = false;
  };

  explicit Connection(Host& host);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Takes the next client of `listener`.  Whatever comes of it, OnGone() is called in the end.
  void Accept(uv_stream_t* listener);
  // Answers 503 without reading.
  void Refuse();
  // Closes now when no request is under way; otherwise after its answer.
  void CloseIfIdle();
  void Close();

  bool closing() const { return state_ == State::kClosing; }
  bool leaving() const { return closing() || state_ == State::kLingering; }
  // True when nobody is served on it, and has not been since `time` (monotonic): it is between two
  // requests, or in the middle of one that began before.
  bool SilentSince(absl::Duration time) const;
  // Of two that are silent: whether this one is to go first.
  bool GoesBefore(const Connection& other) const;

  // By the monotonic clock; infinite when nothing is waited for.
  absl::Duration deadline() const { return deadline_; }
  void OnDeadline();

 private:
  enum class State { kReading, kHandling, kWriting, kLingering, kClosing };
  enum class Wait { kNothing, kIdle, kRequest, kFlush, kLinger };  // What deadline_ is for.
  struct Write;

  static void OnAllocate(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer);
  static void OnRead(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);
  void OnBytes(std::string_view bytes);
  void OnEnd();
  void OnWritten(int status);

  coro::Task<void> Serve();
  Response Broken(const char* what);
  // True when the next request is already there.
  bool Respond(Response response, bool with_body);
  void Proceed(RequestReader::Step step);
  void AwaitBytes();
  void Reject(int status, std::string_view detail);
  // True when the answer is out and the connection goes on.
  bool Answer(Response response, bool keep_alive, bool with_body);
  bool FinishAnswer();
  void Send(std::string head, std::string body);
  void CloseGently();
  // Brings the host's count up to date; false when all connections together hold too much.
  bool CountBuffered();
  void SetDeadline(Wait wait, absl::Duration after);
  void ReadOn(bool on);
  void MaybeGone();
  const std::string& Peer();

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&socket_); }

  Host& host_;
  uv_tcp_t socket_;
  uv_shutdown_t shutdown_;
  RequestReader reader_;
  State state_ = State::kReading;
  Wait wait_ = Wait::kNothing;
  absl::Duration deadline_ = absl::InfiniteDuration();
  absl::Duration waits_since_;
  size_t unsent_ = 0;         // When the flush deadline was set: has the client read since?
  size_t handled_bytes_ = 0;  // Body of the request that the handler has.
  size_t counted_bytes_ = 0;  // Our part of host_.buffered.
  int serving_ = 0;
  bool reading_ = false;
  bool ended_ = false;  // The client has sent its last byte.
  bool close_after_ = false;
  bool closed_ = false;
  std::string peer_;
};

}  // namespace leadrelay::http
