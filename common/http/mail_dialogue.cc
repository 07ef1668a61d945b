#include "common/http/mail_dialogue.h"

#include <algorithm>
#include <utility>

namespace leadrelay::http {
namespace {

constexpr size_t kLongestReply = 16 << 10;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// RFC 5321 4.5.2: a line that begins with a dot gets another; a dot alone ends the message.
std::string OnTheWire(std::string_view message) {
  std::string wire;
  wire.reserve(message.size() + 64);
  while (!message.empty()) {
    const size_t end = message.find("\r\n") + 2;
    if (message.front() == '.') wire += '.';
    wire.append(message.substr(0, end));
    message.remove_prefix(end);
  }
  return wire + ".\r\n";
}

// "5.1.1" at the beginning of a reply's text; empty when there is none.
std::string EnhancedStatus(std::string_view text) {
  const std::string_view status = text.substr(0, text.find_first_of(" \n"));
  const auto dots = std::ranges::count(status, '.');
  const bool valid = status.size() >= 5 && status.size() <= 11 && dots == 2 &&
                     (status[0] == '2' || status[0] == '4' || status[0] == '5') &&
                     status[1] == '.' && IsDigit(status.back()) &&
                     std::ranges::all_of(status, [](char c) { return IsDigit(c) || c == '.'; });
  return valid ? std::string(status) : "";
}

}  // namespace

MailDialogue::MailDialogue(const Request& request)
    : recipients_(request.headers.All("smtp-to")), message_(OnTheWire(request.body)) {
  if (request.method == "NOOP") {
    Say(Step::kNoop, "NOOP\r\n");
  } else {
    Say(Step::kFrom, "MAIL FROM:<" + std::string(request.headers.Get("smtp-from")) + ">\r\n");
  }
}

void MailDialogue::Say(Step step, std::string bytes) {
  step_ = step;
  outgoing_ = std::move(bytes);
  sent_ = 0;
}

void MailDialogue::Received(std::string_view bytes) {
  while (!bytes.empty() && !finished()) {
    // Whoever answers before it is asked would be one answer ahead from then on.
    if (!outgoing().empty()) {
      fault_ = "the server answers what it was not asked";
      return;
    }
    const size_t end = bytes.find('\n');
    const size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
    heard_ += taken;
    if (heard_ > kLongestReply) {
      fault_ = "the server's answer does not end";
      return;
    }
    incoming_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (end == std::string_view::npos) return;
    std::string line = std::exchange(incoming_, {});
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    ReadLine(line);
  }
}

// "250-first", "250-second", "250 last", or "250".
void MailDialogue::ReadLine(std::string_view line) {
  const bool valid = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && IsDigit(line[1]) &&
                     IsDigit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  if (!valid) {
    fault_ = "the server does not answer as SMTP wants it";
    return;
  }
  reply_.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (line.size() > 4) {
    if (!reply_.text.empty()) reply_.text += '\n';
    reply_.text.append(line.substr(4));
  }
  if (line.size() > 3 && line[3] == '-') return;
  heard_ = 0;
  OnReply(std::exchange(reply_, {}));
}

void MailDialogue::OnReply(const Reply& reply) {
  const bool positive = reply.code / 100 == (step_ == Step::kData ? 3 : 2);
  if (!positive || step_ == Step::kMessage || step_ == Step::kNoop) return Finish(reply);
  if (step_ == Step::kData) return Say(Step::kMessage, message_);
  if (asked_ == recipients_.size()) return Say(Step::kData, "DATA\r\n");
  Say(Step::kTo, "RCPT TO:<" + recipients_[asked_] + ">\r\n");
  ++asked_;
}

void MailDialogue::Finish(const Reply& reply) {
  constexpr std::string_view kNames[] = {"from", "to", "data", "message", "noop"};
  // 2yz where 3yz is due, or the other way round: neither taken nor refused.
  const bool taken = reply.code / 100 == 2 && (step_ == Step::kMessage || step_ == Step::kNoop);
  if (reply.code < 400 && !taken) {
    fault_ = "the server does not answer as SMTP wants it";
    return;
  }
  Response response;
  response.status = reply.code;
  response.headers.Add("smtp-step", std::string(kNames[static_cast<size_t>(step_)]));
  const std::string status = EnhancedStatus(reply.text);
  if (!status.empty()) response.headers.Add("smtp-status", status);
  response.body = reply.text;
  response_ = std::move(response);
  outgoing_ = "QUIT\r\n";
  sent_ = 0;
}

}  // namespace leadrelay::http
