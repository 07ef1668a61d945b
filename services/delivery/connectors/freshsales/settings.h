#pragma once
// What the configuration says about a Freshsales (Freshworks CRM) destination.
//
//   settings:
//     base_url: https://youralias.myfreshworks.com   # the bundle alias of Settings > API Settings
//     api_key: ${FRESHSALES_API_KEY}                 # of the same page
//     plan: growth             # free, growth, pro, enterprise; sets the rate windows
//     id_field: external_id    # instead of the e-mail address; mapped: identifies the person
//     accounts: false          # whether the lead's company becomes an account of the contact
//     account_mapping: {...}   # as `mapping`, which is the contact's
//     deals: true              # a lead with a deal makes one
//     deal_pipeline: 71000     # by default the account's own
//     deal_stage: New          # when the lead names none; by default the pipeline's own
//     deal_stages: {qualified: Qualification}   # the lead's word: the stage's name or id
//     currencies: {EUR: 3}     # the lead's word: the currency's id
//     deal_mapping: {...}
//     note: contact            # contact, none
//     tasks: true              # a lead with a task makes one
//     task_mapping: {...}
//     bulk_from: 10            # a backlog of so many contacts is upserted in bulk; 0: never
//     allow_http: false
//
// Selects (owner_id, lead_source_id ...) take ids; `leadctl crm` shows them.  Custom fields are
// called cf_...

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::freshsales {

struct Settings {
  std::string base_url;  // Without the "/crm/sales/api".
  std::string api_key;
  int64_t per_hour = 0;

  std::string id_field;  // A field of the contact.
  Mapping contact;

  bool accounts = false;
  Mapping account;

  bool deals = true;
  std::string deal_pipeline;  // Empty: the account's own.
  std::string deal_stage;     // Empty: the pipeline's own.
  std::map<std::string, std::string, std::less<>> deal_stages;
  std::map<std::string, std::string, std::less<>> currencies;
  Mapping deal;

  bool notes = true;

  bool tasks = true;
  Mapping task;

  int bulk_from = 0;  // 0: never.

  std::string Url(std::string_view path) const;  // Of "/contacts/upsert".
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

std::vector<config::RateWindow> LimitsOf(const Settings& settings);

// Ids of Freshsales are 64-bit numbers.
bool IsId(std::string_view text);
bool IsCustomField(std::string_view field);  // "cf_budget"

inline constexpr std::string_view kEmails = "emails";

}  // namespace leadrelay::delivery::freshsales
