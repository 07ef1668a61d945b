#include "services/delivery/connectors/email/settings.h"

#include <algorithm>

#include "services/delivery/connectors/email/mime.h"
#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::email {
namespace {

constexpr int64_t kImplicitTlsPort = 465;
constexpr int64_t kSubmissionPort = 587;

// A name, or an address; an IPv6 one in brackets.
bool IsHost(std::string_view text) {
  const bool literal = text.size() > 2 && text.starts_with('[') && text.ends_with(']');
  if (literal) text = text.substr(1, text.size() - 2);
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [literal](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || (literal && c == ':');
  });
}

std::string ReadMailbox(config::Section& section, std::string_view key, std::string text) {
  if (!text.empty() && !IsMailbox(text)) {
    section.AddFault(key, "is no plain address such as leads@example.com");
  }
  return text;
}

void ReadServer(config::Section& section, Settings& settings) {
  const std::string host = section.RequiredText("host");
  if (!host.empty() && !IsHost(host)) section.AddFault("host", "is no host name and no IP address");
  const int64_t port = section.Int("port", kImplicitTlsPort, 1, 65535);
  const std::string security = section.OneOf("security", "tls", {"tls", "starttls", "none"});
  if (security == "starttls" && port == kImplicitTlsPort) {
    section.AddFault("port", "is for security: tls; with starttls it is mostly 587");
  }
  if (security == "tls" && port == kSubmissionPort) {
    section.AddFault("port", "is for security: starttls; with tls it is mostly 465");
  }
  settings.tls = security != "none";
  std::string hello = section.Text("hello");
  if (!hello.empty() && !IsHost(hello)) section.AddFault("hello", "is no host name");
  if (hello.empty()) hello = DomainOf(settings.from);
  settings.url =
      absl::StrCat(security == "tls" ? "smtps://" : "smtp://", host, ":", port, "/", hello);
}

void ReadLogin(config::Section& section, Settings& settings) {
  settings.username = section.Text("username");
  settings.password = section.Secret("password");
  if (section.Has("username") != section.Has("password")) {
    section.AddFault(section.Has("username") ? "password" : "username", "is required for a login");
  }
  for (const auto& [key, value] :
       {std::pair("username", &settings.username), std::pair("password", &settings.password)}) {
    if (!IsHeaderValue(*value)) {
      section.AddFault(key,
                       "has a line break or another control character in it, or a space at an end");
    }
  }
}

void ReadSender(config::Section& section, Settings& settings) {
  settings.from = ReadMailbox(section, "from", section.RequiredText("from"));
  settings.from_name = section.Text("from_name");
  settings.envelope_from = ReadMailbox(section, "envelope_from", section.Text("envelope_from"));
  if (settings.envelope_from.empty()) settings.envelope_from = settings.from;
}

Template ReadTemplate(config::Section& section, std::string_view key, const std::string& text) {
  absl::StatusOr<Template> compiled = Template::Compile(text);
  if (compiled.ok()) return *std::move(compiled);
  section.AddFault(key, std::string(compiled.status().message()));
  return {};
}

void ReadNotification(config::Section section, Settings& settings) {
  for (const std::string& address : section.Texts("to")) {
    settings.team.push_back(ReadMailbox(section, "to", address));
  }
  settings.notification.subject =
      ReadTemplate(section, "subject", section.Text("subject", "New lead: {{name ?? no name}}"));
  settings.notification.text = ReadTemplate(section, "text", section.Text("text", "{{lead}}"));
  const std::string html = section.Text("html");
  if (!html.empty()) settings.notification.html = ReadTemplate(section, "html", html);
  const bool any = section.Has("subject") || section.Has("text") || section.Has("html");
  if (settings.team.empty() && any) section.AddFault("to", "is required to notify anybody");
}

void ReadConfirmation(config::Section section, Settings& settings) {
  const std::string text = section.Text("text");
  const std::string subject = section.Text("subject");
  const std::string html = section.Text("html");
  settings.reply_to = ReadMailbox(section, "reply_to", section.Text("reply_to"));
  settings.confirms = !text.empty();
  settings.confirmation.subject = ReadTemplate(section, "subject", subject);
  settings.confirmation.text = ReadTemplate(section, "text", text);
  if (!html.empty()) settings.confirmation.html = ReadTemplate(section, "html", html);
  const bool any = !subject.empty() || !html.empty() || !settings.reply_to.empty();
  if (text.empty() && any) section.AddFault("text", "is required for a confirmation");
  if (!text.empty() && subject.empty()) {
    section.AddFault("subject", "is required for a confirmation");
  }
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  ReadSender(setup.settings, settings);
  ReadServer(setup.settings, settings);
  ReadLogin(setup.settings, settings);
  ReadNotification(setup.settings.Child("notify"), settings);
  ReadConfirmation(setup.settings.Child("confirm"), settings);
  if (settings.team.empty() && !settings.confirms) {
    setup.settings.AddFault("has to have notify, confirm or both: otherwise no mail is sent");
  }
  return settings;
}

}  // namespace leadrelay::delivery::email
