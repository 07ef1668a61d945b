#include "services/delivery/connectors/salesforce/remedies.h"

#include <array>
#include <utility>

namespace leadrelay::delivery::salesforce {

std::string_view RemedyFor(std::string_view code) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kRemedies = {{
      {"REQUIRED_FIELD_MISSING",
       "the Salesforce org requires a field that the mapping does not fill: map it, then replay"},
      {"INVALID_FIELD",
       "create the field in Salesforce and let the integration user see it, or take it out of the "
       "mapping; then replay"},
      {"INVALID_FIELD_FOR_INSERT_UPDATE",
       "the integration user may not write the field: give it the right by a permission set, or "
       "take the field out of the mapping; then replay"},
      {"DUPLICATES_DETECTED",
       "a duplicate rule takes the person for one or several records that are there: merge them in "
       "Salesforce, or set `duplicates`; then replay"},
      {"DUPLICATE_VALUE",
       "another record has one of the unique values: merge the two in Salesforce, then replay"},
      {"DUPLICATE_EXTERNAL_ID",
       "several records have the key: merge them and make the key field unique, then replay"},
      {"FIELD_CUSTOM_VALIDATION_EXCEPTION",
       "a validation rule of the org refuses the record: correct the value at its source or the "
       "rule, then replay"},
      {"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
       "the value is not in the field's list: add it in Salesforce or correct it (for a stage, set "
       "deal_stages), then replay"},
      {"STRING_TOO_LONG",
       "the value is longer than the field: make the field longer or map the value elsewhere, then "
       "replay"},
      {"INVALID_CROSS_REFERENCE_KEY",
       "an id that the record refers to is not there: check OwnerId, RecordTypeId and the other "
       "ids of the mapping, then replay"},
      {"INSUFFICIENT_ACCESS_OR_READONLY",
       "the integration user may not edit the record: share it, or give the right by a permission "
       "set; then replay"},
      {"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
       "the integration user may not refer to a record: check OwnerId and the other ids of the "
       "mapping, then replay"},
      {"CANNOT_UPDATE_CONVERTED_LEAD",
       "the lead has been converted and cannot be written any more: use person: contact, or a key "
       "that a new submission does not share; then replay"},
      {"MALFORMED_ID", "an id of the mapping is none: correct it, then replay"},
      {"NOT_FOUND",
       "check base_url and version of the destination, and that the key fields are external ids "
       "which the integration user may see; then replay"},
  }};
  for (const auto& [known, remedy] : kRemedies) {
    if (known == code) return remedy;
  }
  return "correct the value at its source or in the mapping, then replay";
}

}  // namespace leadrelay::delivery::salesforce
