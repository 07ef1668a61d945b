#include "tests/sandbox/systems/email/email.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kPrefix = "/email/";
constexpr size_t kLongestLine = 998;  // Without its end: RFC 5322 2.1.1.

using Fields = std::vector<std::pair<std::string, std::string>>;

http::Response Reply(int code, std::string text) {
  return http::Response{code, {}, std::move(text)};
}

// The header's fields in order, folded lines unfolded.
Fields HeaderOf(std::string_view message) {
  Fields fields;
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find("\r\n"));
    message.remove_prefix(std::min(message.size(), line.size() + 2));
    if (line.empty()) break;
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (continues && !fields.empty()) fields.back().second += line;
    const size_t colon = line.find(':');
    if (continues || colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    fields.emplace_back(line.substr(0, colon), value);
  }
  return fields;
}

std::vector<std::string> ValuesOf(const Fields& header, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : header) {
    if (absl::EqualsIgnoreCase(key, std::string(name))) values.push_back(value);
  }
  return values;
}

std::string MessageId(std::string_view message) {
  const std::vector<std::string> ids = ValuesOf(HeaderOf(message), "Message-ID");
  return ids.empty() ? "" : ids.front();
}

// "" or what is wrong with it.
std::string WhyMalformed(std::string_view message) {
  const Fields header = HeaderOf(message);
  if (ValuesOf(header, "From").size() != 1) return "a message has one From";
  if (ValuesOf(header, "Date").size() != 1) return "a message has one Date";
  if (ValuesOf(header, "Message-ID").size() > 1) return "a message has one Message-ID";
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find("\r\n"));
    message.remove_prefix(std::min(message.size(), line.size() + 2));
    if (line.size() > kLongestLine) return "a line is too long";
    if (line.find_first_of("\r\n") != std::string_view::npos) return "a bare CR or LF";
    const bool ascii = std::ranges::all_of(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\0'; });
    if (!ascii) return "characters that are not ASCII";
  }
  return "";
}

}  // namespace

bool Email::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

std::vector<Window*> Email::WindowsFor(const http::Request& request) {
  if (request.url != "/email/from") return {};
  return {&hour_};
}

http::Response Email::Refuse(const Window&, absl::Time) {
  return Reply(450, "4.7.1 Error: too much mail");
}

http::Response Email::Handle(const http::Request& request, absl::Time /*now*/) {
  const std::string_view step = std::string_view(request.url).substr(kPrefix.size());
  if (step == "connect") return Reply(220, "sandbox ESMTP");
  if (step == "hello") return Reply(250, "sandbox\nSIZE 10485760\nAUTH PLAIN LOGIN");
  if (step == "login") return Login(request);
  if (step == "from") return Reply(250, "2.1.0 Ok");
  if (step == "to") return Reply(250, "2.1.5 Ok");
  if (step == "data") return Reply(354, "End data with <CR><LF>.<CR><LF>");
  if (step == "message") return Take(request);
  if (step == "noop") return Reply(250, "2.0.0 Ok");
  return Reply(500, "5.5.2 Error: no such step");
}

http::Response Email::Login(const http::Request& request) {
  const bool known = request.body == kUsername && request.headers.Get("smtp-password") == kPassword;
  ++(known ? logins_ : refused_logins_);
  return known ? Reply(235, "2.7.0 Authentication successful")
               : Reply(535, "5.7.8 Error: authentication failed");
}

http::Response Email::Take(const http::Request& request) {
  const std::string why = WhyMalformed(request.body);
  if (!why.empty()) return Reply(554, absl::StrCat("5.6.0 Error: ", why));
  mails_.push_back({std::string(request.headers.Get("smtp-from")),
                    request.headers.All("smtp-to"),
                    request.body});
  return Reply(250, absl::StrCat("2.0.0 Ok: queued as ", mails_.size()));
}

Window* Email::FindWindow(std::string_view window) {
  return window == hour_.name() ? &hour_ : nullptr;
}

void Email::Reset() {
  mails_.clear();
  logins_ = refused_logins_ = 0;
  hour_.Clear();
  hour_.set_limit(0);
}

void Email::Report(json::Writer& writer) const {
  std::set<std::string> ids;
  int64_t duplicates = 0;
  for (const Mail& mail : mails_) {
    const std::string id = MessageId(mail.message);
    if (!id.empty() && !ids.insert(id).second) ++duplicates;
  }
  writer.Member("messages", static_cast<int64_t>(mails_.size()))
      .Member("duplicates", duplicates)
      .Member("logins", logins_)
      .Member("refused_logins", refused_logins_);
  writer.Key("windows").StartArray();
  ReportWindow(hour_, writer);
  writer.EndArray();
}

void Email::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const Mail& mail : mails_) {
    if (!type.empty() && std::ranges::find(mail.to, type) == mail.to.end()) continue;
    writer.StartObject().Member("from", mail.from);
    writer.Key("to").StartArray();
    for (const std::string& address : mail.to) writer.String(address);
    writer.EndArray();
    writer.Key("header").StartObject();
    for (const auto& [name, value] : HeaderOf(mail.message)) writer.Member(name, value);
    writer.EndObject().Member("message", mail.message).EndObject();
  }
  writer.EndArray();
}

std::unique_ptr<System> email::Make() {
  return std::make_unique<Email>();
}

}  // namespace leadrelay::sandbox
