#include "common/http/client.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "common/http/broken_pipe.h"
#include "common/http/multi.h"
#include "common/http/transfer.h"

namespace leadrelay::http {
namespace {

// Easy handles cost some 10 KB and 20 microseconds to make: they are kept, up to this many.
constexpr size_t kMaxSpareHandles = 256;

void InitialiseCurl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (once != CURLE_OK) std::abort();
}

TransportFailure Refuse(TransportFailure::Kind kind, std::string reason) {
  TransportFailure failure;
  failure.kind = kind;
  failure.reason = std::move(reason);
  return failure;
}

}  // namespace

class Client::Impl {
 public:
  Impl(coro::Loop& loop, coro::Timers& timers, ClientOptions options)
      : loop_(loop),
        timers_(timers),
        options_(std::move(options)),
        public_(loop, limits(), &Impl::OnDone),
        anywhere_(loop, limits(), &Impl::OnDone) {}
  ~Impl() {
    if (!closed_) std::abort();
  }

  coro::Task<SendResult> Send(Request request, SendOptions options, std::stop_token stop);
  void Close();
  int in_flight() const { return in_flight_; }

 private:
  class Handle;

  static void OnDone(CURL* easy, CURLcode result) { Transfer::Of(easy).OnDone(result); }
  Multi::Limits limits() const {
    return {options_.max_connections, options_.max_connections_per_host};
  }

  coro::Loop& loop_;
  coro::Timers& timers_;
  const ClientOptions options_;
  // Two sets of connections: one that was opened to a private address, with leave, must not be
  // found and used by a request that has none.
  Multi public_;
  Multi anywhere_;
  std::vector<CURL*> spare_;
  int in_flight_ = 0;
  bool closed_ = false;
};

// An easy handle on loan from the spare ones.
class Client::Impl::Handle {
 public:
  explicit Handle(Impl& client) : client_(client) {
    ++client_.in_flight_;
    if (client_.spare_.empty()) {
      easy_ = curl_easy_init();
    } else {
      easy_ = client_.spare_.back();
      client_.spare_.pop_back();
    }
  }
  ~Handle() {
    --client_.in_flight_;
    if (client_.spare_.size() < kMaxSpareHandles) {
      client_.spare_.push_back(easy_);
    } else {
      curl_easy_cleanup(easy_);
    }
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  CURL* easy() const { return easy_; }

 private:
  Impl& client_;
  CURL* easy_;
};

coro::Task<SendResult> Client::Impl::Send(Request request,
                                          SendOptions options,
                                          std::stop_token stop) {
  if (stop.stop_requested()) {
    co_return Refuse(TransportFailure::Kind::kCancelled, "stopped before the request was sent");
  }
  std::string why = WhyUnsendable(request);
  if (!why.empty()) co_return Refuse(TransportFailure::Kind::kBadRequest, std::move(why));

  Multi& multi = options.allow_private_addresses ? anywhere_ : public_;
  Handle handle(*this);
  Transfer transfer(loop_, handle.easy(), request, options, options_);
  coro::Completion<Transfer::End>& done = transfer.done();
  multi.Add(handle.easy(), transfer.guard());
  Transfer::End end = Transfer::End::kDone;
  {
    coro::Timers::Alarm deadline(
        timers_, options.timeout, [&done] { done.Set(Transfer::End::kTimedOut); });
    std::stop_callback on_stop(std::move(stop), [&done] { done.Set(Transfer::End::kStopped); });
    end = co_await done;
  }
  SendResult result = transfer.Take(end);
  multi.Remove(handle.easy());
  co_return result;
}

void Client::Impl::Close() {
  if (in_flight_ != 0) std::abort();
  public_.Close();
  anywhere_.Close();
  for (CURL* easy : spare_) curl_easy_cleanup(easy);
  spare_.clear();
  closed_ = true;
}

Client::Client(coro::Loop& loop, coro::Timers& timers, ClientOptions options) {
  InitialiseCurl();
  IgnoreBrokenPipes();
  impl_ = std::make_unique<Impl>(loop, timers, std::move(options));
}

Client::~Client() = default;

coro::Task<SendResult> Client::Send(Request request, SendOptions options, std::stop_token stop) {
  return impl_->Send(std::move(request), options, std::move(stop));
}

void Client::Close() {
  impl_->Close();
}

int Client::in_flight() const {
  return impl_->in_flight();
}

}  // namespace leadrelay::http
