#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

TEST(WebhookSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("webhook", R"(
settings:
  url: http://127.0.0.1:8080/leads
  allow_http: true
  method: PATCH
  format: json
  body: event
  type: lead.created.v2
  auth: api_key
  token: ${TOKEN}
  api_key_header: X-Api-Key
  headers: {X-Source: website, X-Team: "${TOKEN}"}
  signing_secret: ${SECRET}
  previous_signing_secret: ${OLD_SECRET}
  idempotency_key: bare
  success: [200, 202]
  remote_id_pointer: /data/a~1b/0
mapping: {email: email}
)")
                .faults,
            "");
}

TEST(WebhookSettings, Faults) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{}", "f:1: settings.url: is required\n"},
      {"{url: 'http://crm.example.com'}",
       "f:1: settings.url: is plain http: use https, or set allow_http: true\n"},
      {"{url: 'https://a.example', method: GET}",
       "f:1: settings.method: \"GET\" is not one of POST, PUT, PATCH\n"},
      {"{url: 'https://a.example', format: form, body: event}",
       "f:1: settings.body: an event cannot be form-encoded: use body: flat or format: json\n"},
      {"{url: 'https://a.example', type: 'lead created'}",
       "f:1: settings.type: may have letters, digits, _ and . only\n"},
      {"{url: 'https://a.example', auth: bearer}",
       "f:1: settings.token: is required: write ${NAME} for an environment variable or "
       "${file:PATH}\n"},
      {"{url: 'https://a.example', auth: bearer, token: '${BAD}'}",
       "f:1: settings.token: has a line break or another control character in it, or ends in a "
       "space\n"},
      {"{url: 'https://a.example', auth: api_key, token: '${TOKEN}'}",
       "f:1: settings.api_key_header: is required\n"},
      {"{url: 'https://a.example', auth: api_key, token: '${TOKEN}', api_key_header: 'X Key'}",
       "f:1: settings.api_key_header: is no header name\n"},
      {"{url: 'https://a.example', auth: api_key, token: '${TOKEN}', api_key_header: "
       "Authorization}",
       "f:1: settings.api_key_header: is set by this program itself: use auth: bearer\n"},
      {"{url: 'https://a.example', auth: basic, username: 'a:b', password: '${TOKEN}'}",
       "f:1: settings.username: may not have a colon in it (RFC 7617)\n"},
      {"{url: 'https://a.example', auth: bearer, token: '${TOKEN}', username: ann}",
       "f:1: settings.username: is not used with auth: bearer\n"},
      {"{url: 'https://a.example', token: '${TOKEN}'}",
       "f:1: settings.token: is not used with auth: none\n"},
      {"{url: 'https://a.example', headers: {'X Y': z}}",
       "f:1: settings.headers: \"X Y\" is no header name\n"},
      {"{url: 'https://a.example', headers: {Webhook-Id: z}}",
       "f:1: settings.headers: \"Webhook-Id\" is set by this program itself\n"},
      {"{url: 'https://a.example', headers: {X-Team: '${BAD}'}}",
       "f:1: settings.headers: the value of \"X-Team\" has a line break or another control "
       "character in it, or a space at an end\n"},
      {"{url: 'https://a.example', signing_secret: '${TOKEN}'}",
       "f:1: settings.signing_secret: is no signing secret: it has to be whsec_ and the base64 "
       "text of 24 to 64 random bytes\n"},
      {"{url: 'https://a.example', previous_signing_secret: '${SECRET}'}",
       "f:1: settings.previous_signing_secret: needs a signing_secret that follows it\n"},
      {"{url: 'https://a.example', remote_id_pointer: data.id}",
       "f:1: settings.remote_id_pointer: is no JSON pointer: write it like /data/id\n"},
      {"{url: 'https://a.example', remote_id_pointer: /a~2}",
       "f:1: settings.remote_id_pointer: is no JSON pointer: write it like /data/id\n"},
      {"{url: 'https://a.example', success: [200, 404]}",
       "f:1: settings.success[1]: \"404\" is out of range: 200 to 299\n"},
      {"{url: 'https://a.example', ulr: x}",
       "f:1: settings.ulr: unknown key; did you mean \"url\"?\n"},
  };
  for (const auto& [settings, fault] : cases) {
    EXPECT_EQ(ConfigureFrom("webhook", "settings: " + settings).faults, fault) << settings;
  }
}

TEST(WebhookSettings, FaultsOfTheMapping) {
  EXPECT_EQ(
      ConfigureFrom("webhook", "settings: {url: 'https://a.example'}\nmapping: {a: emial}").faults,
      "f:2: mapping.a: \"emial\" is no path of a lead; did you mean \"email\"?\n");
}

}  // namespace
}  // namespace leadrelay::test
