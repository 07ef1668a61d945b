#pragma once
// Batches: many leads in one request, each with a verdict of its own.  Pure.
//
// The body is a JSON array, or one JSON value a line (NDJSON).  An item is a lead, or
// {"idempotency_key": "...", "lead": {...}}.  A header cannot hold one key per lead, and one key
// for the whole batch would give a lead that is sent again in another batch another identity; so an
// item without a key of its own is identified by its content, and Idempotency-Key is not looked at.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/http/message.h"
#include "common/json/json.h"
#include "services/ingest/receive/problem.h"
#include "services/ingest/receive/verdict.h"

namespace leadrelay::ingest {

struct BatchItem {
  json::Document lead;
  std::string key;  // Empty: none.
};

struct BatchLimits {
  int64_t max_bytes = 5 << 20;
  int max_leads = 1000;
};

enum class BatchFormat { kArray, kLines };

// Each item of the body, or what is wrong with it; or what is wrong with the whole.
using BatchItems = std::vector<std::variant<BatchItem, Problem>>;
std::variant<BatchItems, Problem> SplitBatch(std::string_view body,
                                             BatchFormat format,
                                             const BatchLimits& limits);

// 200 {"accepted": 2, "refused": 1, "items": [...]}: in the order of the request, each item with
// its `index`, the `status` that it would have had alone, and either its "answer" (with "replayed":
// true where it is a repetition) or its "problem".  When every item was refused
// for the same passing reason (429, 503), the whole request is answered with it.
http::Response BatchResponse(const std::vector<Verdict>& verdicts);

}  // namespace leadrelay::ingest
