#pragma once
// MailTransfer: one mail over one connection of its own.
//
// curl finds the host, connects, does TLS or STARTTLS and logs in; then the connection is ours, and
// MailDialogue says what goes over it.  curl's own way of sending mail is not used: it waits for
// the answer to the message, and to QUIT, with the loop standing still.

#include <string>

#include <curl/curl.h>

#include "common/http/exchange.h"
#include "common/http/mail_dialogue.h"

namespace leadrelay::http {

class MailTransfer final : public Exchange {
 public:
  // As Exchange; `multi` is where `easy` is added and removed.
  MailTransfer(coro::Loop& loop,
               Multi& multi,
               CURL* easy,
               const Request& request,
               const SendOptions& options,
               const ClientOptions& client);

  void OnDone(CURLcode result) override;
  SendResult Take(End end) override;

 private:
  void Await(int events);
  void Continue(bool open);
  bool SendSome();
  bool ReceiveSome();
  void Lose(std::string why);
  SendResult NotConnected() const;

  Multi& multi_;
  MailDialogue dialogue_;
  CURLcode connected_ = CURLE_OK;
  std::string lost_;  // Why the connection did not last; empty while it does.
};

}  // namespace leadrelay::http
