#pragma once
// What the configuration says about a HubSpot destination.
//
//   settings:
//     access_token: ${HUBSPOT_ACCESS_TOKEN}   # private app, service key or project app; or OAuth:
//     client_id: ...
//     client_secret: ${HUBSPOT_CLIENT_SECRET}
//     refresh_token: ${HUBSPOT_REFRESH_TOKEN}
//     plan: free               # free, starter, professional, enterprise; sets the rate windows
//     version: 2026-03         # the dated API version in every path
//     id_property: member_no   # a unique contact property, mapped: identifies the person
//     deals: true              # a lead with a deal makes one
//     deal_pipeline: default
//     deal_stage: appointmentscheduled        # when the lead names none
//     deal_stages: {qualified: qualifiedtobuy}   # the lead's word: HubSpot's stage
//     deal_key_property: leadrelay_delivery   # a unique deal property for the delivery id
//     deal_mapping: {...}      # as `mapping`, which is the contact's
//     company_id_property: leadrelay_company    # a unique company property; without it no
//     companies company_mapping: {...}   # likewise, for the company note: contact            #
//     contact, none task: contact            # contact, none base_url: https://api.hubapi.com
//     allow_http: false
//
// Without id_property a contact is identified by its e-mail address.  There is nothing like it for
// companies: HubSpot takes any number of the same name and domain (docs "Companies"), so that one
// can be made once only by a property that was created with unique values.

#include <map>
#include <string>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::hubspot {

enum class Tier { kFree, kProfessional, kEnterprise, kOauth };

struct Settings {
  std::string base_url;
  std::string version;
  Tier tier = Tier::kFree;

  std::string access_token;  // Either this
  std::string client_id;     // or these three.
  std::string client_secret;
  std::string refresh_token;

  std::string id_property;
  Mapping contact;

  bool deals = true;
  std::string deal_pipeline;
  std::string deal_stage;
  std::map<std::string, std::string, std::less<>> deal_stages;
  std::string deal_key_property;
  Mapping deal;

  std::string company_id_property;  // Empty: no companies.
  Mapping company;

  bool notes = true;
  bool tasks = true;

  bool oauth() const { return !client_id.empty(); }
  bool companies() const { return !company_id_property.empty(); }
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

// What the plan allows, from the vendor's API usage guidelines (docs/developer-tooling/platform/
// usage-guidelines).  A sliding day is stricter than the calendar day that HubSpot counts.
std::vector<config::RateWindow> LimitsOf(Tier tier);

inline constexpr std::string_view kBurstWindow = "10s";
inline constexpr std::string_view kDayWindow = "day";
inline constexpr std::string_view kSearchScope = "search";

}  // namespace leadrelay::delivery::hubspot
