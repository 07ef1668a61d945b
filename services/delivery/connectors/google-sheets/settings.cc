#include "services/delivery/connectors/google-sheets/settings.h"

#include <algorithm>

#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::google_sheets {
namespace {

std::string ReadUrl(config::Section& section,
                    const char* key,
                    const char* fallback,
                    bool allow_http) {
  std::string url = section.Text(key, fallback);
  std::optional<std::string> fault = FaultInUrl(url, allow_http);
  if (!fault.has_value() && url.find('?') != std::string::npos) fault = "may not have a ?query";
  if (fault.has_value()) section.AddFault(key, *fault);
  while (url.ends_with('/')) url.pop_back();
  return url;
}

void TakeKey(config::Section& section, const char* where, const std::string& pem, Settings& out) {
  out.account.key = crypto::RsaKey::Parse(pem);
  if (!out.account.key.has_value()) {
    section.AddFault(where, "has no RSA key of 2048 bits or more in PEM form in it");
  }
}

// The key file as Google gives it out: {"client_email":..,"private_key":..,"private_key_id":..}.
void ReadKeyFile(config::Section& section, const std::string& text, Settings& settings) {
  const absl::StatusOr<json::Document> file = json::Document::Parse(text);
  const json::Value root = file.ok() ? file->root() : json::Value();
  settings.account.email = root.Find("client_email").StringOr("");
  settings.account.key_id = root.Find("private_key_id").StringOr("");
  if (settings.account.email.empty() || !root.Find("private_key").IsString()) {
    section.AddFault("service_account",
                     "is no key file of a service account: that is JSON with client_email and "
                     "private_key");
    return;
  }
  TakeKey(section, "service_account", root.Find("private_key").StringOr(""), settings);
}

void ReadAccount(config::Section& section, Settings& settings) {
  const std::string file = section.Secret("service_account");
  const std::string email = section.Text("client_email");
  const std::string key = section.Secret("private_key");
  const bool has_file = section.Has("service_account");
  const bool has_parts = section.Has("client_email") || section.Has("private_key");
  if (has_file == has_parts) {
    section.AddFault(has_file ? "has to have either service_account or client_email and "
                                "private_key, not both"
                              : "has to have service_account, or client_email and private_key");
    return;
  }
  if (has_file) return ReadKeyFile(section, file, settings);
  for (const char* part : {"client_email", "private_key"}) {
    if (!section.Has(part)) section.AddFault(part, "is required beside the other one");
  }
  settings.account.email = email;
  if (section.Has("private_key")) TakeKey(section, "private_key", key, settings);
}

bool IsSpreadsheetId(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

void ReadMarking(Setup& setup, Settings& settings) {
  config::Section& section = setup.settings;
  settings.mark_synced = setup.mark_synced;
  settings.synced_column = section.Text("synced_column", "crm_synced");
  const std::string& column = settings.synced_column;
  if (!settings.mark_synced) {
    if (!section.Has("synced_column")) return;
    section.AddFault("synced_column", "is for destinations with mark_synced: true");
  } else if (column.empty() || column == settings.delivery_column) {
    section.AddFault("synced_column", "has to be the heading of a column of its own");
  } else if (settings.row.Fills(column)) {
    section.AddFault("synced_column", "is filled by the mapping: name a column of its own");
  }
}

void ReadSheet(Setup& setup, Settings& settings) {
  config::Section& section = setup.settings;
  settings.spreadsheet_id = section.RequiredText("spreadsheet_id");
  if (!settings.spreadsheet_id.empty() && !IsSpreadsheetId(settings.spreadsheet_id)) {
    section.AddFault("spreadsheet_id",
                     "is no id of a spreadsheet: that is what stands between /d/ and /edit in its "
                     "URL");
  }
  settings.sheet = section.Text("sheet", "Leads");
  // Google's own appending stumbles over it (issue tracker 150373119).
  if (settings.sheet.find(':') != std::string::npos) {
    section.AddFault("sheet", "may not have a colon in it: rename the tab");
  }
  settings.delivery_column = section.Text("delivery_column", "Delivery ID");
  settings.row = Mapping::Compile(setup.mapping,
                                  {{"Received", "accepted_at"},
                                   {"Name", "name"},
                                   {"Email", "email"},
                                   {"Phone", "phone"},
                                   {"Company", "company"},
                                   {"Note", "note"}});
  if (settings.row.Fills(settings.delivery_column)) {
    section.AddFault("delivery_column", "is filled by itself: take it out of `mapping`");
  }
  ReadMarking(setup, settings);
  settings.key_columns = section.Texts("key_columns");
  if (settings.key_columns.empty()) settings.key_columns = {"Email", "Phone"};
  for (const std::string& column : settings.key_columns) {
    if (!section.Has("key_columns") || settings.row.Fills(column)) continue;
    section.AddFault("key_columns",
                     absl::StrCat("needs an entry ", column, " in `mapping` that fills it"));
  }
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  const bool allow_http = setup.settings.Bool("allow_http", false);
  settings.base_url =
      ReadUrl(setup.settings, "base_url", "https://sheets.googleapis.com", allow_http);
  settings.token_url =
      ReadUrl(setup.settings, "token_url", "https://oauth2.googleapis.com/token", allow_http);
  ReadAccount(setup.settings, settings);
  ReadSheet(setup, settings);
  return settings;
}

}  // namespace leadrelay::delivery::google_sheets
