#pragma once
// What a JSON schema cannot say about a lead: is the e-mail address one, is the date a date?  Pure.

#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "common/text/phone.h"
#include "services/ingest/validate/fault.h"

namespace leadrelay::ingest {

// What the way in takes.
enum class Expected {
  kLead,       // Without `operation`.
  kOperation,  // With one.
  kEither,
};

struct Meaning {
  std::vector<Fault> faults;
  text::Phone phone;  // kNotANumber when there is none.
};

// Looks at members of the right type only: the others are the schema's to report.  An empty text
// counts as absent.
Meaning ReadMeaning(const json::Value& lead,
                    Expected expected,
                    std::string_view phone_region,
                    absl::Time now);

}  // namespace leadrelay::ingest
