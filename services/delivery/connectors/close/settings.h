#pragma once
// What the configuration says about a Close destination.
//
//   settings:
//     api_key: ${CLOSE_API_KEY}       # or OAuth:
//     client_id: ...
//     client_secret: ${CLOSE_CLIENT_SECRET}
//     refresh_token: ${CLOSE_REFRESH_TOKEN}
//     lead_mapping: {...}      # the company's record, which Close calls a lead
//     join_company: false      # a new person joins the Close lead of the same name
//     deals: true              # a lead with a deal makes an opportunity
//     deal_pipeline: pipe_...
//     deal_stages: {qualified: Discovery}    # the lead's word: a status' label or id
//     deal_key_field: custom.cf_...          # of opportunities, for the delivery id
//     deal_mapping: {...}
//     currency: USD            # the account's: deals in another are rejected
//     notes: true
//     tasks: true
//     task_mapping: {...}
//     search_lag: 60s          # how far Close's search may be behind its records
//     base_url: https://api.close.com
//     allow_http: false
//   mapping: {...}             # the person's record, which Close calls a contact

#include <map>
#include <string>

#include "absl/time/time.h"

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::close {

struct Settings {
  std::string base_url;

  std::string api_key;    // Either this
  std::string client_id;  // or these three.
  std::string client_secret;
  std::string refresh_token;

  Mapping contact;
  Mapping lead;
  bool join_company = false;

  bool deals = true;
  std::string deal_pipeline;
  std::map<std::string, std::string, std::less<>> deal_stages;  // Only what is configured.
  std::string deal_key_field;
  Mapping deal;
  std::string currency;

  bool notes = true;
  bool tasks = true;
  Mapping task;

  absl::Duration search_lag;

  bool oauth() const { return !client_id.empty(); }
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

// "https://api.close.com/api/v1" + "/lead/"
std::string Url(const Settings& settings, std::string_view path);
// .../lead/lead_123/
std::string RecordUrl(const Settings& settings, std::string_view path, std::string_view id);

}  // namespace leadrelay::delivery::close
