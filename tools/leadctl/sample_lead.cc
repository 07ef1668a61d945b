#include "tools/leadctl/sample_lead.h"

#include "absl/strings/str_cat.h"

#include "common/lead/envelope.h"
#include "services/ingest/validate/lead_id.h"
#include "services/ingest/validate/lead_schema.h"
#include "services/ingest/validate/validator.h"

namespace leadrelay::leadctl {
namespace {

constexpr std::string_view kPublisher = "leadctl";

}  // namespace

std::string SampleEmail(const std::string& tag) {
  return absl::StrCat("leadrelay-test+", tag, "@example.com");
}

std::string SampleLead(const std::string& tag) {
  json::Writer writer;
  writer.StartObject()
      .Member("email", SampleEmail(tag))
      .Member("name", "Ada Example")
      .Member("company", "Leadrelay Test")
      .Member("form_name", "leadctl test")
      .Member("consent_given", true)
      .EndObject();
  return writer.Take();
}

absl::StatusOr<json::Document> ReadLead(std::string_view text,
                                        const std::string& tag,
                                        absl::Time now) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok()) return document.status();
  const absl::StatusOr<ingest::Validator> validator =
      ingest::Validator::Create(ingest::LeadSchemaText(), tag);
  if (!validator.ok()) return validator.status();
  const ingest::Checked checked =
      validator->Check(document->root(), ingest::Expected::kEither, "", now);
  if (checked.faults.empty()) return json::Document::Parse(checked.lead.json());
  std::string faults = "the lead is not valid:";
  for (const ingest::Fault& fault : checked.faults) {
    absl::StrAppend(&faults, "\n  ", fault.pointer, ": ", fault.detail);
  }
  return absl::InvalidArgumentError(faults);
}

delivery::Job SampleJob(const json::Document& lead,
                        std::string_view destination,
                        const std::string& tag,
                        absl::Time now) {
  delivery::Job job;
  job.lead_id = ingest::Identify(kPublisher, tag, lead.root().Canonical()).lead_id;
  job.delivery_id = lead::DeliveryId(job.lead_id, destination);
  job.lead = lead.root();
  job.accepted_at = now;
  job.publisher = kPublisher;
  return job;
}

}  // namespace leadrelay::leadctl
