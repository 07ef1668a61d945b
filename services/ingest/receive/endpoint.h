#pragma once
// Endpoint: which of ingest's endpoints a request is for.  Pure.

#include <string>
#include <string_view>

namespace leadrelay::ingest {

struct Endpoint {
  enum class Kind {
    kLead,       // POST /v1/leads
    kBatch,      // POST /v1/leads:batch
    kOperation,  // POST /v1/operations
    kForm,       // POST /v1/forms/{form}
    kPreflight,  // OPTIONS on one of them
    kWrongMethod,
    kNotFound,
  };
  Kind kind = Kind::kNotFound;
  std::string form;         // Of kForm, and of kPreflight on a form.
  std::string_view allow;   // The methods that there are, for kPreflight and kWrongMethod.
  std::string_view metric;  // A name from a closed set, for the label `path`.
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// `target` is the request's, query and all.
Endpoint FindEndpoint(std::string_view method, std::string_view target);

}  // namespace leadrelay::ingest
