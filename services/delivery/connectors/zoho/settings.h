#pragma once
// What the configuration says about a Zoho CRM destination.
//
//   settings:
//     client_id: 1000.ABC
//     client_secret: ${ZOHO_CLIENT_SECRET}
//     refresh_token: ${ZOHO_REFRESH_TOKEN}
//     data_center: eu              # us, eu, in, au, cn, jp, ca, sa, uk, ae
//     plan: free                   # free, standard, professional, enterprise, ultimate
//     users: 1                     # licences: each adds to the daily credits
//     version: v8
//     module: Leads                # or Contacts: where people go
//     id_field: Member_No          # a unique field, mapped: identifies the person before Email
//     does lookup_fields: [Partner]     # fields of your own that take the id of another record
//     list_fields: [Interests]     # multi-select fields: "a;b" goes out as a list
//     workflows: true              # whether what we write sets off Zoho's own automation
//     contact_mapping: {...}       # as `mapping`, for the contact of a deal when people are Leads
//     accounts: true               # a contact's company becomes an account
//     account_mapping: {...}       # likewise, for the account
//     deals: true
//     deal_pipeline: Standard (Standard)
//     deal_stage: Qualification    # when the lead names none
//     deal_stages: {demo: Demo Held}   # the lead's word: Zoho's stage
//     deal_days: 30                # until a deal closes, when the lead does not say
//     deal_key_field: Delivery     # a unique deal field for the delivery id
//     deal_mapping: {...}
//     notes: true
//     tasks: true
//     base_url: https://crm-proxy.example.com   # instead of both hosts of the data centre
//     allow_http: false

#include <map>
#include <string>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::zoho {

enum class Edition { kFree, kStandard, kProfessional, kEnterprise, kUltimate };

struct Settings {
  std::string client_id;
  std::string client_secret;
  std::string refresh_token;

  std::string accounts_url;    // Where tokens come from.
  std::string api_url;         // Where the API is, when the token answer does not say.
  bool fixed_api_url = false;  // api_url even when it says so.
  std::string version;

  Edition edition = Edition::kFree;
  int64_t users = 1;

  std::string module;  // "Leads", "Contacts"
  std::string id_field;
  Mapping person;   // Of `module`.
  Mapping contact;  // Of Contacts.
  std::vector<std::string> lookup_fields;
  std::vector<std::string> list_fields;
  bool workflows = true;

  bool accounts = true;
  Mapping account;

  bool deals = true;
  std::string deal_pipeline;
  std::string deal_stage;
  std::map<std::string, std::string, std::less<>> deal_stages;
  int64_t deal_days = 30;
  std::string deal_key_field;
  Mapping deal;

  bool notes = true;
  bool tasks = true;
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

// API credits in a rolling day (docs "API limits", August 2026).
std::vector<config::RateWindow> LimitsOf(Edition edition, int64_t users);
// Docs "API limits": concurrency, of all that an organization's applications have under way.
int CallsAtOnce(Edition edition);

inline constexpr std::string_view kCreditsWindow = "credits";

}  // namespace leadrelay::delivery::zoho
