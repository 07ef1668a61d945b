#pragma once
// Stack: one leadrelay installation of a test: ingest, dlq, as many delivery processes as it wants
// and a sandbox, on a virtual host and a Redis database of its own.  The broker and the Redis
// behind them are real and shared by all tests (tests/e2e/servers.sh), or the test's own; without
// LEADRELAY_E2E_SERVERS in the environment the test's process starts its own.
//
// Blocking; one thread, except Send(), which any thread may call.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/json/json.h"
#include "tests/e2e/http_call.h"
#include "tests/support/broker/broker.h"
#include "tests/support/process/process.h"

namespace leadrelay::e2e {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The API key of the publisher "shop" in every test's configuration.
inline constexpr std::string_view kApiKey = "lrk_shop_end-to-end-test-key";

// The broker and the Redis of a Stack.
struct Servers {
  int broker = 0;
  int management = 0;  // The broker's HTTP API.
  int redis = 0;
  pid_t broker_pid = -1;
};

// Where a service finds what it needs when something stands in between; 0: there, directly.
struct Detour {
  int broker = 0;
  int redis = 0;
  int sandbox = 0;
};

// The parts of leadrelay.yaml that a test decides, in YAML; ${SANDBOX} stands for its base URL,
// ${SANDBOX_SMTP_PORT} for its port for mail.
struct StackOptions {
  std::string destinations;  // The members of `destinations:`, indented by two.
  std::string routes;        // The whole `routes:` value; empty: every lead to every destination.
  std::string publishers;    // Further members of `publishers:`.
  std::string ingest;        // Further members of `ingest:`.
  std::string delivery;      // Further members of `delivery:`.
  // Further variables, for secrets; ${SANDBOX} stands for its base URL here as well.
  std::map<std::string, std::string> environment;
  // No leadrelay.yaml: the variables are the configuration, and nothing of the above counts.
  bool without_file = false;
  bool start_delivery = true;
  std::string log_level = "info";
  std::string database;  // dlq's; empty: one in the test's folder.
  // For tests that harm what others would share: servers of their own, a port for the sandbox that
  // is known before it runs, and ways to both, by service.
  std::optional<Servers> servers;
  int sandbox_port = 0;
  std::map<std::string, Detour> detours;
  // What a service's command line begins with, by service.
  std::map<std::string, std::vector<std::string>> launchers;
  // With its management API: instead of the shared one, for a test that stops it.  Outlives the
  // stack, and runs at its start.
  test::Broker* broker = nullptr;
};

// A destination of the sandbox's webhook receiver `name`; `more` are further members.
std::string WebhookDestination(const std::string& name, const std::string& more = "");
// A destination of the sandbox's HubSpot; `settings` are further members of its settings.
std::string HubSpotDestination(const std::string& name,
                               const std::string& more = "",
                               const std::string& settings = "");

class Stack {
 public:
  explicit Stack(StackOptions options);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  // A lead over HTTP, as the publisher "shop".
  Reply Send(const std::string& lead, const std::string& idempotency_key = "");
  Reply SendBatch(const std::string& ndjson);
  Reply Ingest(const std::string& method,
               const std::string& path,
               const std::string& body = "",
               const std::vector<std::string>& headers = {});
  // A lead over AMQP: to `exchange`, through the broker's management API.
  bool PublishAmqp(const std::string& body,
                   const std::string& message_id,
                   const std::string& app_id = "shop",
                   const std::string& exchange = "leads.inbound");
  // Takes a message from a queue, or returns an empty text.
  std::string TakeFromQueue(const std::string& queue);
  // Messages ready and unacknowledged, by the broker's own count.
  int64_t QueueDepth(const std::string& queue);

  // The operators' API.
  json::Document Dlq(const std::string& path);
  Reply DlqGet(const std::string& path);
  Reply DlqPost(const std::string& path, const std::string& body = "{}");
  // The books of one destination, as {"accepted":..,"delivered":..,...}.
  json::Document Books(const std::string& destination);
  int64_t Book(const std::string& destination, const std::string& state);
  // Waits until `state` of the books has reached `count`.
  bool WaitForBook(const std::string& destination,
                   const std::string& state,
                   int64_t count,
                   milliseconds timeout = seconds(20));
  // True when accepted = delivered + suppressed + dead + discarded and nothing is in flight.
  bool WaitForBalance(const std::string& destination,
                      int64_t accepted,
                      milliseconds timeout = seconds(30));

  // The sandbox.
  void Fault(const std::string& json);
  void ClearFaults();
  // `per`: instead of the real window's, where that is too long to wait for.
  void Limit(const std::string& system,
             const std::string& window,
             int64_t limit,
             std::optional<milliseconds> per = std::nullopt);
  // When the first requests came into a window, in microseconds since 1970.
  std::vector<int64_t> Arrivals(const std::string& system, const std::string& window);
  // Of one system, or of all.
  json::Document Report(const std::string& system = "");
  int64_t Reported(const std::string& pointer);  // "/hubspot/contacts"
  json::Document Records(const std::string& system, const std::string& type);

  test::Process& ingest() { return *ingest_; }
  test::Process& dlq() { return *dlq_; }
  test::Process& delivery(size_t index = 0) { return *deliveries_.at(index); }
  void StartIngest();
  void StartDlq();
  // Another delivery process; returns its index.  `flags` as on its command line.
  size_t StartDelivery(const std::vector<std::string>& flags = {});
  void RestartDelivery(size_t index);
  // "ingest", "dlq" or "delivery", in the place of the one before; does not wait for it, which may
  // take until something else is there again.
  void Launch(const std::string& service, size_t index = 0);
  bool Ready(const std::string& service, size_t index = 0) const;
  Reply DeliveryGet(const std::string& path, size_t index = 0);
  // A figure of ingest's GET /metrics; 0 when the series is not there.
  double IngestMetric(const std::string& series);
  // The logs of everything that ran, for a failing test's message.
  std::string Logs() const;
  std::string Log(const std::string& service) const;

  int ingest_port() const { return ingest_port_; }
  int broker_port() const { return broker_port_; }
  pid_t broker_pid() const { return broker_pid_; }  // With the node among its descendants.
  const std::string& vhost() const { return vhost_; }
  int redis_port() const { return redis_port_; }
  int redis_database() const { return redis_database_; }
  const std::string& folder() const { return folder_; }
  const std::string& config_path() const { return config_path_; }
  const std::map<std::string, std::string>& environment() const { return environment_; }

 private:
  void WriteConfig(const StackOptions& options);
  void SetVariables();
  void StartSandbox();
  std::unique_ptr<test::Process> Start(const std::string& service,
                                       const std::string& config,
                                       const std::vector<std::string>& flags);
  void WaitReady(const std::string& service, size_t index = 0);
  std::string WithSandbox(const std::string& text) const;
  // What the file says for one process, and for those who call it from outside ("").
  std::string ConfigFor(const std::string& service, int delivery_port) const;
  std::string WriteConfigFor(const std::string& service, size_t index);
  Reply Management(const std::string& method,
                   const std::string& path,
                   const std::string& body = "");

  std::string folder_;
  std::string config_path_;
  std::string config_;  // Empty: there is no file.
  std::map<std::string, Detour> detours_;
  std::map<std::string, std::vector<std::string>> launchers_;
  std::string vhost_;
  std::map<std::string, std::string> environment_;
  int broker_port_ = 0;
  pid_t broker_pid_ = -1;
  int management_port_ = 0;
  int redis_port_ = 0;
  int redis_database_ = 0;
  int sandbox_port_ = 0;
  int sandbox_smtp_port_ = 0;
  int ingest_port_ = 0;
  int dlq_port_ = 0;
  std::vector<int> delivery_ports_;
  std::unique_ptr<test::Process> sandbox_;
  std::unique_ptr<test::Process> ingest_;
  std::unique_ptr<test::Process> dlq_;
  std::vector<std::unique_ptr<test::Process>> deliveries_;
  std::vector<std::vector<std::string>> delivery_flags_;
};

// A valid lead as JSON: person `number`, with consent.  `more` are further members: ,"note":"x"
std::string Lead(int number, const std::string& more = "");
// A backlog, a line each: of 59 people, one of whom wrote twice, and one of whom has
// `form_data.bad`.
std::string SixtyLeads();
std::string EmailOf(int number);

}  // namespace leadrelay::e2e
