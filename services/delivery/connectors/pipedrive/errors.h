#pragma once
// What Pipedrive's error answers mean.  Pure.
// Facts: core-api-concepts-http-status-codes, marketplace-oauth-and-api-proxy-status-codes, and the
// examples in the vendor's specs:
//   v2  {"success":false,"error":"Validation failed: ..","code":"ERR_SCHEMA_VALIDATION_FAILED"}
//   v1  {"success":false,"error":"Name must be given.","error_info":"..","data":null}
//
// Texts are not stable and may quote the lead, so status and code decide, and nothing of a text is
// passed on but the names of fields that the mapping has.  The one text that is read is that of a
// missing scope, which the vendor documents word for word.

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

// What was asked, as far as it decides what an error means.
struct Asked {
  bool creates = false;                  // Repeated, it would make a second record.
  bool about_a_record = false;           // Its path names a record, which may be gone.
  std::vector<std::string> fields = {};  // That a text may name.
};

Verdict JudgeReply(const Answer& answer, const Asked& asked, absl::Time now);

// "ERR_SCHEMA_VALIDATION_FAILED", or nothing.
std::string CodeIn(const json::Value& body);

}  // namespace leadrelay::delivery::pipedrive
