#include "services/ingest/receive/form.h"

#include <gtest/gtest.h>

#include "tests/unit/ingest/parse.h"

namespace leadrelay::ingest {
namespace {

const absl::Time kNow = absl::FromUnixMillis(1'790'000'000'250);

config::Form Demo() {
  config::Form form;
  form.name = "demo";
  form.success_url = "https://www.example.com/thanks";
  form.honeypot = "website";
  form.fields = {{"mail", "email"}, {"budget", "deal.value"}, {"campaign", "source.utm_campaign"}};
  return form;
}

TEST(Form, BuildLead) {
  struct Case {
    std::string posted;
    std::string identity;
  };
  const std::vector<Case> cases = {
      {"mail=ada%40example.com&name=Ada+King", R"({
         "email": "ada@example.com", "name": "Ada King", "form_name": "demo"})"},
      {"first_name=Ada&last_name=King&email=ada%40example.com",
       R"({"email": "ada@example.com", "first_name": "Ada", "last_name": "King",
           "form_name": "demo"})"},
      {"consent=on&utm_source=news&campaign=may",
       R"({"consent_given": true, "form_name": "demo",
           "source": {"utm_source": "news", "utm_campaign": "may"}})"},
      {"consent_given=0&consent_given=1", R"({"consent_given": true, "form_name": "demo"})"},
      {"consent_given=no", R"({"consent_given": false, "form_name": "demo"})"},
      {"budget=2500.50&form_name=own", R"({"deal": {"value": 2500.5}, "form_name": "own"})"},
      {"budget=lots", R"({"deal": {"value": "lots"}, "form_name": "demo"})"},
      {"plan=pro&topic=a&topic=b&website=",
       R"({"form_data": {"plan": "pro", "topic": ["a", "b"]}, "form_name": "demo"})"},
      {"=nameless&plan", R"({"form_data": {"plan": ""}, "form_name": "demo"})"},
      {"note=Gr%FC%DFe", R"({"note": "Grüße", "form_name": "demo"})"},
      {"Gr%F6%DFe=1&Gr%FC%DFe=2",
       R"({"form_data": {"Größe": "1", "Grüße": "2"}, "form_name": "demo"})"},
  };
  for (const Case& c : cases) {
    const FormLead lead = BuildLead(Demo(), http::ParseForm(c.posted), Visitor{}, kNow);
    EXPECT_EQ(Json(lead.identity).root(), Json(c.identity).root()) << c.posted << "\n"
                                                                   << lead.identity;
  }
}

TEST(Form, WhatTheServerAdds) {
  const Visitor visitor{"192.0.2.7", "Browser/1", "https://www.example.com/demo"};
  const FormLead lead = BuildLead(Demo(), http::ParseForm("mail=ada%40example.com"), visitor, kNow);
  EXPECT_EQ(Json(lead.json).root(),
            Json(R"({
    "email": "ada@example.com", "form_name": "demo", "submitted_at": "2026-09-21T14:13:20.250Z",
    "ip_address": "192.0.2.7", "user_agent": "Browser/1",
    "source": {"url": "https://www.example.com/demo"}})")
                .root());
  // Posted again later, from elsewhere, it is the same lead.
  const FormLead again = BuildLead(
      Demo(), http::ParseForm("mail=ada%40example.com"), Visitor{}, kNow + absl::Hours(1));
  EXPECT_EQ(again.identity, lead.identity);
}

TEST(Form, Honeypot) {
  EXPECT_TRUE(IsTrapped(Demo(), http::ParseForm("mail=x&website=spam")));
  EXPECT_FALSE(IsTrapped(Demo(), http::ParseForm("mail=x&website=")));
  EXPECT_FALSE(IsTrapped(config::Form(), http::ParseForm("=x")));
}

TEST(Form, Response) {
  const http::Response to_success{
      303, {{"location", "https://www.example.com/thanks"}, {"cache-control", "no-store"}}, ""};
  EXPECT_EQ(FormResponse(Demo(), Accepted{}), to_success);

  config::Form form = Demo();
  EXPECT_EQ(FormResponse(form, InvalidLead({})).status, 422);
  EXPECT_EQ(FormResponse(form, Unavailable("")).status, 503);
  EXPECT_EQ(FormResponse(form, Unavailable("")).headers.Get("retry-after"), "2");
  EXPECT_EQ(FormResponse(form, Unavailable("")).headers.Get("content-type"),
            "text/html; charset=utf-8");
  form.failure_url = "https://www.example.com/sorry";
  EXPECT_EQ(FormResponse(form, InvalidLead({})).headers.Get("location"), form.failure_url);
  EXPECT_EQ(FormResponse(form, Unavailable("")).status, 303);
}

TEST(Form, Visitor) {
  http::Request request;
  request.headers = {{"User-Agent", "Browser/1"},
                     {"Referer", "https://www.example.com/demo"},
                     {"X-Forwarded-For", "1.1.1.1"}};
  const Visitor visitor = VisitorOf(request, "10.0.0.1");
  EXPECT_EQ(visitor.address, "1.1.1.1");
  EXPECT_EQ(visitor.user_agent, "Browser/1");
  EXPECT_EQ(visitor.page, "https://www.example.com/demo");

  request.headers = {{"User-Agent", std::string(2000, 'x')},
                     {"Referer", "about:client"},
                     {"X-Forwarded-For", std::string(100, '1')}};
  const Visitor odd = VisitorOf(request, "10.0.0.1");
  EXPECT_EQ(odd.address, "");
  EXPECT_EQ(odd.user_agent.size(), 1024u);
  EXPECT_EQ(odd.page, "");
}

}  // namespace
}  // namespace leadrelay::ingest
