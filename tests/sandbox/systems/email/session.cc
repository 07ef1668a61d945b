#include "tests/sandbox/systems/email/session.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"

namespace leadrelay::sandbox::email {
namespace {

constexpr size_t kLongestLine = 64 << 10;  // Longer than any that is right: see Email.
constexpr size_t kLargestMessage = 10 << 20;

constexpr std::string_view kSteps[] = {
    "connect", "hello", "login", "from", "to", "data", "message", "noop"};

// "RCPT TO:<x>" is RCPT, and what stands behind it.
bool IsCommand(std::string_view line, std::string_view verb) {
  return absl::EqualsIgnoreCase(std::string(line.substr(0, line.find(' '))), std::string(verb));
}

std::string_view ArgumentsOf(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return "";
  line.remove_prefix(space + 1);
  while (line.ends_with(' ')) line.remove_suffix(1);
  return line;
}

// "FROM:<ann@example.com> SIZE=1" is ann@example.com for "FROM:"; nothing when it is no path.
std::optional<std::string> PathBehind(std::string_view keyword, std::string_view text) {
  if (!absl::StartsWithIgnoreCase(std::string(text), std::string(keyword))) return std::nullopt;
  text.remove_prefix(keyword.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  const size_t end = text.find('>');
  if (!text.starts_with('<') || end == std::string_view::npos) return std::nullopt;
  return std::string(text.substr(1, end - 1));
}

}  // namespace

http::Request Session::Greeting() {
  return Ask(Step::kConnect, "");
}

void Session::Received(std::string_view bytes) {
  received_.append(bytes);
}

std::optional<http::Request> Session::Next() {
  while (!over_) {
    const size_t end = received_.find("\r\n", read_);
    if (end == std::string::npos) {
      received_.erase(0, std::exchange(read_, 0));
      if (received_.size() <= kLongestLine) return std::nullopt;
      over_ = true;
      return Say(500, "5.5.2 Error: line too long");
    }
    const size_t begin = std::exchange(read_, end + 2);
    const std::string_view line = std::string_view(received_).substr(begin, end - begin);
    if (std::optional<http::Request> step = OnLine(line)) return step;
  }
  return std::nullopt;
}

void Session::Answer(const http::Response& response) {
  std::string_view text = response.body;
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    absl::StrAppend(&replies_, response.status, "-", std::string(text.substr(0, end)), "\r\n");
    text.remove_prefix(end + 1);
  }
  (void)Say(response.status, text.empty() ? "no reason given" : text);
  if (response.status == 421) over_ = true;  // RFC 5321 3.8: and closes the channel.

  const bool taken = response.status / 100 == (asked_ == Step::kData ? 3 : 2);
  switch (asked_) {
    case Step::kConnect:
      if (!taken) over_ = true;
      break;
    case Step::kHello:
      greeted_ = taken;
      break;
    case Step::kLogin:
      logged_in_ = taken;
      break;
    case Step::kFrom:
      if (taken) from_ = std::move(asked_about_);
      break;
    case Step::kTo:
      if (taken) to_.push_back(std::move(asked_about_));
      break;
    case Step::kData:
      if (taken) expects_ = Expects::kMessage;
      break;
    case Step::kMessage:
      ForgetMail();
      break;
    case Step::kNoop:
      break;
  }
}

http::Request Session::Ask(Step step, std::string body) {
  asked_ = step;
  http::Request request;
  request.method = "POST";
  request.url = absl::StrCat("/email/", std::string(kSteps[static_cast<size_t>(step)]));
  request.body = std::move(body);
  return request;
}

std::optional<http::Request> Session::Say(int code, std::string_view text) {
  absl::StrAppend(&replies_, code, " ", std::string(text), "\r\n");
  return std::nullopt;
}

void Session::ForgetMail() {
  from_.reset();
  to_.clear();
  message_.clear();
}

std::optional<http::Request> Session::OnLine(std::string_view line) {
  if (expects_ == Expects::kCommand) return OnCommand(line);
  if (expects_ == Expects::kMessage) return OnMessageLine(line);
  return OnCredentials(line);
}

std::optional<http::Request> Session::OnCommand(std::string_view line) {
  const std::string_view arguments = ArgumentsOf(line);
  if (IsCommand(line, "QUIT")) {
    over_ = true;
    return Say(221, "2.0.0 Bye");
  }
  if (IsCommand(line, "NOOP")) return Ask(Step::kNoop, "");
  if (IsCommand(line, "VRFY")) return Say(252, "2.0.0 Cannot say");
  if (IsCommand(line, "EHLO") || IsCommand(line, "HELO")) {
    if (arguments.empty()) return Say(501, "5.5.4 Syntax: EHLO hostname");
    ForgetMail();
    return Ask(Step::kHello, std::string(arguments));
  }
  if (IsCommand(line, "RSET")) {
    ForgetMail();
    return Say(250, "2.0.0 Ok");
  }
  if (IsCommand(line, "AUTH")) return OnAuth(arguments);
  if (IsCommand(line, "MAIL")) return OnMail(arguments);
  if (IsCommand(line, "RCPT")) return OnRecipient(arguments);
  if (IsCommand(line, "DATA")) return OnData();
  return Say(502, "5.5.2 Error: command not recognized");
}

std::optional<http::Request> Session::OnAuth(std::string_view arguments) {
  if (!greeted_) return Say(503, "5.5.1 Error: send EHLO first");
  if (logged_in_ || from_.has_value()) return Say(503, "5.5.1 Error: already on the way");
  const std::string_view initial = ArgumentsOf(arguments);
  if (IsCommand(arguments, "PLAIN")) {
    expects_ = Expects::kPlain;
    return initial.empty() ? Say(334, "") : OnCredentials(initial);
  }
  if (IsCommand(arguments, "LOGIN")) {
    expects_ = Expects::kUsername;
    return initial.empty() ? Say(334, crypto::Base64("Username:")) : OnCredentials(initial);
  }
  return Say(504, "5.5.4 Error: no such mechanism");
}

std::optional<http::Request> Session::OnCredentials(std::string_view line) {
  const Expects expected = std::exchange(expects_, Expects::kCommand);
  if (line == "*") return Say(501, "5.7.0 Authentication aborted");
  const std::optional<std::string> text = crypto::FromBase64(line);
  if (!text.has_value()) return Say(501, "5.5.2 Error: not base64");
  if (expected == Expects::kUsername) {
    username_ = *text;
    expects_ = Expects::kPassword;
    return Say(334, crypto::Base64("Password:"));
  }
  if (expected == Expects::kPassword) return AskToLogIn(std::move(username_), *text);
  // RFC 4616: authorization identity NUL user name NUL password.
  const size_t first = text->find('\0');
  const size_t second = first == std::string::npos ? first : text->find('\0', first + 1);
  if (second == std::string::npos) return Say(501, "5.5.2 Error: not as PLAIN has it");
  return AskToLogIn(text->substr(first + 1, second - first - 1), text->substr(second + 1));
}

http::Request Session::AskToLogIn(std::string username, std::string password) {
  http::Request request = Ask(Step::kLogin, std::move(username));
  request.headers.Add("smtp-password", std::move(password));
  return request;
}

std::optional<http::Request> Session::OnMail(std::string_view arguments) {
  if (!greeted_) return Say(503, "5.5.1 Error: send EHLO first");
  if (!logged_in_) return Say(530, "5.7.0 Authentication required");
  if (from_.has_value()) return Say(503, "5.5.1 Error: nested MAIL command");
  std::optional<std::string> address = PathBehind("FROM:", arguments);
  if (!address.has_value()) return Say(501, "5.5.4 Syntax: MAIL FROM:<address>");
  asked_about_ = *address;
  return Ask(Step::kFrom, *std::move(address));
}

std::optional<http::Request> Session::OnRecipient(std::string_view arguments) {
  if (!from_.has_value()) return Say(503, "5.5.1 Error: need MAIL command");
  std::optional<std::string> address = PathBehind("TO:", arguments);
  if (!address.has_value() || address->empty()) {
    return Say(501, "5.5.4 Syntax: RCPT TO:<address>");
  }
  asked_about_ = *address;
  return Ask(Step::kTo, *std::move(address));
}

std::optional<http::Request> Session::OnData() {
  if (!from_.has_value()) return Say(503, "5.5.1 Error: need MAIL command");
  if (to_.empty()) return Say(554, "5.5.1 Error: no valid recipients");
  return Ask(Step::kData, "");
}

std::optional<http::Request> Session::OnMessageLine(std::string_view line) {
  if (line != ".") {
    if (line.starts_with('.')) line.remove_prefix(1);  // RFC 5321 4.5.2.
    // One line more than fits is kept, so that it can be told at the end.
    if (message_.size() <= kLargestMessage) message_.append(line).append("\r\n");
    return std::nullopt;
  }
  expects_ = Expects::kCommand;
  if (message_.size() > kLargestMessage) {
    ForgetMail();
    return Say(552, "5.3.4 Error: message file too big");
  }
  http::Request request = Ask(Step::kMessage, std::move(message_));
  request.headers.Add("smtp-from", *from_);
  for (const std::string& address : to_) request.headers.Add("smtp-to", address);
  return request;
}

}  // namespace leadrelay::sandbox::email
