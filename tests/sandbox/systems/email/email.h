#pragma once
// Email: a mail server that takes what leads become and keeps it.
//
// It sees one SMTP connection as requests, a step of the dialogue each (session.h makes them), so
// that faults and windows are those of every other system:
//
//   path             body              answer when all is well
//   /email/connect                     220
//   /email/hello     the client's name 250
//   /email/login     the user name     235; the password is a header field, smtp-password
//   /email/from      the address       250
//   /email/to        the address       250
//   /email/data                        354
//   /email/message   the message       250; smtp-from and smtp-to are header fields
//   /email/noop                        250
//
// A fault's `status` is the reply code and its `body` the text: {"system": "email", "path": "/to",
// "body_contains": "ann@", "kind": "status", "status": 450, "body": "4.2.0 greylisted"}.
//
// What it holds to (RFC 5321, 5322):
//   - a message is ASCII, in lines of at most 998 characters that end in CRLF, with From and Date
//     and at most one Message-ID; 554 otherwise;
//   - nothing is ever recognised as a repetition: two mails of one Message-ID are two;
//   - as many mails as come, until there is a limit for the window "hour": then 450 to MAIL.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"

namespace leadrelay::sandbox {

class Email final : public System {
 public:
  static constexpr std::string_view kUsername = "relay";
  static constexpr std::string_view kPassword = "smtp-sandbox-password";

  std::string_view name() const override { return "email"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  Window* FindWindow(std::string_view window) override;
  void Reset() override;
  // Counts: mails, those of a Message-ID that had been there before, good and bad logins.
  void Report(json::Writer& writer) const override;
  // {"from": .., "to": [..], "header": {"Subject": .., ..}, "message": ..} of each mail, or of
  // those to one address: `type`, unless it is empty.
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  struct Mail {
    std::string from;
    std::vector<std::string> to;
    std::string message;
  };

  http::Response Login(const http::Request& request);
  http::Response Take(const http::Request& request);

  std::vector<Mail> mails_;
  int64_t logins_ = 0;
  int64_t refused_logins_ = 0;
  Window hour_{"hour", 0, absl::Hours(1)};
};

namespace email {
std::unique_ptr<System> Make();
}  // namespace email

}  // namespace leadrelay::sandbox
