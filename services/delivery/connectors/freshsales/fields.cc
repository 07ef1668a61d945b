#include "services/delivery/connectors/freshsales/fields.h"

namespace leadrelay::delivery::freshsales {

// `sales_accounts` is a list that a write replaces, so a mapping cannot write it.
const std::vector<FieldFact>& ContactFields() {
  static const std::vector<FieldFact> fields = {
      {"emails"},
      {"first_name"},
      {"last_name"},
      {"mobile_number"},
      {"work_number"},
      {"job_title"},
      {"address"},
      {"city"},
      {"state"},
      {"zipcode"},
      {"country"},
      {"time_zone"},
      {"facebook"},
      {"twitter"},
      {"linkedin"},
      {"external_id"},
      {"medium"},
      {"keyword"},
      {"campaign_id"},
      {"lead_source_id"},
      {"lifecycle_stage_id"},
      {"contact_status_id"},
      {"owner_id"},
      {"territory_id"},
      {"subscription_status"},
      {"subscription_types"},
      {"created_at"},
      {"updated_at"},
      {"id", true},
      {"email", true},
      {"display_name", true},
      {"lead_score", true},
      {"sales_accounts", true},
      {"tags", true},
  };
  return fields;
}

const std::vector<FieldFact>& AccountFields() {
  static const std::vector<FieldFact> fields = {
      {"name", false, true},
      {"website"},
      {"phone"},
      {"address"},
      {"city"},
      {"state"},
      {"zipcode"},
      {"country"},
      {"annual_revenue"},
      {"number_of_employees"},
      {"facebook"},
      {"twitter"},
      {"linkedin"},
      {"industry_type_id"},
      {"business_type_id"},
      {"parent_sales_account_id"},
      {"owner_id"},
      {"territory_id"},
      {"id", true},
      {"created_at", true},
      {"updated_at", true},
  };
  return fields;
}

const std::vector<FieldFact>& DealFields() {
  static const std::vector<FieldFact> fields = {
      {"name"},
      {"amount"},
      {"currency_id"},
      {"deal_stage_id"},
      {"expected_close"},
      {"owner_id"},
      {"sales_account_id"},
      {"lead_source_id"},
      {"id", true},
      {"deal_pipeline_id", true},
      {"contacts_added_list", true},
      {"created_at", true},
      {"updated_at", true},
  };
  return fields;
}

const std::vector<FieldFact>& TaskFields() {
  static const std::vector<FieldFact> fields = {
      {"title"},
      {"description"},
      {"due_date"},
      {"owner_id"},
      {"id", true},
      {"targetable_type", true},
      {"targetable_id", true},
  };
  return fields;
}

}  // namespace leadrelay::delivery::freshsales
