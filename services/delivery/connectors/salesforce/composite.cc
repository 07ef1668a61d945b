#include "services/delivery/connectors/salesforce/composite.h"

#include "services/delivery/connectors/salesforce/collection_step.h"

namespace leadrelay::delivery::salesforce {

Composite::Composite(const Settings& settings) : settings_(settings) {
  writer_.StartObject().Member("allOrNone", true).Key("compositeRequest").StartArray();
}

json::Writer& Composite::Create(std::string_view object, std::string_view reference) {
  if (open_) writer_.EndObject().EndObject();
  open_ = true;
  writer_.StartObject()
      .Member("method", "POST")
      .Member("url", absl::StrCat(settings_.api, "/sobjects/", std::string(object)))
      .Member("referenceId", reference);
  return writer_.Key("body").StartObject();
}

http::Request Composite::Take() {
  if (open_) writer_.EndObject().EndObject();
  writer_.EndArray().EndObject();
  http::Request request = JsonRequest("POST", settings_.Url("/composite"), writer_.Take());
  AddDuplicateRule(settings_, request);
  return request;
}

CompositeResult ReadComposite(const json::Value& body, std::string_view reference) {
  CompositeResult result;
  for (const json::Value& part : body.Find("compositeResponse").Elements()) {
    const int64_t status = part.Find("httpStatusCode").Int64Or(0);
    if (part.Find("referenceId").AsString() == reference) {
      result.id = part.Find("body").Find("id").StringOr("");
    }
    if (status < 300) continue;
    ApiError error = ReadError(part.Find("body"));
    // The others were halted for the sake of one, which is the one to blame.
    if (result.Refused() && result.error.code != "PROCESSING_HALTED") continue;
    result.status = static_cast<int>(status);
    result.error = std::move(error);
  }
  return result;
}

}  // namespace leadrelay::delivery::salesforce
