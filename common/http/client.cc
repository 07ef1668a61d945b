#include "common/http/client.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "common/coro/semaphore.h"
#include "common/http/broken_pipe.h"
#include "common/http/exchange.h"
#include "common/http/mail.h"
#include "common/http/mail_transfer.h"
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

}  // namespace

class Client::Impl {
 public:
  Impl(coro::Loop& loop, coro::Timers& timers, ClientOptions options)
      : loop_(loop),
        timers_(timers),
        options_(std::move(options)),
        public_(loop, limits(), &Impl::OnDone),
        anywhere_(loop, limits(), &Impl::OnDone),
        mail_(loop, Multi::Limits{}, &Impl::OnDone),
        mail_places_(timers, options_.max_connections_per_host) {}
  ~Impl() {
    if (!closed_) std::abort();
  }

  coro::Task<SendResult> Send(Request request, SendOptions options, std::stop_token stop);
  void Close();
  int in_flight() const { return in_flight_; }

 private:
  class Handle;

  static void OnDone(CURL* easy, CURLcode result) { Exchange::Of(easy).OnDone(result); }
  coro::Task<SendResult> SendMail(Request request, SendOptions options, std::stop_token stop);
  coro::Task<SendResult> SendOver(Multi& multi,
                                  Request request,
                                  SendOptions options,
                                  std::stop_token stop);
  std::unique_ptr<Exchange> NewExchange(Multi& multi,
                                        CURL* easy,
                                        const Request& request,
                                        const SendOptions& options);
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
  // The connections of mails look idle to curl, which would close them to make room for others: so
  // it has no limit here, and we count them.
  Multi mail_;
  coro::Semaphore mail_places_;
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

std::unique_ptr<Exchange> Client::Impl::NewExchange(Multi& multi,
                                                    CURL* easy,
                                                    const Request& request,
                                                    const SendOptions& options) {
  if (IsMail(request)) {
    return std::make_unique<MailTransfer>(loop_, multi, easy, request, options, options_);
  }
  return std::make_unique<Transfer>(loop_, easy, request, options, options_);
}

coro::Task<SendResult> Client::Impl::Send(Request request,
                                          SendOptions options,
                                          std::stop_token stop) {
  if (stop.stop_requested()) {
    co_return Failure(TransportFailure::Kind::kCancelled, "stopped before the request was sent");
  }
  std::string why = WhyUnsendable(request);
  if (!why.empty()) co_return Failure(TransportFailure::Kind::kBadRequest, std::move(why));

  if (IsMail(request)) {
    co_return co_await SendMail(std::move(request), std::move(options), std::move(stop));
  }
  Multi& multi = options.allow_private_addresses ? anywhere_ : public_;
  co_return co_await SendOver(multi, std::move(request), std::move(options), std::move(stop));
}

coro::Task<SendResult> Client::Impl::SendMail(Request request,
                                              SendOptions options,
                                              std::stop_token stop) {
  const absl::Duration asked = timers_.clock().Monotonic();
  absl::StatusOr<coro::Semaphore::Permit> place =
      co_await mail_places_.Acquire(options.timeout, stop);
  if (absl::IsCancelled(place.status())) {
    co_return Failure(TransportFailure::Kind::kCancelled, "stopped before the mail was sent");
  }
  options.timeout -= timers_.clock().Monotonic() - asked;
  if (!place.ok()) {
    co_return Failure(TransportFailure::Kind::kNotSent, "no connection was free in time");
  }
  co_return co_await SendOver(mail_, std::move(request), std::move(options), std::move(stop));
}

coro::Task<SendResult> Client::Impl::SendOver(Multi& multi,
                                              Request request,
                                              SendOptions options,
                                              std::stop_token stop) {
  Handle handle(*this);
  std::unique_ptr<Exchange> exchange = NewExchange(multi, handle.easy(), request, options);
  coro::Completion<Exchange::End>& done = exchange->done();
  multi.Add(handle.easy(), exchange->guard());
  Exchange::End end = Exchange::End::kDone;
  {
    coro::Timers::Alarm deadline(
        timers_, options.timeout, [&done] { done.Set(Exchange::End::kTimedOut); });
    std::stop_callback on_stop(std::move(stop), [&done] { done.Set(Exchange::End::kStopped); });
    end = co_await done;
  }
  SendResult result = exchange->Take(end);
  multi.Remove(handle.easy());
  co_return result;
}

void Client::Impl::Close() {
  if (in_flight_ != 0) std::abort();
  public_.Close();
  anywhere_.Close();
  mail_.Close();
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
  return impl_->Send(std::move(request), std::move(options), std::move(stop));
}

void Client::Close() {
  impl_->Close();
}

int Client::in_flight() const {
  return impl_->in_flight();
}

}  // namespace leadrelay::http
