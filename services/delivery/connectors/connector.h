#pragma once
// Connector: the code that speaks one CRM's API.  Pure: no socket, no clock, no global; what it may
// know is in its arguments.  One delivery loop (deliver/) does the I/O for all of them.
//
// A connector is a state machine over a batch of jobs (one is a batch of one):
//
//   Reply* last = nullptr
//   while (call = connector.Next(batch, last)):   wait for the rate windows, Authorize, send
//       last = its reply
//   every job now has an outcome
//
// Each Next() that returns a call brings the batch nearer to its end, whatever the reply was: a
// connector never asks the same thing twice for nothing.  A reply that concerns the whole account
// (401, 429 ...) decides every open job, also those that its call did not carry.
//
// What a CRM does in its own time, such as a bulk job, is asked after by calls that wait before
// they are sent (Call::after).
//
// When no reply comes, the loop decides without the connector: jobs of a call that never left get
// kRetry; jobs of a call that may have been processed get kUnknown, are marked Job::unknown for the
// next attempt, and Progress keeps what was known before.  After a credential was refreshed the
// loop takes back the kUnauthorized outcomes and goes on with Next(batch, nullptr).
//
// To add a CRM: one folder connectors/<name>/ with a Configure() in namespace
// leadrelay::delivery::<name>, and its fixtures in tests/fixtures/connectors/<name>/
// (docs/adding-a-crm.md).

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/http/message.h"
#include "common/json/json.h"
#include "services/delivery/connectors/operation.h"
#include "services/delivery/connectors/outcome.h"
#include "services/delivery/map/lead_facts.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery {

// Facts that a later attempt must not lose, such as the id of a record already created.  Saved with
// the delivery before anything else is tried.
using Progress = std::map<std::string, std::string, std::less<>>;
bool Has(const Progress& facts, std::string_view name);
std::string Get(const Progress& facts, std::string_view name);  // Empty when there is none.
void Set(Progress& facts, std::string_view name, std::string value);

struct Job {
  std::string delivery_id;  // Stable over attempts and replays: the CRM-side idempotency key.
  std::string lead_id;
  json::Value lead;  // As proto/lead.v1.schema.json.
  absl::Time accepted_at;
  Progress progress;
  // An earlier attempt may have been processed.  Next() clears it when it has found out; otherwise
  // it is carried over to the next attempt.
  bool unknown = false;
  // Of what is unknown: for so long at least nothing was sent.  A look that finds nothing younger
  // than that proves nothing.
  absl::Duration doubt_age;
  std::optional<Outcome> outcome;  // Set by Next() when the job is decided.
  std::string publisher;           // Empty: not known.
  // The connector's own notes for the length of this batch, such as what a look-up found.
  Progress scratch;
};

// A look into `job`, which must outlive it.
LeadFacts FactsOf(const Job& job);

struct Batch {
  absl::Time now;
  std::vector<Job> jobs;
};

// The next request to send, without credentials.
struct Call {
  std::string step;  // For logs and for the connector itself: "upsert contacts".
  http::Request request;
  std::vector<size_t> jobs;  // Indexes of the jobs that it carries.
  std::string scope;         // Endpoint class for the rate windows; empty: none in particular.
  int cost = 1;              // What it counts for in the rate windows that do not count calls.
  // Waited before it is sent; kLongestWait at most.  The other batches of the destination go on.
  absl::Duration after;
};
// Claims are renewed before each call and outlast a request by 15 s, so no wait may be longer.
inline constexpr absl::Duration kLongestWait = absl::Seconds(10);

struct Reply {
  Call call;
  http::Response response;
};

// What the CRM's headers say about a rate window.
struct QuotaHint {
  std::string window;  // RateWindow::name.
  int64_t remaining = 0;
};

// What is used to authorise a request: from the settings, or from a token endpoint.
struct Credential {
  std::string token;
  // Where the account lives, when only the token endpoint knows (Salesforce's instance_url): then
  // requests have a path for a URL, and Authorize() puts this before it.
  std::string base_url;
};

struct RefreshedToken {
  std::string access_token;
  std::string refresh_token;  // Empty: keep the one in use.
  absl::Duration expires_in;
  std::string base_url;  // Empty: see Credential.
};

// A question that `leadctl test` asks the CRM, and what the answer means.
struct Probe {
  std::string what;  // "the token is accepted"
  http::Request request;
};
struct Finding {
  bool ok = false;
  std::string message;  // What is, or what is wrong.
  std::string remedy;   // How to mend it.
};

// What `leadctl crm` asks of a CRM about its records: one request, one answer.
struct Question {
  enum class Kind { kSearch, kGet, kUpdate, kDelete, kFields, kStages };
  Kind kind = Kind::kSearch;
  std::string object = "person";  // "person", "deal", "note", "task", or the CRM's own word.
  std::string id;                 // Get, update, delete.
  std::string text;               // Search: an e-mail address, a phone number or a name.
  std::vector<std::pair<std::string, std::string>> fields;  // Update.
};
// A record, a field of the schema, or a stage: an id and what there is to say about it, in order.
struct Found {
  std::string id;
  std::vector<std::pair<std::string, std::string>> fields;
  friend bool operator==(const Found&, const Found&) = default;
};

// How many leads make one bulk batch.
struct BulkRange {
  int from = 0;  // As soon as this many wait; 0: never.
  int most = 0;
};

// What a job that may have been done before calls for.
enum class Doubt {
  kLook,     // It is looked for before it is done.
  kNothing,  // It is done: the receiver knows a repetition by its id, or cannot be asked.
  kPerson,   // It is rejected: the CRM cannot be asked, and would have it twice.
};

class Connector {
 public:
  virtual ~Connector() = default;

  // The next request, or nothing when every job has its outcome.  `last` is the reply to the call
  // that Next() returned before; null at first, and after a credential was refreshed.
  virtual std::optional<Call> Next(Batch& batch, const Reply* last) const = 0;

  // Puts the credential (and, for signed requests, the signature over the exact bytes) into the
  // request, right before it leaves.
  virtual void Authorize(http::Request& request,
                         const Call& call,
                         const Batch& batch,
                         const Credential& credential,
                         absl::Time now) const = 0;

  // Whether it can do this there.  The loop rejects what it cannot, with the reason.
  virtual bool Offers(Operation operation) const { return operation == Operation::kLead; }

  virtual Doubt doubt() const { return Doubt::kLook; }

  // Tokens that are fetched: OAuth refresh, JWT bearer, client credentials.  Nothing from
  // TokenRequest(): the credential is static, and the loop uses StaticCredential().  `now` is for
  // assertions that bear the time.
  virtual Credential StaticCredential() const { return {}; }
  virtual std::string InitialRefreshToken() const { return {}; }
  virtual std::optional<http::Request> TokenRequest(std::string_view refresh_token,
                                                    absl::Time now) const;
  // Unauthenticated: the refresh token is refused for good.  ResourceExhausted: no more tokens are
  // given out for some minutes.  Unavailable: try again later.
  virtual absl::StatusOr<RefreshedToken> ParseToken(const http::Response& response) const;

  // What it maps with: the loop logs once per delivery what they cannot do for a lead.
  virtual std::vector<const Mapping*> Mappings() const { return {}; }

  virtual std::vector<config::RateWindow> DefaultLimits() const { return {}; }
  virtual int MaxBatch() const { return 1; }
  // For CRMs with a slower way in that takes many leads at the price of a few calls.  The loop
  // hands over a batch of that size when a backlog is there; the connector decides what it does
  // with it.
  virtual BulkRange Bulk() const { return {}; }
  // Whether the job is one that goes in bulk: of these, bulk batches are made.
  virtual bool FitsBulk(const Job& /*job*/) const { return true; }
  // Calls that the CRM takes at a time; a process makes no more, whatever its configuration says.
  // 0: any number.
  virtual int MaxConcurrency() const { return 0; }
  virtual std::vector<QuotaHint> ReadQuota(const http::Response& response) const;

  // `leadctl test`: harmless, authenticated requests, and their meaning.
  virtual std::vector<Probe> Probes(absl::Time now) const = 0;
  virtual Finding JudgeProbe(const Probe& probe, const http::Response& response) const = 0;

  // `leadctl crm`.  Nothing: the CRM, or this object of it, does not offer that.
  virtual std::optional<http::Request> Ask(const Question& question) const;
  // The endpoint class that it counts in, as Call::scope.
  virtual std::string_view ScopeOf(const Question& /*question*/) const { return ""; }
  // Records in the CRM's order; nothing found is an empty list.  Errors: NotFound,
  // InvalidArgument, Unauthenticated, Unavailable, in words for the operator.
  virtual absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                        const http::Response& response) const;
};

// What a destination's configuration gives to Configure().  Faults go to the sections; a connector
// is made in any case, and is usable when there are none.
struct Setup {
  std::string destination;
  config::Section settings;
  config::Section mapping;
  bool mark_synced = false;  // The destination is told when the others have a lead.
};

// The registry, generated by CMake from the folders under connectors/.  `configure` also refuses
// the keys of both sections that the connector did not ask for.
struct ConnectorType {
  std::string_view name;
  std::unique_ptr<const Connector> (*configure)(Setup setup);
};
const std::vector<ConnectorType>& AllConnectors();
const ConnectorType* FindConnector(std::string_view name);

// What a status means when the connector has no rule of its own for it: 408, 409, 423, 425 and 5xx
// retry (5xx strains the destination); 429 throttled; 401 unauthorized; every other 3xx and 4xx
// rejected.  2xx is the caller's to judge: what it does not understand of one is unknown.
Outcome JudgeByStatus(const http::Response& response, absl::Time now);

// What Retry-After asks for, in seconds or as a date; never longer than a day, since a date far off
// is a receiver's mistake, not its wish.
std::optional<absl::Duration> RetryAfter(const http::Response& response, absl::Time now);

}  // namespace leadrelay::delivery
