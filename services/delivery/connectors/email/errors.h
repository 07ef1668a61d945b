#pragma once
// What an SMTP server's replies mean.  Pure.
//
// Facts: RFC 5321 4.2 (codes), RFC 4954 6 (login), RFC 3463 (enhanced codes).  The reply's words
// may quote an address: only codes are passed on.

#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::email {

// Whose address a mail goes to: the team's is a setting, the lead's is the lead's affair.
enum class Recipient { kTeam, kLead };

Verdict JudgeReply(const http::Response& response, Recipient recipient);

// "SMTP 550 5.1.1"
std::string Describe(const http::Response& response);

}  // namespace leadrelay::delivery::email
