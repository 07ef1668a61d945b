#pragma once
// Transfer: one HTTP request on one curl easy handle: what is asked of curl, what arrives, and what
// a failure means.

#include <string>
#include <string_view>

#include <curl/curl.h>

#include "common/http/exchange.h"

namespace leadrelay::http {

// "" or why the request cannot be sent: no http(s) URL, control characters, framing fields that are
// not the caller's to set.  Of a mail: mail.h.
std::string WhyUnsendable(const Request& request);

class Transfer final : public Exchange {
 public:
  Transfer(coro::Loop& loop,
           CURL* easy,
           const Request& request,
           const SendOptions& options,
           const ClientOptions& client);
  ~Transfer() override;

  void OnDone(CURLcode result) override;
  SendResult Take(End end) override;

 private:
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static int BeforeSending(void* self, char*, char*, int, int);

  void SetBody();
  void SetHeaders();
  void AddHeaderLine(std::string_view line);
  bool AnyBytesSent() const;
  TransportFailure Failed() const;
  TransportFailure TimedOut() const;

  curl_slist* fields_ = nullptr;
  Response response_;
  CURLcode result_ = CURLE_OK;
  bool header_done_ = false;  // What follows are trailers, or the header of the next response.
  bool too_large_ = false;
  bool repeat_refused_ = false;
};

}  // namespace leadrelay::http
