// DEPS: leadrelay_ingest_answers leadrelay_http_message
// Whatever a browser posts becomes JSON, and posting it again is the same lead.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/json/json.h"
#include "services/ingest/receive/form.h"

namespace leadrelay::ingest {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void Fuzz(std::string_view posted) {
  config::Form form;
  form.name = "demo";
  form.honeypot = "website";
  form.fields = {{"mail", "email"}, {"budget", "deal.value"}, {"odd", "source"}};
  const http::Fields fields = http::ParseForm(posted);
  (void)IsTrapped(form, fields);
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  const FormLead first = BuildLead(form, fields, Visitor{}, now);
  const FormLead second = BuildLead(
      form, fields, Visitor{"192.0.2.1", "\xFF", "https://example.com"}, now + absl::Hours(1));
  Check(json::Document::Parse(first.json).ok());
  Check(json::Document::Parse(second.json).ok());
  Check(json::Document::Parse(first.identity).ok());
  Check(first.identity == second.identity);
}

}  // namespace
}  // namespace leadrelay::ingest

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  leadrelay::ingest::Fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
