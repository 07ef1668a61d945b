#pragma once
// Messages as RFC 5322, 2045 and 2047 have them: ASCII, lines of at most 76 that end in CRLF.
// Whatever the texts hold, a field stays one field and a part one part.  Pure.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace leadrelay::delivery::email {

struct Message {
  std::string message_id;  // Without the angle brackets.
  absl::Time date;
  std::string from_name;  // May be empty.
  // Addresses: IsMailbox().
  std::string from;
  std::vector<std::string> to;
  std::string reply_to;  // Empty: none.
  std::string subject;
  std::string text;
  std::string html;         // Empty: none.
  std::string delivery_id;  // For a field of ours, by which filters can tell.
};

std::string Compose(const Message& message);

// An address that stands in a header and in SMTP as it is: ASCII, no comment, nothing quoted.
bool IsMailbox(std::string_view text);
std::string_view DomainOf(std::string_view mailbox);

// `id` in the characters that a message id may have (dot-atom-text); different ids stay different.
std::string IdText(std::string_view id);

// The value of an unstructured field such as Subject: encoded words where they are needed.  Control
// characters become spaces.
std::string HeaderText(std::string_view text);

// UTF-8 text, whatever its line ends, as the body of a quoted-printable part.
std::string QuotedPrintable(std::string_view text);

}  // namespace leadrelay::delivery::email
