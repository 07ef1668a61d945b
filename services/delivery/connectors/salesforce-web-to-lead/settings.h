#pragma once
// What the configuration says about a Web-to-Lead destination.
//
//   settings:
//     org_id: 00D5g000000abcd                  # "Organization ID", 15 or 18 characters
//     in_doubt: reject                         # reject, send
//     debug_email: admin@example.com           # Salesforce mails what it made of each lead
//     base_url: https://webto.salesforce.com
//     allow_http: false

#include <string>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::salesforce_web_to_lead {

struct Settings {
  std::string url;
  std::string org_id;
  bool send_in_doubt = false;
  std::string debug_email;
  Mapping mapping;
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

}  // namespace leadrelay::delivery::salesforce_web_to_lead
