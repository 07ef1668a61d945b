#pragma once
// What the configuration says about an ActiveCampaign destination.
//
//   settings:
//     base_url: https://youraccount.api-us1.com   # as Settings > Developer shows it
//     api_token: ${ACTIVECAMPAIGN_API_TOKEN}      # "Key" of the same page
//     lists: [2]               # a new lead with consent is subscribed to these
//     tags: [20]               # a new lead's contact gets these
//     choice_fields: [6]       # custom fields that take several choices
//     deals: true              # a lead with a deal makes one
//     deal_pipeline: 1
//     deal_stage: To Contact   # when the lead names none; by default the pipeline's first
//     deal_stages: {qualified: In Contact}   # the lead's word: the stage's title or id, won, lost
//     deal_currency: usd       # when the lead names none
//     deal_mapping: {...}      # as `mapping`, which is the contact's
//     note: contact            # contact, none
//     tasks: true              # a lead with a task makes one
//     task_type: 1
//     task_mapping: {...}
//     bulk_from: 50            # a backlog of so many contacts is imported in bulk; 0: never
//     allow_http: false
//
// Everything that ActiveCampaign numbers goes by its number; `leadctl crm` shows them.  In the
// mappings a number is a custom field.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::activecampaign {

struct Settings {
  std::string base_url;  // Without the "/api/3".
  std::string api_token;

  Mapping contact;
  std::set<std::string, std::less<>> choice_fields;
  std::vector<std::string> lists;
  std::vector<std::string> tags;

  bool deals = true;
  std::string deal_pipeline;
  std::string deal_stage;  // Empty: the pipeline's first.
  std::map<std::string, std::string, std::less<>> deal_stages;
  std::string deal_currency;
  Mapping deal;

  bool notes = true;

  bool tasks = true;
  std::string task_type;
  Mapping task;

  int bulk_from = 0;  // 0: never.

  std::string Url(std::string_view path) const;  // Of "/contacts".
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

// Ids of ActiveCampaign are decimal numbers, mostly written as texts.
bool IsId(std::string_view text);

// Words of `deal_stages` that are no titles.
inline constexpr std::string_view kWon = "won";
inline constexpr std::string_view kLost = "lost";
inline constexpr std::string_view kFirst = "first";  // Of the pipeline.

inline constexpr std::string_view kSecondWindow = "1s";

}  // namespace leadrelay::delivery::activecampaign
