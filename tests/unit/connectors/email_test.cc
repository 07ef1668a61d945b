// What the fixtures do not show of the e-mail connector: mistaken settings, templates, the encoding
// of headers and bodies, every reply, and `leadctl test`.

#include <sstream>

#include <gtest/gtest.h>

#include "common/crypto/crypto.h"
#include "common/http/mail.h"
#include "services/delivery/connectors/email/errors.h"
#include "services/delivery/connectors/email/mime.h"
#include "services/delivery/connectors/email/template.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::email {
namespace {

using test::ConfigureFrom;
using test::Leads;

http::Response Reply(int status, const std::string& step, const std::string& enhanced = "") {
  http::Response response;
  response.status = status;
  response.headers.Add("smtp-step", step);
  if (!enhanced.empty()) response.headers.Add("smtp-status", enhanced);
  response.body = "ann@example.com is bad";
  return response;
}

TEST(EmailSettings, Faults) {
  const std::string notify = ", notify: {to: team@example.com}";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{host: h.example, from: a@b.example" + notify + "}", ""},
      {"{host: '[::1]', security: none, port: 25, from: a@b.example" + notify + "}", ""},
      {"{host: h.example, from: a@b.example, username: u, password: '${TOKEN}'" + notify + "}", ""},
      {"{}",
       "f:1: settings.from: is required\n"
       "f:1: settings.host: is required\n"
       "f:1: settings: has to have notify, confirm or both: otherwise no mail is sent\n"},
      {"{host: 'h.example/x', from: a@b.example" + notify + "}",
       "f:1: settings.host: is no host name and no IP address\n"},
      {"{host: h.example, hello: 'a b', from: a@b.example" + notify + "}",
       "f:1: settings.hello: is no host name\n"},
      {"{host: h.example, security: starttls, from: a@b.example" + notify + "}",
       "f:1: settings.port: is for security: tls; with starttls it is mostly 587\n"},
      {"{host: h.example, port: 587, from: a@b.example" + notify + "}",
       "f:1: settings.port: is for security: starttls; with tls it is mostly 465\n"},
      {"{host: h.example, from: 'Ann <a@b.example>'" + notify + "}",
       "f:1: settings.from: is no plain address such as leads@example.com\n"},
      {"{host: h.example, from: a@b.example, notify: {to: [a@b.example, b]}}",
       "f:1: settings.notify.to: is no plain address such as leads@example.com\n"},
      {"{host: h.example, from: a@b.example, username: u" + notify + "}",
       "f:1: settings.password: is required for a login\n"},
      {"{host: h.example, from: a@b.example, username: u, password: '${BAD}'" + notify + "}",
       "f:1: settings.password: has a line break or another control character in it, or a space at "
       "an end\n"},
      {"{host: h.example, from: a@b.example, notify: {text: x}, confirm: {subject: x, text: y}}",
       "f:1: settings.notify.to: is required to notify anybody\n"},
      {"{host: h.example, from: a@b.example, confirm: {text: y}}",
       "f:1: settings.confirm.subject: is required for a confirmation\n"},
      {"{host: h.example, from: a@b.example, confirm: {subject: y}" + notify + "}",
       "f:1: settings.confirm.text: is required for a confirmation\n"},
      {"{host: h.example, from: a@b.example, confirm: {subject: '{{frist_name}}', text: '{{'}}",
       "f:1: settings.confirm.subject: {{frist_name}} is no path of a lead; did you mean "
       "\"first_name\"?\n"
       "f:1: settings.confirm.text: has {{ without }} behind it\n"},
  };
  for (const auto& [settings, faults] : cases) {
    EXPECT_EQ(ConfigureFrom("email", "settings: " + settings).faults, faults) << settings;
  }
}

std::string Rendered(const std::string& text, const std::string& lead, Template::Escape escape) {
  const json::Document document = *json::Document::Parse(lead);
  const absl::StatusOr<Template> compiled = Template::Compile(text);
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled->Render({document.root(), "l1", "l1:test", "shop", absl::UnixEpoch()}, escape);
}

TEST(Template, PutsValuesIn) {
  const std::string lead =
      R"({"email":"ann@example.com","note":"{{email}} <&\"'>\nx","form_data":{"a b":[1,2],"c":true}})";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"no place } } { {", "no place } } { {"},
      {"{{email}}", "ann@example.com"},
      {"a{{  email  }}b{{email}}c", "aann@example.combann@example.comc"},
      {"{{name}}|{{name ?? friend of ours}}|{{name??}}|{{email ?? x}}",
       "|friend of ours||ann@example.com"},
      {"{{form_data.a b}} {{form_data.c}} {{form_data.none ?? none}}", "1;2 true none"},
      {"{{note}}", "{{email}} <&\"'>\nx"},
      {"{{lead}}",
       "email: ann@example.com\nnote: {{email}} <&\"'>\nx\nlead_id: l1\npublisher: shop\n"
       "accepted_at: 1970-01-01T00:00:00.000Z\nform_data.a b: 1;2\nform_data.c: true\n"},
  };
  for (const auto& [text, rendered] : cases) {
    EXPECT_EQ(Rendered(text, lead, Template::Escape::kNone), rendered) << text;
  }
  EXPECT_EQ(Rendered("<b title=\"{{note}}\">&", lead, Template::Escape::kHtml),
            "<b title=\"{{email}} &lt;&amp;&quot;&#39;&gt;<br>\nx\">&");
}

TEST(HeaderText, IsEncodedWhereItHasToBe) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"New lead: Ann (\"A\")", "New lead: Ann (\"A\")"},
      {"  a\r\nBcc: x@example.com\t\x7f", "a  Bcc: x@example.com"},
      {"\r\n", ""},
      {"=?utf-8?B?eA==?=", "=?utf-8?B?PT91dGYtOD9CP2VBPT0/PQ==?="},
      {"\xc3\xa4", "=?utf-8?B?w6Q=?="},
      {std::string(61, 'a'),
       "=?utf-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh?=\r\n "
       "=?utf-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==?="},
  };
  for (const auto& [text, header] : cases) EXPECT_EQ(HeaderText(text), header) << text;
}

TEST(HeaderText, SplitsNoCharacter) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "a\xf0\x9f\x98\x80";
  const std::string header = HeaderText(text);
  size_t words = 0;
  for (size_t at = 0; (at = header.find("?B?", at)) != std::string::npos; ++words) {
    const size_t begin = at + 3;
    at = header.find("?=", begin);
    const std::string word = *crypto::FromBase64(header.substr(begin, at - begin));
    EXPECT_NE(static_cast<unsigned char>(word.front()) & 0xc0, 0x80);
    EXPECT_LE(at + 2 - header.rfind('=', begin - 8), 76U);
  }
  EXPECT_EQ(words, 7U);
}

TEST(QuotedPrintable, IsAsciiInShortLines) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "\r\n"},
      {"a", "a\r\n"},
      {"a\n", "a\r\n"},
      {"a\r\nb\rc\n\nd", "a\r\nb\r\nc\r\n\r\nd\r\n"},
      {"a \n b", "a=20\r\n b\r\n"},
      {"a=b\t\xc3\xa4", "a=3Db=09=C3=A4\r\n"},
      {std::string("a\0b", 3), "a=00b\r\n"},
      {std::string(76, 'x'), std::string(75, 'x') + "=\r\nx\r\n"},
      {std::string(74, 'x') + "=", std::string(74, 'x') + "=\r\n=3D\r\n"},
  };
  for (const auto& [text, encoded] : cases) EXPECT_EQ(QuotedPrintable(text), encoded) << text;
}

TEST(IsMailbox, TakesPlainAddressesAlone) {
  for (const char* address : {"a@b.example", "o'brien+x=y@sub.b-c.example", "a.b_c@b"}) {
    EXPECT_TRUE(IsMailbox(address)) << address;
  }
  for (const char* address : {"",
                              "a",
                              "@b",
                              "a@",
                              "a b@c",
                              "\"a\"@b",
                              "a@b, c@d",
                              "a@b>",
                              "<a@b>",
                              "a@b\r\nBcc: c@d",
                              ".a@b",
                              "a..b@c",
                              "a@b@c",
                              "a@[127.0.0.1]",
                              "j\xc3\xb6rg@b"}) {
    EXPECT_FALSE(IsMailbox(address)) << address;
  }
}

// The names of a header's fields, in order.
std::string FieldsOf(const std::string& header) {
  std::string names;
  std::istringstream lines(header);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(' ')) continue;  // Goes on.
    absl::StrAppend(&names, line.substr(0, line.find(": ")), " ");
  }
  return names;
}

// Whatever a lead has in it: the transport takes the mail, and its header has our fields alone.
TEST(Email, NoValueBreaksAMessage) {
  const test::Configured configured = ConfigureFrom("email", R"(
settings:
  host: h.example
  from: a@b.example
  from_name: Ann
  notify: {to: t@b.example, subject: "{{note}}", html: "<p>{{lead}}"}
  confirm: {subject: "{{note}}{{note}}", text: "{{note}}"}
)");
  ASSERT_EQ(configured.faults, "");
  for (const std::string& value : {std::string("\r\n.\r\nMAIL FROM:<x@example.com>\r\n"),
                                   std::string("x\r\nBcc: all@example.com\r\n\r\nbody"),
                                   std::string("--=_leadrelay--\r\n--=_leadrelay\r\n"),
                                   std::string("nul\0byte\x01", 9),
                                   std::string("\xE2\x80\xAE\xF0\x9F\x98\x80"),
                                   std::string(9'000, '.'),
                                   std::string(9'000, '\n')}) {
    json::Writer writer;
    writer.StartObject().Member("email", "ann@example.com").Member("note", value).EndObject();
    Leads leads({writer.Take()});
    std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
    for (int mail = 0; mail < 2; ++mail) {
      ASSERT_TRUE(call.has_value());
      EXPECT_EQ(http::WhyMailUnsendable(call->request), "");
      const std::string& message = call->request.body;
      const std::string header = message.substr(0, message.find("\r\n\r\n"));
      EXPECT_EQ(FieldsOf(header),
                mail == 0 ? "From To Reply-To Subject Date Message-ID X-Leadrelay-Delivery "
                            "Auto-Submitted MIME-Version Content-Type "
                          : "From To Subject Date Message-ID X-Leadrelay-Delivery Auto-Submitted "
                            "MIME-Version Content-Type Content-Transfer-Encoding ");
      const delivery::Reply reply{*call, Reply(250, "message")};
      call = configured.connector->Next(leads.batch, &reply);
    }
    EXPECT_FALSE(call.has_value());
  }
}

TEST(EmailReplies, Table) {
  using Kind = Outcome::Kind;
  struct Case {
    int status;
    std::string step;
    std::string enhanced;
    Kind team;
    Kind lead;
  };
  const std::vector<Case> cases = {
      {421, "connect", "", Kind::kRetry, Kind::kRetry},
      {421, "from", "4.7.0", Kind::kThrottled, Kind::kThrottled},
      {421, "message", "4.3.2", Kind::kThrottled, Kind::kThrottled},
      {421, "from", "4.4.2", Kind::kRetry, Kind::kRetry},
      {450, "to", "4.2.0", Kind::kRetry, Kind::kRetry},
      {451, "message", "4.7.1", Kind::kRetry, Kind::kRetry},
      {454, "login", "", Kind::kThrottled, Kind::kThrottled},
      {454, "connect", "", Kind::kRetry, Kind::kRetry},
      {554, "connect", "", Kind::kUnauthorized, Kind::kUnauthorized},
      {530, "from", "5.7.0", Kind::kUnauthorized, Kind::kUnauthorized},
      {535, "login", "5.7.8", Kind::kUnauthorized, Kind::kUnauthorized},
      {550, "from", "", Kind::kUnauthorized, Kind::kUnauthorized},
      {550, "to", "5.7.1", Kind::kUnauthorized, Kind::kUnauthorized},
      {550, "to", "5.1.1", Kind::kUnauthorized, Kind::kRejected},
      {552, "message", "5.3.4", Kind::kRejected, Kind::kRejected},
      {554, "data", "", Kind::kRejected, Kind::kRejected},
  };
  for (const Case& each : cases) {
    const http::Response reply = Reply(each.status, each.step, each.enhanced);
    EXPECT_EQ(JudgeReply(reply, Recipient::kTeam).outcome.kind, each.team) << Describe(reply);
    EXPECT_EQ(JudgeReply(reply, Recipient::kLead).outcome.kind, each.lead) << Describe(reply);
  }
}

// Nothing that a server says may reach a log: it may quote the lead.
TEST(EmailReplies, NoOutcomeQuotesTheReply) {
  for (int status = 0; status < 600; ++status) {
    for (const char* step : {"connect", "login", "from", "to", "data", "message", ""}) {
      const Outcome outcome = JudgeReply(Reply(status, step), Recipient::kLead).outcome;
      EXPECT_EQ((outcome.reason + outcome.remedy).find("example.com"), std::string::npos);
    }
  }
}

TEST(EmailProbe, LogsInAndSendsNothing) {
  const test::Configured configured = ConfigureFrom("email", R"(
settings:
  host: h.example
  from: a@b.example
  username: relay
  password: ${TOKEN}
  notify: {to: t@b.example}
)");
  const Probe probe = configured.connector->Probes(absl::UnixEpoch()).front();
  http::Request request = probe.request;
  configured.connector->Authorize(
      request, {}, {}, configured.connector->StaticCredential(), absl::UnixEpoch());
  EXPECT_EQ(request.method, "NOOP");
  EXPECT_EQ(request.url, "smtps://h.example:465/b.example");
  EXPECT_EQ(request.headers.Get("smtp-password"), "test-token");
  EXPECT_EQ(http::WhyMailUnsendable(request), "");
  EXPECT_TRUE(configured.connector->JudgeProbe(probe, Reply(250, "noop")).ok);
  for (const http::Response& reply :
       {Reply(535, "login"), Reply(554, "connect"), Reply(421, "connect")}) {
    const Finding finding = configured.connector->JudgeProbe(probe, reply);
    EXPECT_FALSE(finding.ok);
    EXPECT_FALSE(finding.remedy.empty()) << finding.message;
  }
}

}  // namespace
}  // namespace leadrelay::delivery::email
