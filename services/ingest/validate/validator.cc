#include "services/ingest/validate/validator.h"

#include <algorithm>
#include <utility>

#include "services/ingest/validate/normalise.h"

namespace leadrelay::ingest {
namespace {

bool IsReported(const std::vector<Fault>& faults, const std::string& pointer) {
  return std::ranges::find(faults, pointer, &Fault::pointer) != faults.end();
}

}  // namespace

absl::StatusOr<Validator> Validator::Create(std::string_view schema, std::string ip_hash_key) {
  absl::StatusOr<json::Schema> compiled = json::Schema::Compile(schema);
  if (!compiled.ok()) return compiled.status();
  return Validator(*std::move(compiled), std::move(ip_hash_key));
}

Checked Validator::Check(const json::Value& lead,
                         Expected expected,
                         std::string_view phone_region,
                         absl::Time now) const {
  Checked checked;
  for (json::SchemaFault& fault : schema_.Validate(lead)) {
    checked.faults.push_back(Fault{std::move(fault.pointer), std::move(fault.message)});
  }
  Meaning meaning = ReadMeaning(lead, expected, phone_region, now);
  for (Fault& fault : meaning.faults) {
    if (!IsReported(checked.faults, fault.pointer)) checked.faults.push_back(std::move(fault));
  }
  if (checked.faults.empty()) checked.lead = Normalise(lead, meaning.phone, ip_hash_key_);
  return checked;
}

}  // namespace leadrelay::ingest
