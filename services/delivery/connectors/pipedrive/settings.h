#pragma once
// What the configuration says about a Pipedrive destination.
//
//   settings:
//     company_domain: example      # https://example.pipedrive.com
//     api_token: ${PIPEDRIVE_API_TOKEN}   # of a user; or, without the two, OAuth:
//     client_id: ...
//     client_secret: ${PIPEDRIVE_CLIENT_SECRET}
//     refresh_token: ${PIPEDRIVE_REFRESH_TOKEN}
//     plan: lite                   # lite, growth, premium, ultimate: with seats, the rate windows
//     seats: 1
//     match_phone: true            # a person is looked up by phone number as well
//     deals: deals                 # what a lead's deal becomes: deals, leads (the inbox), none
//     deal_pipeline: 1
//     deal_stages: {demo: 3}       # the lead's word: a stage's id or name, or won, lost
//     deal_key_field: <40 hex>     # a deal field of type text for the delivery id
//     deal_mapping: {...}          # as `mapping`, which is the person's
//     notes: true
//     tasks: true
//     task_type: task
//     base_url: https://example.pipedrive.com
//     allow_http: false

#include <map>
#include <string>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/pipedrive/limits.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::pipedrive {

enum class Deals { kDeals, kInboxLeads, kNone };

struct Settings {
  std::string base_url;  // OAuth: of the token endpoint; the account's is in the token's answer.
  bool allow_http = false;
  Allowance allowance;

  std::string api_token;  // Either this
  std::string client_id;  // or these three.
  std::string client_secret;
  std::string refresh_token;

  Mapping person;
  bool match_phone = true;

  Deals deals = Deals::kDeals;
  int64_t deal_pipeline = 0;                                    // 0: Pipedrive's own choice.
  std::map<std::string, std::string, std::less<>> deal_stages;  // "": the pipeline's first.
  std::string deal_key_field;
  Mapping deal;

  bool notes = true;
  bool tasks = true;
  std::string task_type;

  bool oauth() const { return !client_id.empty(); }
  // "/api/v2/persons" as a request's URL.  With OAuth the host is put before it when it leaves.
  std::string Url(std::string_view path) const {
    return absl::StrCat(oauth() ? "" : base_url, std::string(path));
  }
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

}  // namespace leadrelay::delivery::pipedrive
