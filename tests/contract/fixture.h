#pragma once
// Fixture: a conversation with a CRM, as a file under tests/fixtures/connectors/<connector>/.
//
//   description   What it shows.
//   source        Where the CRM's answers are documented.
//   environment   Variables for the settings: {"TOKEN": "test-token"}
//   settings      As in the configuration.
//   mapping       Likewise; may be missing.
//   mark_synced   Of the destination; may be missing.
//   now           RFC 3339; the same throughout.
//   access_token  What the loop holds, when the credential is not static; and token_base_url.
//   jobs          [{lead_id, accepted_at, publisher, lead, progress, unknown, doubt_age}]
//   exchange      [{request: {method, url, headers, body},
//                   after: what is waited before it ("2s"), missing when nothing is, and one of
//                     response: {status, headers, body}
//                     failure: "not sent" or "unknown"}]
//                 Whole requests: every header, the whole body (a JSON value, or a text).  A token
//                 refresh is an exchange like any other.
//   outcomes      One per job: the members of Outcome that are not at their default.
//   progress      After it, one per job; may be missing when there is none.
//   unknown       Likewise: Job::unknown.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::test {

struct Fixture {
  std::filesystem::path file;
  json::Document document;

  std::string connector() const { return file.parent_path().filename().string(); }
  json::Value operator[](std::string_view key) const { return document.root().Find(key); }
};

// Every fixture of the connector, in order of name.  Aborts, naming the file, when one is not JSON.
std::vector<Fixture> LoadFixtures(const std::filesystem::path& folder, std::string_view connector);

absl::Time TimeOf(const json::Value& text);
delivery::Batch BatchOf(const Fixture& fixture);
http::Response ResponseOf(const json::Value& response);

// Configures the connector as the fixture says.  Faults of the configuration come as text.
struct Configured {
  std::unique_ptr<const delivery::Connector> connector;
  std::string faults;
};
Configured Configure(const Fixture& fixture);

// Both sides of a comparison, in one canonical form.
std::string Canonical(const http::Request& request);
std::string CanonicalRequest(const json::Value& request);
std::string Canonical(const delivery::Outcome& outcome);
std::string Canonical(const delivery::Progress& progress);

}  // namespace leadrelay::test
