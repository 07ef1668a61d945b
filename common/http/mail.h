#pragma once
// Mail: how a Request asks the client to hand a message to an SMTP server, and what the Response
// says then.  Pure.
//
//   url            smtps://host:465/name, TLS from the start, or smtp://host:587/name, STARTTLS.
//                  The name is what we call ourselves in EHLO.
//   method         MAIL; or NOOP, which logs in and takes leave: no sender, recipient and message.
//   smtp-from      The envelope's sender.
//   smtp-to        A recipient; a field for each.  All take the message, or nobody gets it.
//   smtp-username, smtp-password   AUTH, by a mechanism that both sides know.  Both or neither.
//   smtp-tls       "required", also when it is missing; or "none": no STARTTLS.
//   body           The message as RFC 5322 has it: ASCII, lines of at most 998 ending in CRLF.
//
// Other header fields are not sent: a message has its own.
//
//   status         The reply code that ended it: 250 the server has taken the message, 4yz a
//   passing
//                  refusal, 5yz a final one (RFC 5321 4.2.1).
//   smtp-step      What was answered: "connect" (with EHLO and STARTTLS), "login", "from", "to",
//                  "data", "message" or "noop".
//   smtp-status    The enhanced status code, when there is one: "5.1.1" (RFC 3463).
//   body           The reply's text; it may quote the addresses.
//
// Without a reply it is a TransportFailure.  Until the mark that ends the message has been sent,
// the server may not deliver it (RFC 5321 4.1.1.4): kNotSent.  After that, kUnknown.

#include <string>

#include "common/http/message.h"

namespace leadrelay::http {

// Whether it is for an SMTP server.
bool IsMail(const Request& request);

// "" or why the mail cannot be sent; quotes no value.
std::string WhyMailUnsendable(const Request& request);

}  // namespace leadrelay::http
