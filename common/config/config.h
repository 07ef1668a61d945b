#pragma once
// Config: everything that leadrelay.yaml says, typed.  One file serves the three services and
// leadctl; docs/configuration.md documents every key, and a test holds the two together.
//
// Each destination keeps its connector's own part as an unread Section: only whoever links the
// connector can check it (delivery, leadctl), the others take it as it is, and need none of the
// secrets in it.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/amqp/connection_options.h"
#include "common/config/section.h"
#include "common/redis/options.h"

namespace leadrelay::config {

struct ListenOptions {
  std::string host = "127.0.0.1";
  int port = 0;
};

// One of the API keys of a publisher.  Two may be live at once, so keys can be rotated.
struct ApiKey {
  std::string sha256;  // 64 hex digits, lower case; `leadctl key new` prints both halves.
  std::string note;    // "2026-03, shop backend": for people.
};

struct Publisher {
  std::string name;  // [a-z0-9-]{1,64}
  std::vector<ApiKey> keys;
  std::vector<std::string> origins;  // CORS: "https://www.example.com"; "*" alone: any.
  double requests_per_second = 0;    // Leads per second over all replicas; 0: no limit.
  int burst = 0;
  bool amqp = false;               // May publish to leads.inbound with app_id = name.
  std::string amqp_user;           // When set, only this broker user may do so.
  std::string phone_region;        // "DE": numbers without a country code are read as of there.
  std::vector<std::string> forms;  // Forms that post on its behalf, without a key: from `forms`.
};

// An HTML form that posts straight from the browser.
struct Form {
  std::string name;         // /v1/forms/<name>
  std::string publisher;    // On whose behalf.
  std::string success_url;  // Where the browser goes after; absolute http(s).
  std::string failure_url;  // Empty: a plain error page.
  std::string honeypot;     // A field that people do not see; filled in: dropped silently.
  std::map<std::string, std::string> fields;  // Form field -> lead path; others go to form_data.
};

// "This part of the lead looks like that."
struct Condition {
  std::string path;  // "source.utm_source", "form_data.plan"
  std::optional<std::string> equals;
  std::vector<std::string> one_of;
  std::optional<bool> exists;
  std::optional<std::string> matches;  // A glob: "*.example.com"
};

// "When a lead looks like this, it goes there."  All rules that match add their destinations.
struct Route {
  std::string name;
  std::vector<std::string> publishers;  // Empty: any.
  std::vector<std::string> forms;       // form_name; empty: any.
  std::vector<Condition> when;          // All must hold.
  std::vector<std::string> destinations;
};

// At most `requests` in any `per`.
struct RateWindow {
  std::string name;  // "10s": for errors and metrics.
  int64_t requests = 0;
  absl::Duration per;
  std::string scope;   // Endpoint class it counts, for example "search"; empty: every request.
  bool calls = false;  // Counts calls, whatever they cost; a connector's own only.
  friend bool operator==(const RateWindow&, const RateWindow&) = default;
};

struct RetryPolicy {
  std::vector<absl::Duration> ladder = {
      absl::Minutes(1), absl::Minutes(5), absl::Minutes(15), absl::Minutes(30), absl::Hours(1)};
  double jitter = 0.1;                       // Up to this share is added; never subtracted.
  absl::Duration max_age = absl::Hours(75);  // From acceptance; then it is dead-lettered.
};

struct BreakerPolicy {
  int failures = 5;  // In a row, over all replicas.  0: no breaker.
  absl::Duration open = absl::Seconds(30);
  absl::Duration max_open = absl::Minutes(10);  // Doubles up to here while probes fail.
};

struct Destination {
  std::string name;       // [a-z0-9-]{1,64}
  std::string connector;  // "hubspot", "webhook" ...
  bool consent_required = false;
  // What all has to hold for a lead that a route sends here; else it is suppressed, and booked so.
  std::vector<Condition> only_when;
  // Its records say whether the other destinations have the lead: it is told when they do.
  bool mark_synced = false;
  int concurrency = 16;                            // Requests in flight per process.
  int batch_size = 0;                              // 0: the connector's own.
  absl::Duration linger = absl::Milliseconds(20);  // How long a batch waits to fill.
  absl::Duration timeout = absl::Seconds(30);
  bool allow_private_addresses = false;
  std::optional<std::vector<RateWindow>> limits;  // Absent: the connector's own.
  RetryPolicy retry;
  BreakerPolicy breaker;
  Section settings;  // The connector's own, not read here.
  Section mapping;   // Likewise.
};

// Where ingest keeps leads while the broker does not take them.
struct IngestSpool {
  std::string directory;  // Absolute.  Empty: no spool.
  int64_t max_bytes = 1 << 30;
};

struct Ingest {
  ListenOptions listen{"127.0.0.1", 8080};
  absl::Duration publish_timeout = absl::Seconds(5);
  int64_t max_lead_bytes = 64 << 10;
  int64_t max_batch_bytes = 5 << 20;
  int max_batch_leads = 1000;
  int64_t max_unconfirmed = 4096;
  absl::Duration idempotency_ttl = absl::Hours(24);
  std::string ip_hash_key;  // Secret: keys the hash of visitors' addresses.
  IngestSpool spool;
};

struct Delivery {
  ListenOptions listen{"127.0.0.1", 8081};
  int prefetch = 400;                             // Per destination and process.
  absl::Duration done_ttl = absl::Hours(7 * 24);  // How long a delivered claim is remembered.
  absl::Duration grace = absl::Seconds(10);
  // Delay queues, ascending; every process must have the same list.  Unless configured:
  // lead::DefaultRungs().
  std::vector<absl::Duration> rungs;
  // Secret: seals the access tokens that the replicas share.  Empty: each has its own.
  std::string token_key;
};

struct Dlq {
  ListenOptions listen{"127.0.0.1", 8082};
  std::string database = "leadrelay.db";
  std::string operator_token;  // Secret: bearer token of the operators' API.  Empty: loopback only.
  double replay_per_second = 50;
};

struct Log {
  std::string level = "info";  // debug, info, warning, error
};

struct Config {
  std::string name = "leadrelay";  // Of this installation; begins the names of connections.
  amqp::ConnectionOptions broker;
  redis::Options redis;
  Log log;
  Ingest ingest;
  Delivery delivery;
  Dlq dlq;
  std::vector<Publisher> publishers;
  std::vector<Form> forms;
  std::vector<Route> routes;
  std::vector<Destination> destinations;
  // What was wrong, and what connectors find wrong in their settings after the load.
  Faults faults;

  const Publisher* FindPublisher(std::string_view wanted) const;
  const Form* FindForm(std::string_view wanted) const;
  const Destination* FindDestination(std::string_view wanted) const;
};

// Whose own secrets are looked up (ingest.ip_hash_key, dlq.operator_token); the others' are checked
// for their form alone, so that each process needs only its own in its environment.  The secrets of
// broker and redis are everybody's.
enum class Reader { kEverything, kIngest, kDelivery, kDlq, kNobody };

// Reads and checks the whole file, references between its parts included.  Faults go to `faults`;
// the result is usable only when there are none.
Config Load(std::string_view text,
            const Environment& environment,
            Faults& faults,
            Reader reader = Reader::kEverything);
// The same of a file that is parsed already, for who wants its AskedSettings() as well.
Config Read(Section root, Faults& faults, Reader reader = Reader::kEverything);

// The file at `path` with the process's environment.  InvalidArgument with every fault, a line
// each; NotFound when the file cannot be read.  In the library leadrelay_config_file.
absl::StatusOr<Config> LoadFile(const std::string& path, Reader reader = Reader::kEverything);

}  // namespace leadrelay::config
