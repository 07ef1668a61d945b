#pragma once
// Validator: is it a lead, and what does it look like in our own spelling?  Pure; any thread.
//
// Two questions in one pass, since the answer to the first (a phone number that parses) is most of
// the second.  The normalised lead is what travels to the CRMs:
//
//   every text        trimmed; an empty one, and a null, is left out
//   email             the domain in lower case (the local part is the mail host's business)
//   phone             E.164 where the country is known, with what was sent as phone_raw beside it
//   name              on one line, with first_name and last_name beside it
//   ip_address        gone; ip_hash in its place (ip_hash.h)
//   consent_given     always there; without consent there is no consent_timestamp
//   deal.currency     in capital letters

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/ingest/validate/fault.h"
#include "services/ingest/validate/meaning.h"
#include "services/ingest/validate/normal_lead.h"

namespace leadrelay::ingest {

struct Checked {
  std::vector<Fault> faults;  // Every one, in the order of the schema's checks, then ours.
  NormalLead lead;            // Empty when there are faults.
};

class Validator {
 public:
  // `schema` is proto/lead.v1.schema.json.  InvalidArgument when it is no schema.
  static absl::StatusOr<Validator> Create(std::string_view schema, std::string ip_hash_key);

  // `phone_region` is "DE", or empty when it is not known.
  Checked Check(const json::Value& lead,
                Expected expected,
                std::string_view phone_region,
                absl::Time now) const;

 private:
  Validator(json::Schema schema, std::string ip_hash_key)
      : schema_(std::move(schema)), ip_hash_key_(std::move(ip_hash_key)) {}

  json::Schema schema_;
  std::string ip_hash_key_;
};

}  // namespace leadrelay::ingest
