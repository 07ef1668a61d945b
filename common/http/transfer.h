#pragma once
// Transfer: one request on one curl easy handle: what is asked of curl, what arrives, and what a
// failure means.

#include <string>
#include <string_view>

#include <curl/curl.h>

#include "common/coro/completion.h"
#include "common/http/client.h"
#include "common/http/multi.h"

namespace leadrelay::http {

// "" or why the request cannot be sent: no http(s) URL, control characters, credentials in the URL,
// framing fields that are not the caller's to set.
std::string WhyUnsendable(const Request& request);

class Transfer {
 public:
  // How it ended; curl's code counts for kDone.
  enum class End { kDone, kTimedOut, kStopped };

  // `easy` is fresh or reset, and stays the caller's.  `request` and `options` outlive this.
  Transfer(coro::Loop& loop,
           CURL* easy,
           const Request& request,
           const SendOptions& options,
           const ClientOptions& client);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // The transfer behind an easy handle.
  static Transfer& Of(CURL* easy);

  CURL* easy() const { return easy_; }
  coro::Completion<End>& done() { return done_; }
  Multi::Guard& guard() { return guard_; }

  void OnDone(CURLcode result);
  // After done(), before the handle is used for anything else.
  SendResult Take(End end);

 private:
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static int BeforeSending(void* self, char*, char*, int, int);

  void SetBody();
  void SetHeaders();
  void AddHeaderLine(std::string_view line);
  bool MayAllow(const sockaddr& address);
  bool AnyBytesSent() const;
  TransportFailure Failed() const;
  TransportFailure TimedOut() const;

  const Request& request_;
  const SendOptions& options_;
  CURL* const easy_;
  curl_slist* fields_ = nullptr;
  Multi::Guard guard_;
  coro::Completion<End> done_;
  Response response_;
  CURLcode result_ = CURLE_OK;
  bool header_done_ = false;  // What follows are trailers, or the header of the next response.
  bool refused_address_ = false;
  bool too_large_ = false;
  bool repeat_refused_ = false;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace leadrelay::http
