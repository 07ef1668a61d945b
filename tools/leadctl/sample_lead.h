#pragma once
// The lead that a destination is tried out with.  Pure.

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::leadctl {

// Of nobody: example.com is reserved, and `tag` makes the address one that no CRM has seen.
std::string SampleEmail(const std::string& tag);
std::string SampleLead(const std::string& tag);

// The lead as ingest would pass it on.  `tag` keys the hash of an address of the visitor's, since
// the real key is ingest's alone.  InvalidArgument with every fault, a line each.
absl::StatusOr<json::Document> ReadLead(std::string_view text,
                                        const std::string& tag,
                                        absl::Time now);

// A delivery of it that nobody has heard of before: `tag` takes the place of its idempotency key.
// `lead` outlives it.
delivery::Job SampleJob(const json::Document& lead,
                        std::string_view destination,
                        const std::string& tag,
                        absl::Time now);

}  // namespace leadrelay::leadctl
