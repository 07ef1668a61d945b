#pragma once
// Prepare: from what a publisher sent to what would be published, and what would be answered.  All
// of accepting a lead that needs no I/O: validate, identify, route.  Pure.

#include <string>
#include <variant>

#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "common/config/config.h"
#include "common/json/json.h"
#include "services/ingest/receive/problem.h"
#include "services/ingest/route/router.h"
#include "services/ingest/validate/lead_id.h"
#include "services/ingest/validate/validator.h"

namespace leadrelay::ingest {

struct Submission {
  json::Document lead;
  std::string key;  // The idempotency key; empty: none.
  // What identifies it instead of the lead when we added to that (a form's time stamp); null
  // otherwise.
  json::Document identity;
  Expected expected = Expected::kLead;
};

struct Prepared {
  LeadIdentity identity;
  Routing routing;
  amqp::Message message;
  std::string answer;  // {"lead_id", "deliveries": [{"delivery_id", "destination", "status"}]}
};

class Preparer {
 public:
  // All three outlive this object.
  Preparer(const Validator& validator, const Router& router, int64_t max_lead_bytes)
      : validator_(validator), router_(router), max_lead_bytes_(max_lead_bytes) {}

  std::variant<Prepared, Problem> Prepare(const config::Publisher& publisher,
                                          const Submission& submission,
                                          std::string traceparent,
                                          absl::Time now) const;

 private:
  const Validator& validator_;
  const Router& router_;
  int64_t max_lead_bytes_;
};

}  // namespace leadrelay::ingest
