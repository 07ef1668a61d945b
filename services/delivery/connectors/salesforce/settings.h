#pragma once
// What the configuration says about a Salesforce destination.
//
//   settings:
//     login_url: https://acme.my.salesforce.com   # My Domain; login. and test.salesforce.com as
//     well client_id: ...                          # the app's consumer key, and one of three ways
//     in: username: integration@example.com       #   JWT bearer private_key:
//     ${SALESFORCE_PRIVATE_KEY}  #     PEM; ${file:PATH} reads it from a file audience:
//     https://login.salesforce.com client_secret: ${SALESFORCE_CLIENT_SECRET} refresh_token:
//     ${SALESFORCE_REFRESH_TOKEN}  # an authorized user; without: client credentials base_url:
//     https://acme.my.salesforce.com    # instead of the token answer's instance_url version: 67.0
//     plan: developer          # sets the day's window; licences add to it
//     licences: 0
//     person: lead             # lead, contact
//     key_field: Lead_Key__c   # a unique external id field: identifies the person
//     duplicates: update       # what a duplicate rule finds: update, reject, allow
//     bulk_from: 2000          # so many waiting people go in a bulk job; 0: never
//     bulk_most: 5000
//     bulk_assignment_rule: 01Q...  # person: lead: what such a job assigns them by
//     deals: true
//     deal_stage: Prospecting  # when the lead names none
//     deal_stages: {qualified: Qualification}
//     deal_close_days: 30      # until the close date, when the lead names none
//     deal_key_field: Lead_Key__c   # a unique external id field of Opportunity
//     deal_lead_field: Lead__c      # person: lead: a look-up field of Opportunity to Lead
//     deal_mapping: {...}      # as `mapping`, which is the person's
//     note: task               # task, content_note, none
//     note_status: Completed   # of the task that is a note
//     activity_key_field: Lead_Key__c   # an external id field of Activity
//     allow_http: false

#include <map>
#include <optional>
#include <string>

#include "common/crypto/rsa.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::salesforce {

enum class Person { kLead, kContact };
enum class Duplicates { kUpdate, kReject, kAllow };
enum class Note { kTask, kContentNote, kNone };

struct Settings {
  std::string login_url;
  std::string client_id;
  std::string client_secret;
  std::string refresh_token;
  std::string username;
  std::optional<crypto::RsaKey> private_key;
  std::string audience;

  std::string base_url;  // Empty: the token answer's instance_url.
  bool allow_http = false;
  std::string api;  // "/services/data/v67.0"
  int64_t requests_per_day = 0;

  Person person = Person::kLead;
  std::string key_field;
  Duplicates duplicates = Duplicates::kUpdate;
  Mapping mapping;
  BulkRange bulk;
  std::string bulk_assignment_rule;  // Empty: none.

  bool deals = true;
  std::string deal_stage;
  std::map<std::string, std::string, std::less<>> deal_stages;
  absl::Duration deal_closes_in;
  std::string deal_key_field;
  std::string deal_lead_field;
  Mapping deal_mapping;

  Note note = Note::kTask;
  std::string note_status;
  std::string activity_key_field;

  std::string person_object() const { return person == Person::kLead ? "Lead" : "Contact"; }
  // Where an object of the API is, below the instance: Url("/sobjects/Lead").
  std::string Url(std::string_view path) const;
  // Whether a deal refers to its person.
  bool deals_have_persons() const { return person == Person::kContact || !deal_lead_field.empty(); }
  // Whether nothing else than a mark in its description tells whose a deal is.
  bool deals_are_marked() const { return !deals_have_persons() && deal_key_field.empty(); }
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

inline constexpr std::string_view kDayWindow = "day";

}  // namespace leadrelay::delivery::salesforce
