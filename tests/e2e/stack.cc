#include "tests/e2e/stack.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <signal.h>
#include <unistd.h>

#include "common/crypto/crypto.h"

namespace leadrelay::e2e {
namespace {

namespace fs = std::filesystem;
using test::Eventually;
using test::FreePort;
using test::Process;
using test::ReadWholeFile;

constexpr milliseconds kReadyTimeout = seconds(20);
const char kBin[] = LEADRELAY_BINARY_DIR "/bin";

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << what << std::endl;
  std::abort();  // A test that cannot set up has failed, and must not be taken for a skipped one.
}

Servers ReadServers(const std::string& folder) {
  Reply file;
  file.body = ReadWholeFile(folder + "/servers.json");
  json::Document ports = file.Json();
  Servers servers;
  servers.broker = static_cast<int>(ports.root().Find("broker").Int64Or(0));
  servers.management = static_cast<int>(ports.root().Find("management").Int64Or(0));
  servers.redis = static_cast<int>(ports.root().Find("redis").Int64Or(0));
  servers.broker_pid = std::atoi(ReadWholeFile(folder + "/broker.pid").c_str());
  if (servers.broker == 0) Fail("no broker and Redis for the end-to-end tests in " + folder);
  return servers;
}

// For a test program that is run by hand: its own servers, until it ends.
class OwnServers {
 public:
  OwnServers() : folder_(absl::StrCat(LEADRELAY_BINARY_DIR "/e2e-servers-", getpid())) {
    if (Run("start") != 0) Fail("the end-to-end tests' broker and Redis do not start");
  }
  ~OwnServers() {
    Run("stop");
    fs::remove_all(folder_);
  }
  const std::string& folder() const { return folder_; }

 private:
  int Run(const char* action) const {
    std::string command = absl::StrCat(
        LEADRELAY_SOURCE_DIR "/tests/e2e/servers.sh ", action, " ", kBin, " ", folder_);
    return std::system(command.c_str());  // NOLINT(bugprone-command-processor,cert-env33-c)
  }
  std::string folder_;
};

Servers FindServers() {
  if (const char* folder = std::getenv("LEADRELAY_E2E_SERVERS")) return ReadServers(folder);
  static OwnServers own;
  return ReadServers(own.folder());
}

std::string Indent(const std::string& text) {
  if (text.empty()) return "";
  return text.back() == '\n' ? text : text + "\n";
}

std::string UrlEncode(const std::string& text) {
  return absl::StrReplaceAll(text, {{"/", "%2F"}, {" ", "%20"}});
}

}  // namespace

std::string WebhookDestination(const std::string& name, const std::string& more) {
  return absl::StrCat("  ",
                      name,
                      ":\n",
                      "    connector: webhook\n"
                      "    allow_private_addresses: true\n"
                      "    timeout: 2s\n",
                      Indent(more),
                      "    settings:\n"
                      "      url: ${SANDBOX}/hooks/",
                      name,
                      "\n"
                      "      allow_http: true\n");
}

std::string HubSpotDestination(const std::string& name,
                               const std::string& more,
                               const std::string& settings) {
  return absl::StrCat(
      "  ",
      name,
      ":\n",
      "    connector: hubspot\n"
      // A cold bucket begins empty: that is a test of its own.
      "    limits: []\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n",
      Indent(more),
      "    settings:\n"
      "      base_url: ${SANDBOX}\n"
      "      allow_http: true\n",
      settings.empty() ? "      access_token: ${HUBSPOT_TOKEN}\n" : Indent(settings));
}

Stack::Stack(StackOptions options) {
  const Servers servers = options.servers.has_value() ? *options.servers : FindServers();
  detours_ = options.detours;
  launchers_ = options.launchers;
  broker_port_ = servers.broker;
  broker_pid_ = servers.broker_pid;
  management_port_ = servers.management;
  redis_port_ = servers.redis;
  if (options.broker != nullptr) {
    broker_port_ = options.broker->port();
    broker_pid_ = options.broker->pid();
    management_port_ = options.broker->management_port();
  }
  vhost_ = "t-" + crypto::Hex(crypto::RandomBytes(6));
  folder_ = absl::StrCat(LEADRELAY_BINARY_DIR "/e2e/", vhost_);
  fs::create_directories(folder_);

  Reply made = Management("PUT", "/api/vhosts/" + vhost_);
  if (made.status != 201)
    Fail(absl::StrCat("cannot make a virtual host: ", made.status, made.body));
  std::string counted = folder_ + "/redis-database";
  std::string command =
      absl::StrCat("redis-cli -p ", redis_port_, " incr e2e:databases > ", counted);
  if (std::system(command.c_str()) != 0) Fail("redis does not answer");  // NOLINT
  redis_database_ = 1 + std::atoi(ReadWholeFile(counted).c_str()) % 500;
  command =
      absl::StrCat("redis-cli -p ", redis_port_, " -n ", redis_database_, " flushdb > /dev/null");
  if (std::system(command.c_str()) != 0) Fail("redis does not answer");  // NOLINT

  environment_ = {{"RABBIT_PASSWORD", "guest"},
                  {"IP_HASH_KEY", "end-to-end-test-ip-hash-key-0123456789"},
                  {"HUBSPOT_TOKEN", "pat-na1-sandbox"},
                  {"HUBSPOT_CLIENT_SECRET", "sandbox-secret"},
                  {"HUBSPOT_REFRESH_TOKEN", "sandbox-refresh"}};
  sandbox_port_ = options.sandbox_port != 0 ? options.sandbox_port : FreePort();
  sandbox_smtp_port_ = FreePort();
  for (const auto& [name, value] : options.environment) environment_[name] = WithSandbox(value);
  ingest_port_ = FreePort();
  dlq_port_ = FreePort();
  if (options.without_file) {
    SetVariables();
  } else {
    WriteConfig(options);
  }
  StartSandbox();
  StartDlq();
  StartIngest();
  if (options.start_delivery) StartDelivery();
}

void Stack::StartSandbox() {
  const std::vector<std::string> arguments = {std::string(kBin) + "/leadrelay-sandbox",
                                              "--port",
                                              absl::StrCat(sandbox_port_),
                                              "--smtp-port",
                                              absl::StrCat(sandbox_smtp_port_)};
  sandbox_ = std::make_unique<Process>(arguments, environment_, folder_ + "/sandbox.log");
  const std::string report = absl::StrCat("http://127.0.0.1:", sandbox_port_, "/_control/report");
  if (!Eventually([&report] { return Call("GET", report).status == 200; }, kReadyTimeout)) {
    Fail("the sandbox does not answer\n" + Log("sandbox"));
  }
}

Stack::~Stack() {
  deliveries_.clear();
  ingest_.reset();
  dlq_.reset();
  sandbox_.reset();
  Management("DELETE", "/api/vhosts/" + vhost_);
  fs::remove_all(folder_);
}

void Stack::WriteConfig(const StackOptions& options) {
  config_ = absl::StrCat(
      "log:\n"
      "  level: ",
      options.log_level,
      "\n"
      "broker:\n"
      "  addresses: [127.0.0.1:@BROKER_PORT@]\n"
      "  virtual_host: ",
      vhost_,
      "\n"
      "  username: guest\n"
      "  password: ${RABBIT_PASSWORD}\n"
      "redis:\n"
      "  address: 127.0.0.1:@REDIS_PORT@\n"
      "  database: ",
      redis_database_,
      "\n"
      "ingest:\n"
      "  listen: 127.0.0.1:",
      ingest_port_,
      "\n"
      "  ip_hash_key: ${IP_HASH_KEY}\n",
      Indent(options.ingest),
      "delivery:\n"
      "  listen: 127.0.0.1:@DELIVERY_PORT@\n",
      Indent(options.delivery),
      "dlq:\n"
      "  listen: 127.0.0.1:",
      dlq_port_,
      "\n"
      "  database: ",
      options.database.empty() ? folder_ + "/ledger.db" : options.database,
      "\n"
      "publishers:\n"
      "  shop:\n"
      "    keys:\n"
      "      - sha256: ",
      crypto::Hex(crypto::Sha256(kApiKey)),
      "\n"
      "    amqp: true\n"
      "    phone_region: DE\n",
      Indent(options.publishers),
      options.routes.empty() ? "" : "routes:\n" + Indent(options.routes),
      "destinations:\n",
      Indent(options.destinations));
  config_path_ = folder_ + "/leadrelay.yaml";
  std::ofstream(config_path_) << ConfigFor("", 0);
}

// The file that no flag or variable names is the one that is not there.
void Stack::SetVariables() {
  config_path_ = "leadrelay.yaml";
  redis_database_ = 0;
  const auto local = [](int port) { return absl::StrCat("127.0.0.1:", port); };
  environment_["LEADRELAY_BROKER"] = local(broker_port_);
  environment_["LEADRELAY_BROKER_VIRTUAL_HOST"] = vhost_;
  environment_["LEADRELAY_REDIS"] = local(redis_port_);
  environment_["LEADRELAY_LISTEN"] = local(ingest_port_);
  environment_["LEADRELAY_DLQ_LISTEN"] = local(dlq_port_);
  environment_["LEADRELAY_DATABASE"] = folder_ + "/ledger.db";
  environment_["LEADRELAY_API_KEY"] = std::string(kApiKey);
}

std::string Stack::WithSandbox(const std::string& text) const {
  return absl::StrReplaceAll(text,
                             {{"${SANDBOX}", absl::StrCat("http://127.0.0.1:", sandbox_port_)},
                              {"${SANDBOX_SMTP_PORT}", absl::StrCat(sandbox_smtp_port_)}});
}

std::string Stack::ConfigFor(const std::string& service, int delivery_port) const {
  const auto found = detours_.find(service);
  const Detour detour = found == detours_.end() ? Detour() : found->second;
  const auto way = [](int between, int direct) {
    return absl::StrCat(between == 0 ? direct : between);
  };
  return absl::StrReplaceAll(
      config_,
      {{"${SANDBOX}", absl::StrCat("http://127.0.0.1:", way(detour.sandbox, sandbox_port_))},
       {"${SANDBOX_SMTP_PORT}", absl::StrCat(sandbox_smtp_port_)},
       {"@BROKER_PORT@", way(detour.broker, broker_port_)},
       {"@REDIS_PORT@", way(detour.redis, redis_port_)},
       {"@DELIVERY_PORT@", absl::StrCat(delivery_port)}});
}

std::string Stack::WriteConfigFor(const std::string& service, size_t index) {
  const int port = service == "delivery" ? delivery_ports_[index] : 0;
  if (config_.empty()) {
    if (port != 0) environment_["LEADRELAY_DELIVERY_LISTEN"] = absl::StrCat("127.0.0.1:", port);
    return config_path_;
  }
  std::string path = absl::StrCat(folder_, "/", service, "-", index, ".yaml");
  std::ofstream(path) << ConfigFor(service, port);
  return path;
}

std::unique_ptr<Process> Stack::Start(const std::string& service,
                                      const std::string& config,
                                      const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = launchers_[service];
  arguments.push_back(absl::StrCat(kBin, "/leadrelay-", service));
  arguments.push_back("--config");
  arguments.push_back(config);
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return std::make_unique<Process>(arguments, environment_, folder_ + "/" + service + ".log");
}

bool Stack::Ready(const std::string& service, size_t index) const {
  const int port = service == "ingest" ? ingest_port_
                   : service == "dlq"  ? dlq_port_
                                       : delivery_ports_.at(index);
  return Call("GET", absl::StrCat("http://127.0.0.1:", port, "/readyz")).status == 200;
}

void Stack::WaitReady(const std::string& service, size_t index) {
  if (!Eventually([&] { return Ready(service, index); }, kReadyTimeout)) {
    Fail(absl::StrCat(service, " does not become ready:\n", Log(service)));
  }
}

void Stack::Launch(const std::string& service, size_t index) {
  std::unique_ptr<Process>& process = service == "ingest" ? ingest_
                                      : service == "dlq"  ? dlq_
                                                          : deliveries_.at(index);
  process.reset();
  const std::vector<std::string> flags =
      service == "delivery" ? delivery_flags_[index] : std::vector<std::string>();
  process = Start(service, WriteConfigFor(service, index), flags);
}

void Stack::StartIngest() {
  Launch("ingest");
  WaitReady("ingest");
}

void Stack::StartDlq() {
  Launch("dlq");
  WaitReady("dlq");
}

size_t Stack::StartDelivery(const std::vector<std::string>& flags) {
  delivery_ports_.push_back(FreePort());
  delivery_flags_.push_back(flags);
  deliveries_.push_back(nullptr);
  RestartDelivery(deliveries_.size() - 1);
  return deliveries_.size() - 1;
}

void Stack::RestartDelivery(size_t index) {
  Launch("delivery", index);
  WaitReady("delivery", index);
}

Reply Stack::DeliveryGet(const std::string& path, size_t index) {
  return Call("GET", absl::StrCat("http://127.0.0.1:", delivery_ports_.at(index), path));
}

Reply Stack::Ingest(const std::string& method,
                    const std::string& path,
                    const std::string& body,
                    const std::vector<std::string>& headers) {
  return Call(method, absl::StrCat("http://127.0.0.1:", ingest_port_, path), body, headers);
}

double Stack::IngestMetric(const std::string& series) {
  const std::string text = "\n" + Ingest("GET", "/metrics").body;
  const size_t at = text.find("\n" + series + " ");
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + series.size() + 2);
}

Reply Stack::Send(const std::string& lead, const std::string& idempotency_key) {
  std::vector<std::string> headers = {"Content-Type: application/json",
                                      absl::StrCat("X-Api-Key: ", std::string(kApiKey))};
  if (!idempotency_key.empty()) headers.push_back("Idempotency-Key: " + idempotency_key);
  return Ingest("POST", "/v1/leads", lead, headers);
}

Reply Stack::SendBatch(const std::string& ndjson) {
  return Ingest(
      "POST",
      "/v1/leads:batch",
      ndjson,
      {"Content-Type: application/x-ndjson", absl::StrCat("X-Api-Key: ", std::string(kApiKey))});
}

Reply Stack::Management(const std::string& method,
                        const std::string& path,
                        const std::string& body) {
  return Call(method,
              absl::StrCat("http://guest:guest@127.0.0.1:", management_port_, path),
              body,
              {"Content-Type: application/json"});
}

bool Stack::PublishAmqp(const std::string& body,
                        const std::string& message_id,
                        const std::string& app_id,
                        const std::string& exchange) {
  json::Writer writer;
  writer.StartObject();
  writer.Key("properties").StartObject();
  writer.Member("message_id", message_id)
      .Member("app_id", app_id)
      .Member("content_type", "application/json")
      .Member("delivery_mode", 2);
  writer.EndObject();
  writer.Member("routing_key", exchange == "leads.inbound" ? "" : exchange)
      .Member("payload", body)
      .Member("payload_encoding", "string");
  writer.EndObject();
  std::string target = exchange == "leads.inbound" ? exchange : "leads";
  Reply reply =
      Management("POST",
                 absl::StrCat("/api/exchanges/", vhost_, "/", UrlEncode(target), "/publish"),
                 writer.Take());
  return reply.status == 200 && reply.Json().root().Find("routed").BoolOr(false);
}

std::string Stack::TakeFromQueue(const std::string& queue) {
  Reply reply = Management("POST",
                           absl::StrCat("/api/queues/", vhost_, "/", queue, "/get"),
                           R"({"count":1,"ackmode":"ack_requeue_false","encoding":"auto"})");
  return reply.Json().root().At(0).Find("payload").StringOr("");
}

int64_t Stack::QueueDepth(const std::string& queue) {
  Reply reply = Management("GET", absl::StrCat("/api/queues/", vhost_, "/", queue));
  return reply.Json().root().Find("messages").Int64Or(0);
}

json::Document Stack::Dlq(const std::string& path) {
  return DlqGet(path).Json();
}

Reply Stack::DlqGet(const std::string& path) {
  return Call("GET", absl::StrCat("http://127.0.0.1:", dlq_port_, path));
}

Reply Stack::DlqPost(const std::string& path, const std::string& body) {
  return Call("POST",
              absl::StrCat("http://127.0.0.1:", dlq_port_, path),
              body,
              {"Content-Type: application/json"});
}

json::Document Stack::Books(const std::string& destination) {
  json::Document books = Dlq("/v1/books");
  for (const json::Value& entry : books.root().Find("destinations").Elements()) {
    if (entry.Find("destination").StringOr("") == destination) {
      absl::StatusOr<json::Document> own = json::Document::Parse(entry.ToJson());
      if (own.ok()) return *own;
    }
  }
  return {};
}

int64_t Stack::Book(const std::string& destination, const std::string& state) {
  return Books(destination).root().Find(state).Int64Or(0);
}

bool Stack::WaitForBook(const std::string& destination,
                        const std::string& state,
                        int64_t count,
                        milliseconds timeout) {
  return Eventually([&] { return Book(destination, state) >= count; }, timeout);
}

bool Stack::WaitForBalance(const std::string& destination, int64_t accepted, milliseconds timeout) {
  return Eventually(
      [&] {
        json::Document books = Books(destination);
        auto of = [&books](const char* state) { return books.root().Find(state).Int64Or(0); };
        return of("accepted") == accepted && of("in_flight") == 0 &&
               of("accepted") == of("delivered") + of("suppressed") + of("dead") + of("discarded");
      },
      timeout);
}

void Stack::Fault(const std::string& json) {
  Reply reply =
      Call("POST", absl::StrCat("http://127.0.0.1:", sandbox_port_, "/_control/faults"), json);
  if (reply.status != 200) Fail("the sandbox refuses the fault: " + reply.body);
}

void Stack::ClearFaults() {
  Call("DELETE", absl::StrCat("http://127.0.0.1:", sandbox_port_, "/_control/faults"));
}

void Stack::Limit(const std::string& system,
                  const std::string& window,
                  int64_t limit,
                  std::optional<milliseconds> per) {
  json::Writer writer;
  writer.StartObject().Member("system", system).Member("window", window).Member("limit", limit);
  if (per.has_value()) writer.Member("per_ms", static_cast<int64_t>(per->count()));
  writer.EndObject();
  Reply reply = Call(
      "POST", absl::StrCat("http://127.0.0.1:", sandbox_port_, "/_control/limits"), writer.Take());
  if (reply.status != 200) Fail("the sandbox refuses the limit: " + reply.body);
}

std::vector<int64_t> Stack::Arrivals(const std::string& system, const std::string& window) {
  const json::Document times = Call("GET",
                                    absl::StrCat("http://127.0.0.1:",
                                                 sandbox_port_,
                                                 "/_control/arrivals?system=",
                                                 system,
                                                 "&window=",
                                                 window))
                                   .Json();
  std::vector<int64_t> arrivals;
  for (const json::Value& each : times.root().Elements()) arrivals.push_back(each.Int64Or(0));
  return arrivals;
}

json::Document Stack::Report(const std::string& system) {
  return Call("GET",
              absl::StrCat("http://127.0.0.1:", sandbox_port_, "/_control/report?system=", system))
      .Json();
}

int64_t Stack::Reported(const std::string& pointer) {
  return Report().root().Pointer(pointer).Int64Or(0);
}

json::Document Stack::Records(const std::string& system, const std::string& type) {
  return Call("GET",
              absl::StrCat("http://127.0.0.1:",
                           sandbox_port_,
                           "/_control/records?system=",
                           system,
                           "&type=",
                           type))
      .Json();
}

std::string Stack::Log(const std::string& service) const {
  return ReadWholeFile(absl::StrCat(folder_, "/", service, ".log"));
}

std::string Stack::Logs() const {
  std::string all;
  for (const char* service : {"ingest", "delivery", "dlq", "sandbox"}) {
    std::string log = Log(service);
    if (log.size() > 6000) log = "..." + log.substr(log.size() - 6000);
    absl::StrAppend(&all, "---- ", service, "\n", log, "\n");
  }
  return all;
}

std::string EmailOf(int number) {
  return absl::StrCat("person", number, "@example.com");
}

std::string Lead(int number, const std::string& more) {
  return absl::StrCat(R"({"email":")",
                      EmailOf(number),
                      R"(","name":"Ada P)",
                      number,
                      R"(","company":"Example Works","form_name":"contact","consent_given":true)",
                      more,
                      "}");
}

std::string SixtyLeads() {
  std::string batch;
  for (int i = 0; i < 58; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  absl::StrAppend(&batch, R"({"email":"person1@example.com","last_name":"Lovelace"})", "\n");
  absl::StrAppend(&batch, Lead(58, R"(,"form_data":{"bad":"value"})"), "\n");
  return batch;
}

}  // namespace leadrelay::e2e
