#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "common/lead/events.h"
#include "common/lead/fields.h"
#include "common/lead/history.h"
#include "common/lead/times.h"

namespace leadrelay::lead {

std::string DeadLetter::ToJson() const {
  json::Writer writer;
  writer.StartObject().Member("version", 1);
  if (!lead_id.empty()) writer.Member("lead_id", lead_id);
  if (!destination.empty()) writer.Member("destination", destination);
  writer.Member("at", Rfc3339(at)).Member("cause", cause).Member("reason", reason);
  if (!remedy.empty()) writer.Member("remedy", remedy);
  if (status != 0) writer.Member("status", status);
  writer.Key("state");
  WriteState(writer, state);
  writer.Member("body", crypto::Base64(body)).EndObject();
  return writer.Take();
}

absl::StatusOr<DeadLetter> DeadLetter::Parse(std::string_view text) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a valid dead letter: ", document.status().message()));
  }
  Fields fields(document->root(), "dead letter");
  fields.Version(1);
  DeadLetter letter;
  letter.lead_id = document->root().Find("lead_id").exists() ? fields.Id("lead_id") : "";
  letter.destination = fields.OptionalText("destination");
  letter.at = fields.Time("at");
  letter.cause = fields.Text("cause");
  letter.reason = fields.OptionalText("reason");
  letter.remedy = fields.OptionalText("remedy");
  if (document->root().Find("status").exists()) letter.status = fields.Int("status");
  const json::Value state = fields.Object("state");
  std::optional<std::string> body = crypto::FromBase64(fields.OptionalText("body"));
  if (!body) fields.Fail("body", "base64");
  if (!fields.status().ok()) return fields.status();
  letter.body = *std::move(body);
  absl::StatusOr<DeliveryState> read = ReadState(state);
  if (!read.ok()) return read.status();
  letter.state = *std::move(read);
  return letter;
}

}  // namespace leadrelay::lead
