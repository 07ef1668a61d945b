#include "services/delivery/connectors/email/mime.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/crypto/crypto.h"

namespace leadrelay::delivery::email {
namespace {

constexpr size_t kLongestPlainText = 60;
// In base64 and its wrapping 64 characters, behind "Subject: " less than the 76 of RFC 2047 2.
constexpr size_t kBytesOfAWord = 39;
constexpr size_t kLongestQuotedLine = 75;  // And "=", where a line goes on.
// "=_" cannot come out of quoted-printable.
constexpr std::string_view kBoundary = "=_leadrelay";

bool IsAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsAtomChar(char c) {
  return IsAlnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool IsDotAtom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  return text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return IsAtomChar(c) || c == '.'; });
}

std::string WithoutControls(std::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  const size_t begin = clean.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return clean.substr(begin, clean.find_last_not_of(' ') - begin + 1);
}

bool IsPlain(std::string_view text) {
  return text.size() <= kLongestPlainText && text.find("=?") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Each word holds whole characters: RFC 2047 5 (3).
std::string EncodedWords(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    size_t size = std::min(kBytesOfAWord, text.size());
    while (size > 1 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
      --size;
    }
    words.push_back(absl::StrCat("=?utf-8?B?", crypto::Base64(text.substr(0, size)), "?="));
    text.remove_prefix(size);
  }
  return absl::StrJoin(words, "\r\n ");
}

// A display name: quoted, so that no comma or bracket in it counts.
std::string Phrase(std::string_view name) {
  const std::string clean = WithoutControls(name);
  if (!IsPlain(clean)) return EncodedWords(clean);
  std::string quoted = "\"";
  for (const char c : clean) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Line(std::string_view name, std::string_view value) {
  return absl::StrCat(std::string(name), ": ", std::string(value), "\r\n");
}

std::string Part(std::string_view type, std::string_view text) {
  return absl::StrCat("Content-Type: ",
                      std::string(type),
                      "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                      QuotedPrintable(text));
}

std::string Body(const Message& message) {
  if (message.html.empty()) return Part("text/plain", message.text);
  const std::string boundary(kBoundary);
  return absl::StrCat("Content-Type: multipart/alternative; boundary=\"",
                      boundary,
                      "\"\r\n\r\n--",
                      boundary,
                      "\r\n",
                      Part("text/plain", message.text),
                      "--",
                      boundary,
                      "\r\n",
                      Part("text/html", message.html),
                      "--",
                      boundary,
                      "--\r\n");
}

}  // namespace

bool IsMailbox(std::string_view text) {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > 254) return false;
  const std::string_view domain = text.substr(at + 1);
  return IsDotAtom(text.substr(0, at)) && IsDotAtom(domain) &&
         std::ranges::all_of(domain, [](char c) { return IsAlnum(c) || c == '.' || c == '-'; });
}

std::string_view DomainOf(std::string_view mailbox) {
  const size_t at = mailbox.rfind('@');
  return at == std::string_view::npos ? std::string_view() : mailbox.substr(at + 1);
}

std::string IdText(std::string_view id) {
  std::string text;
  for (const char c : id) {
    if (IsAlnum(c) || c == '-' || c == '_') {
      text += c;
    } else {
      absl::StrAppend(&text, "=", crypto::Hex(std::string_view(&c, 1)));
    }
  }
  return text;
}

std::string HeaderText(std::string_view text) {
  std::string clean = WithoutControls(text);
  return IsPlain(clean) ? clean : EncodedWords(clean);
}

std::string QuotedPrintable(std::string_view text) {
  std::string encoded;
  size_t column = 0;
  const auto put = [&](std::string_view piece) {
    if (column + piece.size() > kLongestQuotedLine) {
      encoded += "=\r\n";
      column = 0;
    }
    encoded += piece;
    column += piece.size();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' || c == '\n') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      encoded += "\r\n";
      column = 0;
      continue;
    }
    const bool at_end = i + 1 == text.size() || text[i + 1] == '\r' || text[i + 1] == '\n';
    const bool plain = (c > 0x20 && c < 0x7f && c != '=') || (c == ' ' && !at_end);
    if (plain) {
      put({&c, 1});
    } else {
      std::string hex = crypto::Hex({&c, 1});
      std::ranges::transform(hex, hex.begin(), [](unsigned char d) { return std::toupper(d); });
      put(absl::StrCat("=", hex));
    }
  }
  if (!encoded.ends_with("\r\n") || encoded.ends_with("=\r\n")) encoded += "\r\n";
  return encoded;
}

std::string Compose(const Message& message) {
  std::string text;
  const std::string name = message.from_name.empty() ? "" : Phrase(message.from_name) + "\r\n ";
  text += Line("From", absl::StrCat(name, "<", message.from, ">"));
  text += Line("To", absl::StrJoin(message.to, ",\r\n "));
  if (!message.reply_to.empty()) text += Line("Reply-To", message.reply_to);
  text += Line("Subject", HeaderText(message.subject));
  text += Line("Date",
               absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", message.date, absl::UTCTimeZone()));
  text += Line("Message-ID", absl::StrCat("<", message.message_id, ">"));
  text += Line("X-Leadrelay-Delivery", IdText(message.delivery_id));
  text += Line("Auto-Submitted", "auto-generated");
  text += Line("MIME-Version", "1.0");
  return text + Body(message);
}

}  // namespace leadrelay::delivery::email
