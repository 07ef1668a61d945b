#pragma once
// Composite: records that are made together or not at all, in one request, which counts as one.
// Pure.
// Facts: REST API Developer Guide, "Composite"; with allOrNone the others are PROCESSING_HALTED.

#include <string>
#include <string_view>

#include "services/delivery/connectors/salesforce/errors.h"
#include "services/delivery/connectors/salesforce/settings.h"

namespace leadrelay::delivery::salesforce {

class Composite {
 public:
  explicit Composite(const Settings& settings);

  // Begins a record and returns the writer of its fields, an open object.  A later record may refer
  // to it as "@{<reference>.id}".
  json::Writer& Create(std::string_view object, std::string_view reference);

  http::Request Take();

 private:
  const Settings& settings_;
  json::Writer writer_;
  bool open_ = false;
};

struct CompositeResult {
  std::string id;  // Of the record `reference`; empty: the answer does not tell.
  ApiError error;  // What stopped it.
  int status = 0;  // Of that part.
  bool Refused() const { return status != 0; }
};

CompositeResult ReadComposite(const json::Value& body, std::string_view reference);

}  // namespace leadrelay::delivery::salesforce
