#include "common/http/exchange.h"

#include <algorithm>
#include <utility>

#include "common/http/address_check.h"

namespace leadrelay::http {

Exchange::Exchange(coro::Loop& loop,
                   CURL* easy,
                   const Request& request,
                   const SendOptions& options,
                   const ClientOptions& client)
    : request_(request), options_(options), easy_(easy), done_(loop) {
  guard_.allows = [this](const sockaddr& address) { return MayAllow(address); };
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  // Do not wait for the thread of a name look-up that was given up: it would stop the loop.
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);

  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");  // Neither from the environment.
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!client.ca_file.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, client.ca_file.c_str());
}

Exchange::~Exchange() {
  curl_easy_reset(easy_);  // It points into this object.
}

Exchange& Exchange::Of(CURL* easy) {
  char* exchange = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &exchange);
  return *reinterpret_cast<Exchange*>(exchange);
}

bool Exchange::MayAllow(const sockaddr& address) {
  if (options_.allow_private_addresses || IsPublicAddress(address)) return true;
  refused_address_ = true;
  return false;
}

std::string Exchange::WhyFailed(CURLcode result) const {
  return error_[0] != '\0' ? error_ : curl_easy_strerror(result);
}

TransportFailure Failure(TransportFailure::Kind kind, std::string reason) {
  TransportFailure failure;
  failure.kind = kind;
  failure.reason = std::move(reason);
  return failure;
}

TransportFailure RefusedAddress() {
  return Failure(TransportFailure::Kind::kRefusedAddress,
                 "the host's address is not on the public internet; allow private addresses for "
                 "this destination if that is meant");
}

long Milliseconds(absl::Duration duration) {
  // curl takes 0 for its own default of 300 s.
  return static_cast<long>(std::clamp<int64_t>(
      absl::ToInt64Milliseconds(duration), 1, absl::ToInt64Milliseconds(absl::Hours(24))));
}

}  // namespace leadrelay::http
