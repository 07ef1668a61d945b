#pragma once
// What the configuration says about an Airtable destination: which base, which tables, and which of
// their columns have a meaning to us.  README.md has the table of settings.
//
// A base is the customer's own work, so nothing but the names is known of it: fields go by their
// name or by their id ("fld..."), which outlives a change of name.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::airtable {

enum class Tier { kFree, kTeam, kBusiness };

// A table whose records belong to a person and are each made by one delivery.
struct OwnedTable {
  std::string name;          // Or id.  Empty: leads make no such record.
  std::string key_field;     // Holds the delivery id: upserts merge on it.
  std::string person_field;  // Links to the person.
  Mapping mapping;

  bool wanted() const { return !name.empty(); }
};

struct Settings {
  std::string base_url;
  std::string token_url;
  std::string base_id;
  Tier tier = Tier::kFree;

  std::string access_token;   // Either this
  std::string client_id;      // or OAuth.
  std::string client_secret;  // Empty for a public client.
  std::string refresh_token;

  std::string table;                    // Of the people.
  std::vector<std::string> key_fields;  // The first one that a lead fills identifies the person.
  Mapping person;
  bool typecast = true;

  bool notes = true;
  std::string note_field;

  OwnedTable deal;
  std::string deal_title_field;
  std::string deal_stage_field;
  std::map<std::string, std::string, std::less<>> deal_stages;

  OwnedTable task;

  bool oauth() const { return !client_id.empty(); }
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

bool IsFieldId(std::string_view field);  // "fldSLc3wrhXqQTTbN"

std::vector<config::RateWindow> LimitsOf(Tier tier);

}  // namespace leadrelay::delivery::airtable
