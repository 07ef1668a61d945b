#include "services/ingest/receive/endpoint.h"

#include "common/http/message.h"

namespace leadrelay::ingest {
namespace {

constexpr std::string_view kForms = "/v1/forms/";

}  // namespace

Endpoint FindEndpoint(std::string_view method, std::string_view target) {
  Endpoint found;
  found.metric = "other";
  const std::string_view path = http::PathOf(target);
  if (path == "/v1/leads") {
    found.kind = Endpoint::Kind::kLead;
    found.metric = "leads";
  } else if (path == "/v1/leads:batch" || path == "/v1/leads%3Abatch" ||
             path == "/v1/leads%3abatch") {  // Some clients escape the colon.
    found.kind = Endpoint::Kind::kBatch;
    found.metric = "batch";
  } else if (path == "/v1/operations") {
    found.kind = Endpoint::Kind::kOperation;
    found.metric = "operations";
  } else if (path.starts_with(kForms) && path.size() > kForms.size()) {
    found.kind = Endpoint::Kind::kForm;
    found.form = http::PercentDecode(path.substr(kForms.size()));
    found.metric = "forms";
  } else {
    return found;
  }
  found.allow = "POST, OPTIONS";
  if (method == "OPTIONS") {
    found.kind = Endpoint::Kind::kPreflight;
  } else if (method != "POST") {
    found.kind = Endpoint::Kind::kWrongMethod;
  }
  return found;
}

}  // namespace leadrelay::ingest
