#include "services/delivery/connectors/close/fields.h"

#include <algorithm>
#include <array>

namespace leadrelay::delivery::close {
namespace {

constexpr std::string_view kCustom = "custom.cf_";
constexpr size_t kLongestName = 100;

constexpr std::array<std::string_view, 9> kLists = {"contacts",
                                                    "emails",
                                                    "phones",
                                                    "urls",
                                                    "type",
                                                    "lead_id",
                                                    "contact_id",
                                                    "pipeline_id",
                                                    "_type"};

bool Has(const std::vector<FieldFact>& fields, std::string_view name) {
  return std::ranges::find(fields, name, &FieldFact::name) != fields.end();
}

}  // namespace

const std::vector<FieldFact>& ContactFields() {
  static const std::vector<FieldFact> fields = {
      {"name"},
      {"title"},
      {"email"},
      {"phone"},
      {"url"},
      {"id", true},
      {"lead_id", true},
      {"display_name", true},
      {"organization_id", true},
      {"created_by", true},
      {"updated_by", true},
      {"date_created", true},
      {"date_updated", true},
  };
  return fields;
}

const std::vector<FieldFact>& LeadFields() {
  static const std::vector<FieldFact> fields = {
      {"name"},
      {"url"},
      {"description"},
      {"status_id"},
      {"status"},
      {"id", true},
      {"display_name", true},
      {"status_label", true},
      {"html_url", true},
      {"organization_id", true},
      {"created_by", true},
      {"updated_by", true},
      {"date_created", true},
      {"date_updated", true},
  };
  return fields;
}

const std::vector<FieldFact>& OpportunityFields() {
  static const std::vector<FieldFact> fields = {
      {"note"},
      {"value"},
      {"value_period"},
      {"confidence"},
      {"status_id"},
      {"user_id"},
      {"date_won"},
      {"id", true},
      {"lead_id", true},
      {"contact_id", true},
      {"value_currency", true},
      {"value_formatted", true},
      {"expected_value", true},
      {"status_label", true},
      {"status_type", true},
      {"date_lost", true},
      {"date_created", true},
      {"date_updated", true},
  };
  return fields;
}

const std::vector<FieldFact>& TaskFields() {
  static const std::vector<FieldFact> fields = {
      {"text"},
      {"date"},
      {"assigned_to"},
      {"id", true},
      {"lead_id", true},
      {"is_complete", true},
      {"date_created", true},
      {"date_updated", true},
  };
  return fields;
}

bool IsCustomField(std::string_view name) {
  return name.starts_with(kCustom) && name.size() > kCustom.size() && name.size() <= kLongestName &&
         std::ranges::all_of(name.substr(kCustom.size()), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

bool IsKnownName(std::string_view name) {
  return IsCustomField(name) || Has(ContactFields(), name) || Has(LeadFields(), name) ||
         Has(OpportunityFields(), name) || Has(TaskFields(), name) ||
         std::ranges::find(kLists, name) != kLists.end();
}

}  // namespace leadrelay::delivery::close
