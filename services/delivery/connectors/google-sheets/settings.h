#pragma once
// What the configuration says about a Google Sheets destination: which tab of which spreadsheet, as
// which service account, and which columns.  README.md has the table of settings.

#include <optional>
#include <string>
#include <vector>

#include "common/crypto/rsa.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::google_sheets {

// The spreadsheet is shared with its address, and its key signs the request for an access token.
struct ServiceAccount {
  std::string email;
  std::string key_id;  // Empty: not known, and not needed.
  std::optional<crypto::RsaKey> key;
};

struct Settings {
  std::string base_url;
  std::string token_url;
  ServiceAccount account;

  std::string spreadsheet_id;
  std::string sheet;            // The tab's title.
  std::string delivery_column;  // Headings of columns.
  std::vector<std::string> key_columns;
  bool mark_synced = false;   // Rows say whether the other destinations have the lead ...
  std::string synced_column;  // ... in this column.
  Mapping row;
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

}  // namespace leadrelay::delivery::google_sheets
