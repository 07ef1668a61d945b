#include "services/delivery/connectors/email/errors.h"

namespace leadrelay::delivery::email {
namespace {

using Reach = Verdict::Reach;

// Servers that find us too busy count in minutes, and most say nothing of how many.
constexpr absl::Duration kThrottledWait = absl::Minutes(5);

std::string_view StepOf(const http::Response& response) {
  return response.headers.Get("smtp-step");
}

bool Is(const http::Response& response, std::string_view enhanced) {
  return response.headers.Get("smtp-status").starts_with(enhanced);
}

// 421 4.7.x is policy, 4.3.2 "not accepting messages": for all that we send.  454 at the login is
// what follows too many of them.
bool IsThrottled(const http::Response& response) {
  if (response.status == 421) return Is(response, "4.7.") || Is(response, "4.3.2");
  return response.status == 454 && StepOf(response) == "login";
}

Verdict Passing(const http::Response& response) {
  if (IsThrottled(response)) {
    return {Reach::kAccount,
            Outcome::Throttled(
                Describe(response) + ": the server wants less", kThrottledWait, response.status)};
  }
  Outcome outcome = Outcome::Retry(Describe(response) + ": not now", response.status);
  // One address that has to wait, a greylisted one perhaps, is no ill server.
  outcome.strains_destination = StepOf(response) != "to";
  return {Reach::kCall, outcome};
}

Verdict Account(const http::Response& response, std::string_view what, std::string remedy) {
  return {Reach::kAccount,
          Outcome::Unauthorized(absl::StrCat(Describe(response), ": ", std::string(what)),
                                std::move(remedy),
                                response.status)};
}

Verdict RefusedConnection(const http::Response& response) {
  return Account(response,
                 "the server does not talk to us",
                 "see that host and port are those for submission, and that the server's owner "
                 "lets this machine in");
}

Verdict RefusedLogin(const http::Response& response) {
  return Account(response,
                 "the login is refused",
                 "check username and password; many providers want an app password here");
}

Verdict RefusedSender(const http::Response& response) {
  return Account(
      response,
      "the server does not let us send",
      "check that the login may send as `from` and `envelope_from`, and to other domains");
}

Verdict RefusedRecipient(const http::Response& response, Recipient recipient) {
  if (recipient == Recipient::kTeam) {
    return Account(response,
                   "an address to notify is refused",
                   "correct the addresses in notify.to, or have the mailbox opened");
  }
  return {Reach::kCall,
          Outcome::Rejected(Describe(response) + ": the lead's address is refused",
                            "there is no such mailbox, or it takes nothing: nothing can be done "
                            "but to ask the person in another way",
                            response.status)};
}

Verdict RefusedMessage(const http::Response& response) {
  return {Reach::kCall,
          Outcome::Rejected(Describe(response) + ": the message is refused",
                            "5.7 is taken for unwanted mail: check SPF, DKIM and the templates; "
                            "5.3.4 is too large; then replay",
                            response.status)};
}

}  // namespace

std::string Describe(const http::Response& response) {
  const std::string enhanced(response.headers.Get("smtp-status"));
  return absl::StrCat("SMTP ", response.status, enhanced.empty() ? "" : " ", enhanced);
}

Verdict JudgeReply(const http::Response& response, Recipient recipient) {
  const int status = response.status;
  const std::string_view step = StepOf(response);
  if (status >= 200 && status < 300) return {};
  if (status >= 400 && status < 500) return Passing(response);
  if (step == "connect") return RefusedConnection(response);
  // 530 and 538 ask for a login, 534 and 535 refuse one.
  if (step == "login" || status == 530 || status == 534 || status == 535 || status == 538) {
    return RefusedLogin(response);
  }
  if (step == "from" || (step == "to" && Is(response, "5.7."))) return RefusedSender(response);
  if (step == "to") return RefusedRecipient(response, recipient);
  return RefusedMessage(response);
}

}  // namespace leadrelay::delivery::email
