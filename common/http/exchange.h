#pragma once
// Exchange: one request on one curl easy handle: what HTTP and SMTP have in common.  Whom it may
// connect to, whom it believes, and how it ends.

#include <string>

#include <curl/curl.h>

#include "common/coro/completion.h"
#include "common/http/client.h"
#include "common/http/multi.h"

namespace leadrelay::http {

class Exchange {
 public:
  // How it ended; curl's code counts for kDone.
  enum class End { kDone, kTimedOut, kStopped };

  // `easy` is fresh or reset, and stays the caller's.  `request` and `options` outlive this.
  Exchange(coro::Loop& loop,
           CURL* easy,
           const Request& request,
           const SendOptions& options,
           const ClientOptions& client);
  virtual ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // The exchange behind an easy handle.
  static Exchange& Of(CURL* easy);

  coro::Completion<End>& done() { return done_; }
  Multi::Guard& guard() { return guard_; }

  // curl has come to its end.
  virtual void OnDone(CURLcode result) = 0;
  // After done(), before the handle is used for anything else.
  virtual SendResult Take(End end) = 0;

 protected:
  const Request& request() const { return request_; }
  const SendOptions& options() const { return options_; }
  CURL* easy() const { return easy_; }
  bool refused_address() const { return refused_address_; }
  // curl's own words, which name the host at most, or what its code means.
  std::string WhyFailed(CURLcode result) const;

 private:
  bool MayAllow(const sockaddr& address);

  const Request& request_;
  const SendOptions& options_;
  CURL* const easy_;
  Multi::Guard guard_;
  coro::Completion<End> done_;
  bool refused_address_ = false;
  char error_[CURL_ERROR_SIZE] = {};
};

TransportFailure Failure(TransportFailure::Kind kind, std::string reason);
TransportFailure RefusedAddress();
// As curl takes a time.
long Milliseconds(absl::Duration duration);

}  // namespace leadrelay::http
