#include "common/http/mail.h"

#include <algorithm>

namespace leadrelay::http {
namespace {

constexpr size_t kLongestAddress = 254;  // RFC 5321 4.5.3.1.3, without the angle brackets.
constexpr size_t kLongestLine = 998;     // RFC 5322 2.1.1

bool IsGraphic(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

// Nothing that could end the path in a command, or the command.
bool IsAddress(std::string_view text) {
  const size_t at = text.rfind('@');
  return text.size() <= kLongestAddress && IsGraphic(text) &&
         text.find_first_of("<>") == std::string_view::npos && at != std::string_view::npos &&
         at > 0 && at + 1 < text.size();
}

std::string WhyUnsendableMessage(std::string_view message) {
  if (!message.ends_with("\r\n")) return "the message does not end with a line";
  while (!message.empty()) {
    const size_t end = message.find("\r\n");
    const std::string_view line = message.substr(0, end);
    if (line.size() > kLongestLine) return "a line of the message is too long";
    // A server that takes one of them for the end of a line would see other lines than we do.
    if (line.find_first_of("\r\n") != std::string_view::npos) {
      return "the message has a CR or an LF that is none of a line's end";
    }
    if (!std::ranges::all_of(
            line, [](char c) { return c != 0 && static_cast<unsigned char>(c) < 0x80; })) {
      return "the message has a byte that is not of ASCII";
    }
    message.remove_prefix(end + 2);
  }
  return "";
}

std::string WhyUnsendableEnvelope(const Headers& headers) {
  const std::vector<std::string> senders = headers.All("smtp-from");
  const std::vector<std::string> recipients = headers.All("smtp-to");
  if (senders.size() != 1) return "a mail has to have one smtp-from";
  if (recipients.empty()) return "a mail has to have an smtp-to";
  if (!IsAddress(senders.front())) return "smtp-from is no address that SMTP can carry as it is";
  if (!std::ranges::all_of(recipients, IsAddress)) {
    return "smtp-to is no address that SMTP can carry as it is";
  }
  return "";
}

}  // namespace

bool IsMail(const Request& request) {
  return request.url.starts_with("smtp://") || request.url.starts_with("smtps://");
}

std::string WhyMailUnsendable(const Request& request) {
  if (!IsGraphic(request.url)) return "the URL has a space or a control character in it";
  if (request.method != "MAIL" && request.method != "NOOP") {
    return "the method of a mail is neither MAIL nor NOOP";
  }
  const std::string_view tls = request.headers.Get("smtp-tls");
  if (!tls.empty() && tls != "required" && tls != "none") return "smtp-tls is required or none";
  const auto has = [&request](std::string_view name) { return !request.headers.Get(name).empty(); };
  if (has("smtp-username") != has("smtp-password")) {
    return "smtp-username and smtp-password have to come together";
  }
  if (request.method == "NOOP") return "";
  const std::string why = WhyUnsendableEnvelope(request.headers);
  return why.empty() ? WhyUnsendableMessage(request.body) : why;
}

}  // namespace leadrelay::http
