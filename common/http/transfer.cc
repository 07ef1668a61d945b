#include "common/http/transfer.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/http/field_syntax.h"
#include "common/http/mail.h"
#include "common/status/abseil.h"

namespace leadrelay::http {
namespace {

// Servers and load balancers commonly drop a connection after 60 s without a request: a connection
// that is about to be dropped is not worth the doubt whether the request got through.
constexpr long kOldestIdleConnectionSeconds = 50;

bool SameName(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(ToAbsl(a), ToAbsl(b));
}

// By the first line only: RFC 9110 9.2.1.  Sending one of these twice changes nothing.
bool IsSafe(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// What curl's codes mean once a request has been sent.  curl's own texts could quote the response,
// and its names are about itself: too long a line is "Out of memory" there, and what is no HTTP is
// taken for HTTP/0.9, "Unsupported protocol".
std::string WhyNoResponse(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "what came back is no HTTP response";
    case CURLE_OUT_OF_MEMORY:
      return "a line of the response's header is too long";
    case CURLE_WEIRD_SERVER_REPLY:
      return "the response's header makes no sense";
    case CURLE_GOT_NOTHING:
      return "the connection was closed without a response";
    case CURLE_PARTIAL_FILE:
      return "the connection ended within the response";
    default:
      return curl_easy_strerror(code);
  }
}

// RFC 9112 6.3: such a response may be anything; curl believes the last.
bool HasTwoLengths(const Headers& headers) {
  const std::vector<std::string> lengths = headers.All("content-length");
  return std::adjacent_find(lengths.begin(), lengths.end(), std::not_equal_to<>()) != lengths.end();
}

}  // namespace

std::string WhyUnsendable(const Request& request) {
  if (IsMail(request)) return WhyMailUnsendable(request);
  if (!absl::StartsWithIgnoreCase(request.url, "https://") &&
      !absl::StartsWithIgnoreCase(request.url, "http://")) {
    return "the URL begins with neither https:// nor http://";
  }
  const bool graphic = std::all_of(request.url.begin(), request.url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
  if (!graphic) return "the URL has a space or a control character in it";
  if (!IsToken(request.method)) return "the method is not a token";
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name)) return "a header field's name is not a token";
    if (!IsFieldValue(value)) {
      return absl::StrCat("the value of the header field ", name, " has a control character in it");
    }
    if (SameName(name, "content-length") || SameName(name, "transfer-encoding")) {
      return absl::StrCat("the header field ", name, " is set by the client itself");
    }
  }
  return "";
}

Transfer::Transfer(coro::Loop& loop,
                   CURL* easy,
                   const Request& request,
                   const SendOptions& options,
                   const ClientOptions& client)
    : Exchange(loop, easy, request, options, client) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // While a handshake decides whether the host speaks HTTP/2, the others wait for it rather than
  // connect as well.  Without TLS nothing decides, and they would wait for the first response.
  curl_easy_setopt(
      easy, CURLOPT_PIPEWAIT, absl::StartsWithIgnoreCase(request.url, "https:") ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options.connect_timeout));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kOldestIdleConnectionSeconds);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, client.user_agent.c_str());

  SetBody();
  SetHeaders();
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Transfer::BeforeSending);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
}

Transfer::~Transfer() {
  curl_easy_setopt(easy(), CURLOPT_HTTPHEADER, nullptr);
  curl_slist_free_all(fields_);
}

void Transfer::SetBody() {
  const std::string& method = request().method;
  const bool expects_body = method == "POST" || method == "PUT" || method == "PATCH";
  if (method == "HEAD") {
    curl_easy_setopt(easy(), CURLOPT_NOBODY, 1L);
    return;
  }
  if (expects_body || !request().body.empty()) {
    curl_easy_setopt(
        easy(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request().body.size()));
    curl_easy_setopt(easy(), CURLOPT_POSTFIELDS, request().body.c_str());  // Not copied.
  }
  curl_easy_setopt(easy(), CURLOPT_CUSTOMREQUEST, method.c_str());
}

void Transfer::SetHeaders() {
  // What curl would add by itself: a wait for "100 Continue", and a form's media type.
  fields_ = curl_slist_append(fields_, "Expect:");
  if (request().headers.Find("Content-Type") == nullptr) {
    fields_ = curl_slist_append(fields_, "Content-Type:");
  }
  for (const auto& [name, value] : request().headers) {
    // A semicolon is curl's way to send a field without a value.
    const std::string line =
        value.empty() ? absl::StrCat(name, ";") : absl::StrCat(name, ": ", value);
    fields_ = curl_slist_append(fields_, line.c_str());
  }
  curl_easy_setopt(easy(), CURLOPT_HTTPHEADER, fields_);
}

int Transfer::BeforeSending(void* self_pointer, char*, char*, int, int) {
  auto* self = static_cast<Transfer*>(self_pointer);
  // curl repeats a request by itself when a connection that it used again dies without an answer.
  // That is right for a server that hung up while idle, and wrong for one that has done the work
  // and then failed: nobody can tell them apart, so the caller has to know.
  if (self->AnyBytesSent() && !IsSafe(self->request().method)) {
    self->repeat_refused_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  if (self->options().on_sending) self->options().on_sending();
  return CURL_PREREQFUNC_OK;
}

size_t Transfer::OnHeader(char* data, size_t, size_t count, void* self) {
  static_cast<Transfer*>(self)->AddHeaderLine({data, count});
  return count;
}

void Transfer::AddHeaderLine(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // After "100 Continue" another header follows.
    response_.headers = Headers();
    header_done_ = false;
    return;
  }
  if (line.empty()) header_done_ = true;
  const size_t colon = line.find(':');
  if (header_done_ || colon == std::string_view::npos) return;
  response_.headers.Add(
      absl::AsciiStrToLower(ToAbsl(line.substr(0, colon))),
      std::string(ToStd(absl::StripAsciiWhitespace(ToAbsl(line.substr(colon + 1))))));
}

size_t Transfer::OnBody(char* data, size_t, size_t count, void* self_pointer) {
  auto* self = static_cast<Transfer*>(self_pointer);
  if (self->response_.body.size() + count > self->options().max_response_bytes) {
    self->too_large_ = true;
    return 0;
  }
  self->response_.body.append(data, count);
  return count;
}

void Transfer::OnDone(CURLcode result) {
  result_ = result;
  done().Set(End::kDone);
}

bool Transfer::AnyBytesSent() const {
  // Counts over all connections that this transfer has tried.
  long sent = 0;
  curl_easy_getinfo(easy(), CURLINFO_REQUEST_SIZE, &sent);
  return sent > 0;
}

SendResult Transfer::Take(End end) {
  if (end == End::kStopped) {
    return Failure(TransportFailure::Kind::kCancelled, "stopped while the request was under way");
  }
  if (end == End::kTimedOut) return TimedOut();
  if (result_ != CURLE_OK) return Failed();
  if (!header_done_) {  // curl is content with the status line.
    return Failure(TransportFailure::Kind::kUnknown, "the connection ended within the response");
  }
  if (HasTwoLengths(response_.headers)) {
    return Failure(TransportFailure::Kind::kUnknown, "the response has two lengths");
  }
  long status = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

TransportFailure Transfer::TimedOut() const {
  const std::string limit = absl::FormatDuration(options().timeout);
  if (AnyBytesSent()) {
    return Failure(TransportFailure::Kind::kUnknown, absl::StrCat("no answer within ", limit));
  }
  return Failure(TransportFailure::Kind::kNotSent,
                 absl::StrCat("could not begin to send within ", limit));
}

TransportFailure Transfer::Failed() const {
  if (too_large_) {
    return Failure(
        TransportFailure::Kind::kTooLarge,
        absl::StrCat("the response is larger than ", options().max_response_bytes, " bytes"));
  }
  if (repeat_refused_) {
    return Failure(TransportFailure::Kind::kUnknown,
                   "the connection was lost after the request was sent on it");
  }
  if (AnyBytesSent()) {
    return Failure(TransportFailure::Kind::kUnknown, WhyNoResponse(result_));
  }
  if (refused_address()) return RefusedAddress();
  switch (result_) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_LOGIN_DENIED:  // What curl says to a user name in the URL.
      return Failure(TransportFailure::Kind::kBadRequest, curl_easy_strerror(result_));
    default:
      return Failure(TransportFailure::Kind::kNotSent, WhyFailed(result_));
  }
}

}  // namespace leadrelay::http
