#pragma once
// Salesforce: one org with its leads, contacts, opportunities, tasks and notes.
// Facts: REST API Developer Guide and Object Reference, v67.0 (Summer '26), the help pages of its
// OAuth flows, and the error bodies that clients have seen.
//
// What it holds to:
//   - an e-mail address is no identity: two leads may share it;
//   - Delivery_Key__c, which every object has, is unique and an external id, without regard to
//   case;
//   - a collection answers 200 with a verdict for each record, and counts as one request; a field
//     that does not exist refuses the whole of it;
//   - with allOrNone a composite request does everything or nothing;
//   - a duplicate rule takes people of one name and phone number for the same, and names them only
//     to whoever writes a single record;
//   - bulk jobs are written in the org's own time (ingest.h);
//   - SOQL sees what was written a moment ago;
//   - requests of a rolling day are counted (403 REQUEST_LIMIT_EXCEEDED), nothing else.
//
// Accepted credentials: tokens of its token endpoint, which gives them for an assertion of
// kUsername signed with kPrivateKey, for kRefreshToken, or for client credentials; until
// ExpireTokens().

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/salesforce/database.h"
#include "tests/sandbox/systems/salesforce/ingest.h"

namespace leadrelay::sandbox {

class Salesforce final : public System {
 public:
  static constexpr std::string_view kClientId = "sandbox-consumer";
  static constexpr std::string_view kClientSecret = "sandbox-secret";
  static constexpr std::string_view kRefreshToken = "sandbox-refresh";
  static constexpr std::string_view kUsername = "integration@sandbox.example";
  // A test key: made for the sandbox, of use to nobody.
  static constexpr std::string_view kPrivateKey = R"(-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDT/6dkn309RBC0
+CNjpMSZp/zML4xU/bctVvmNFYAdCLGYjb3XAFxBzOGgqOfKgVsS/bSeWPSF60dQ
YqfAJC5LJVuKpSFIs3B6hreAG2FJBItAaETsUWjrqndtvtzgDZrz0RzssYRcACDq
9dphwy+/YqCR0fyLZQXifd+yq88n0zsfjAp0z5mr5Dpll4i4Vh8C4z/rcHi9tI+S
G8hWBhaurvKOgilWot8GxzaQM8R94thm6hh9Fqjxq5Rsdu+NrI7B6v+H/ltB+moO
xWFaZapyoIER+rNwHyGGkdUJc5pSfUvPoJQsx5mMxhc4a4YgdQ7SiOies5aVhSJP
jUEaIIxjAgMBAAECggEAYUgUDtsXE9mblwe06aEu7FnHagU5rricaYxbSJAAsZIP
OPN2FWafbzxunxRTBTy1x7GvQ+iLELcGCw+ybbvMmIQkjSs4ak2ZREh0hS9LRb/1
jJEsa4ryDA617iDi51em7tJbJQxSsgsHD/rQgwMX8ol2KGQFMQwjFqtvTuSDU4DG
wnbrx7pk/7EcaFco/gjfFQ4aAsnkLHJ2MMNIXiWveAbDLHgi+Ips6yezHAOI7mS8
FH2AZzhIoTPdWz9CcRtsSsn9PmB92qAzmPloAJ0Zpc44l6BJT9TsUmRNRFMc38WE
qtr/+TDjmVDaqtlRI2qjTxcEgTiYYuP0XYzkk04R9QKBgQD8p9mEf6KmKw2Gu2K2
MrVkAOsglf5t6+Y297PkF9kFeDCz3JpVXzY2Mfo8j+dac/FXI+4wusaJHvodkKn2
wW9vuT5h496+GxVFvGfTRiuLoDVRH7hw+akj8DfIzrZzWgqHC1WvGdJOYrZ47QLA
mJZhU2LxD4wibPgKQjMkTWXW9wKBgQDWzgibnc9/0E9rsTlrprrTErYya3A0MiHQ
ZKDj1+gcZX4pjnYThf4IHFjY2yPqpEcGmE3KwDnQe4rinxFB4gCGqKJVGmkvbNMa
H069PgJ42/ZZozIq1MKX0nyyS0Z/1mY522KvNJnE7M9T91TnUaw8MHxpEjCp0AtE
mieaRrY+9QKBgFmh6ocZCMjOqUPNIp3kq3lI4iFzVQoGEGwbwFQBKdrI4u5MKuxy
lLbxUAdAPiFW1J3Hf28GM/zdYnouoj2KLlCCdWEhCBqFXSyaRHMth7FHKuMWz8Y0
rA613/R7cTrHDMkP+lveWz+3wWhxHPLary7j+Evw6hQkeHKbPa15T9HNAoGBANJT
BuaojMYPh9RgwWKA7KlDxxZzUHgrJiTQgyDVBTbYwcGa9k6Dgosahnw/hll35Pu2
IWWG9pUGgqUHL3Sc//raH6jIpXmESudnBEgT8YO5jOuT+ckqbicOOH6zaiI+IfZA
s83t6SqC3TbQFFgzBjwhFZAj+XYsePwBHQnYdxYJAoGAQTqgOypitwcuHodCTgHK
Mva7PCPZD1FtwUoxeh5H0BNUXm8wZjYwz7pcw5g3aPP7wtj3ALVlEmoWMrCQJkrX
UQ1nQY1d12CMH9MH0f1ZJXBZ6Zq1P+Hr86rdCM2ZXxIJQ+rDjwFdH07yyYeQR/6+
iUnwME8e39J3pxeSWA3VlEk=
-----END PRIVATE KEY-----)";

  Salesforce();

  std::string_view name() const override { return "salesforce"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void ExpireTokens() override { tokens_.clear(); }
  Window* FindWindow(std::string_view name) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  using Path = std::vector<std::string>;

  http::Response Token(const http::Request& request, absl::Time now);
  bool AssertionHolds(const std::string& assertion, absl::Time now, std::string& why) const;

  http::Response Api(const http::Request& request, const Path& path, absl::Time now);
  http::Response Query(const http::Request& request) const;
  http::Response Describe(const std::string& object) const;
  http::Response Single(const http::Request& request, const Path& path, absl::Time now);
  http::Response Show(const http::Request& request,
                      const std::string& object,
                      const salesforce::Record& record) const;
  http::Response Write(const http::Request& request,
                       const std::string& object,
                       const json::Value& values,
                       salesforce::Record* old,
                       absl::Time now);
  http::Response Collection(const http::Request& request, const Path& path, absl::Time now);
  http::Response Composite(const http::Request& request, absl::Time now);
  int64_t CountDuplicates(
      std::string_view object,
      const std::function<std::string(const salesforce::Record&)>& identity) const;

  salesforce::Database database_;
  salesforce::Ingest ingest_{database_};
  std::set<std::string, std::less<>> tokens_;
  Window day_;
  int64_t next_token_ = 1;
};

namespace salesforce {
std::unique_ptr<System> Make();
}  // namespace salesforce

}  // namespace leadrelay::sandbox
