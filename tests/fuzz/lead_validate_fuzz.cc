// DEPS: leadrelay_ingest_validate leadrelay_json leadrelay_text
// Whatever a publisher sends is either refused with faults, or becomes a lead that our own contract
// takes again, unchanged.
//
// The input is one byte for the publisher's region, then the lead.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/ingest/validate/lead_schema.h"
#include "services/ingest/validate/validator.h"

namespace leadrelay::ingest {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

void Check(bool holds) {
  if (!holds) std::abort();
}

// Without what we add and do not take from publishers.
json::Document AsSubmitted(const json::Value& lead) {
  json::Writer writer;
  writer.StartObject();
  for (const json::Value::Member& member : lead.Members()) {
    if (member.key != "phone_raw" && member.key != "ip_hash")
      writer.Member(member.key, member.value);
  }
  writer.EndObject();
  return json::Document::Parse(writer.Take()).value();
}

void Fuzz(std::string_view input) {
  static const Validator validator = Validator::Create(LeadSchemaText(), "key").value();
  constexpr std::string_view kRegions[] = {"", "DE", "US", "IT"};
  if (input.empty()) return;
  const std::string_view region = kRegions[static_cast<unsigned char>(input[0]) % 4];
  const absl::StatusOr<json::Document> sent = json::Document::Parse(input.substr(1));
  if (!sent.ok()) return;

  const Checked first = validator.Check(sent->root(), Expected::kEither, region, kNow);
  for (const Fault& fault : first.faults) Check(!fault.detail.empty());
  Check(first.faults.empty() != first.lead.json().empty());
  if (!first.faults.empty()) return;

  const json::Value lead = first.lead.root();
  Check(lead.IsObject());
  Check(!lead.Find("ip_address").exists());
  Check(lead.Find("consent_given").BoolOr(false) == first.lead.consent_given());
  Check(lead.Find("form_name").StringOr("") == first.lead.form_name());

  const json::Document again = AsSubmitted(lead);
  const Checked second = validator.Check(again.root(), Expected::kEither, region, kNow);
  for (const Fault& fault : second.faults) {
    // Taken apart or put together, names may exceed what is taken from publishers.
    Check(fault.pointer == "/name" || fault.pointer == "/first_name" ||
          fault.pointer == "/last_name");
  }
  if (second.faults.empty()) Check(AsSubmitted(second.lead.root()).root() == again.root());
}

}  // namespace
}  // namespace leadrelay::ingest

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  leadrelay::ingest::Fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
