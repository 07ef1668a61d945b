#include "common/http/mail_transfer.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::http {
namespace {

using Kind = TransportFailure::Kind;

// A connection that curl has made and we use looks idle to it: it is not to be given up for that.
constexpr long kNeverTooOldSeconds = 24L * 60 * 60;

}  // namespace

MailTransfer::MailTransfer(coro::Loop& loop,
                           Multi& multi,
                           CURL* easy,
                           const Request& request,
                           const SendOptions& options,
                           const ClientOptions& client)
    : Exchange(loop, easy, request, options, client), multi_(multi), dialogue_(request) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  const bool plain = request.headers.Get("smtp-tls") == "none";
  curl_easy_setopt(
      easy, CURLOPT_USE_SSL, static_cast<long>(plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  // Greeting, EHLO and AUTH count as connecting here, and servers let strangers wait on purpose.
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options.timeout));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kNeverTooOldSeconds);
  if (const std::string* username = request.headers.Find("smtp-username")) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, username->c_str());
    curl_easy_setopt(
        easy, CURLOPT_PASSWORD, std::string(request.headers.Get("smtp-password")).c_str());
  }
}

void MailTransfer::OnDone(CURLcode result) {
  connected_ = result;
  if (result != CURLE_OK) {
    done().Set(End::kDone);
  } else {
    Await(UV_WRITABLE);
  }
}

void MailTransfer::Await(int events) {
  multi_.Await(easy(), events, [this](bool open) { Continue(open); });
}

void MailTransfer::Continue(bool open) {
  if (done().is_set()) return;
  if (!open) Lose("the connection was lost");
  while (lost_.empty() && !dialogue_.finished()) {
    const bool sending = !dialogue_.outgoing().empty();
    if (sending ? SendSome() : ReceiveSome()) continue;
    if (lost_.empty()) return Await(sending ? UV_WRITABLE : UV_READABLE);
  }
  if (dialogue_.response().has_value()) (void)SendSome();  // QUIT: nobody waits for the answer.
  done().Set(End::kDone);
}

// False when nothing can be sent for now, or any more.
bool MailTransfer::SendSome() {
  const std::string_view bytes = dialogue_.outgoing();
  size_t sent = 0;
  const CURLcode result = curl_easy_send(easy(), bytes.data(), bytes.size(), &sent);
  if (result == CURLE_OK) dialogue_.Sent(sent);
  if (result != CURLE_OK && result != CURLE_AGAIN) Lose(curl_easy_strerror(result));
  return result == CURLE_OK;
}

// False when nothing has arrived yet, or will any more.
bool MailTransfer::ReceiveSome() {
  std::array<char, 4096> buffer;
  size_t received = 0;
  const CURLcode result = curl_easy_recv(easy(), buffer.data(), buffer.size(), &received);
  if (result == CURLE_OK && received > 0) {
    dialogue_.Received({buffer.data(), received});
    return true;
  }
  if (result == CURLE_OK) Lose("the server hung up");
  if (result != CURLE_OK && result != CURLE_AGAIN) Lose(curl_easy_strerror(result));
  return false;
}

void MailTransfer::Lose(std::string why) {
  if (lost_.empty()) lost_ = std::move(why);
}

SendResult MailTransfer::Take(End end) {
  const Kind kind = dialogue_.message_left() ? Kind::kUnknown : Kind::kNotSent;
  if (end == End::kStopped) {
    return Failure(Kind::kCancelled, "stopped while the mail was under way");
  }
  if (end == End::kTimedOut) {
    const std::string limit = absl::FormatDuration(options().timeout);
    return Failure(kind,
                   kind == Kind::kUnknown
                       ? absl::StrCat("no answer to the message within ", limit)
                       : absl::StrCat("could not hand over the message within ", limit));
  }
  if (connected_ != CURLE_OK) return NotConnected();
  if (dialogue_.response().has_value()) return *dialogue_.response();
  return Failure(kind, dialogue_.fault().empty() ? lost_ : dialogue_.fault());
}

SendResult MailTransfer::NotConnected() const {
  if (refused_address()) return RefusedAddress();
  long code = 0;  // Of the last reply.
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &code);
  const bool login = connected_ == CURLE_LOGIN_DENIED;
  if (code >= 400 && code < 600) {
    Response response;
    response.status = static_cast<int>(code);
    response.headers.Add("smtp-step", login ? "login" : "connect");
    return response;
  }
  switch (connected_) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Failure(Kind::kBadRequest, curl_easy_strerror(connected_));
    case CURLE_LOGIN_DENIED:
      if (code == 0) return Failure(Kind::kBadRequest, "the URL has a user name in it");
      return Failure(Kind::kNotSent, "there is no way to log in that both sides know");
    case CURLE_USE_SSL_FAILED:
      return Failure(Kind::kNotSent, "the server offers no STARTTLS");
    default:
      return Failure(Kind::kNotSent, WhyFailed(connected_));
  }
}

}  // namespace leadrelay::http
