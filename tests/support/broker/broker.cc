#include "tests/support/broker/broker.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leadrelay::test {
namespace {

// The scripts behind Debian's wrappers, which would change user and folder.
constexpr char kServer[] = "/usr/lib/rabbitmq/bin/rabbitmq-server";
constexpr char kEpmd[] = "/usr/bin/epmd";
constexpr char kControl[] = "/usr/lib/rabbitmq/bin/rabbitmqctl";
constexpr char kConfigFolder[] = LEADRELAY_SOURCE_DIR "/compose/rabbitmq";
constexpr int kTries = 3;
constexpr std::chrono::seconds kStartPatience(60);
constexpr std::chrono::seconds kStopPatience(20);
constexpr std::chrono::seconds kControlPatience(60);

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "test::Broker: %s\n", why.c_str());
  std::abort();
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) Fail("cannot write " + path);
}

// Sends `request` and reports whether the first bytes of the answer are `expected`.
bool Answers(int port, const std::string& request, const std::string& expected) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval timeout{2, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  std::string answer(expected.size(), '\0');
  const bool good =
      connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size()) &&
      recv(fd, answer.data(), answer.size(), MSG_WAITALL) == static_cast<ssize_t>(answer.size()) &&
      answer == expected;
  close(fd);
  return good;
}

}  // namespace

Broker::Broker(BrokerOptions options) : options_(std::move(options)) {
  if (options_.data.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadrelay-broker-XXXXXX");
    if (mkdtemp(pattern.data()) == nullptr) Fail("no scratch folder");
    options_.data = pattern;
    scratch_ = true;
  }
  options_.data = std::filesystem::absolute(options_.data);
  std::filesystem::create_directories(options_.data + "/home");
  if (access(kServer, X_OK) != 0)
    Fail(std::string(kServer) + " is not there: install rabbitmq-server");
  if (options_.port == 0) options_.port = FreePort();
  if (options_.management_port == 0) options_.management_port = FreePort();
  Start();
}

Broker::~Broker() {
  if (!scratch_) {
    Stop();
    return;
  }
  Kill9();  // Nobody will look at the data again.
  std::error_code ignored;
  std::filesystem::remove_all(options_.data, ignored);
}

void Broker::Start() {
  for (int i = 0; i < kTries; ++i) {
    if (TryStart()) return;
    Kill9();
  }
  Fail("rabbitmq-server does not start; see " + options_.data + "/broker.log");
}

bool Broker::TryStart() {
  epmd_port_ = FreePort();
  distribution_port_ = FreePort();
  WriteConfig();
  // Started here and not by the node, so that there is a pid to end it by.
  epmd_ = std::make_unique<Process>(
      std::vector<std::string>{kEpmd, "-address", "127.0.0.1", "-port", std::to_string(epmd_port_)},
      Environment(),
      options_.data + "/epmd.log");
  node_ = std::make_unique<Process>(
      std::vector<std::string>{kServer}, Environment(), options_.data + "/broker.log");
  return WaitUntilReady();
}

void Broker::WriteConfig() const {
  std::string config = ReadWholeFile(std::string(kConfigFolder) + "/rabbitmq.conf");
  absl::StrAppend(&config, "\nlisteners.tcp.1 = 127.0.0.1:", options_.port, "\n");
  if (options_.management) {
    absl::StrAppend(&config,
                    "management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ",
                    options_.management_port,
                    "\n");
  }
  absl::StrAppend(&config, options_.extra_config, "\n");
  WriteFile(options_.data + "/rabbitmq.conf", config);
  WriteFile(options_.data + "/advanced.config",
            ReadWholeFile(std::string(kConfigFolder) + "/advanced.config"));
  WriteFile(options_.data + "/enabled_plugins",
            options_.management ? "[rabbitmq_management].\n" : "[].\n");
}

std::map<std::string, std::string> Broker::Environment() const {
  const std::string& data = options_.data;
  const std::string loopback = "-kernel inet_dist_use_interface {127,0,0,1}";
  return {
      {"HOME", data + "/home"},
      {"ERL_EPMD_ADDRESS", "127.0.0.1"},
      {"ERL_EPMD_PORT", std::to_string(epmd_port_)},
      // Makes the script become the node instead of starting it: its pid is the node's.
      {"RUNNING_UNDER_SYSTEMD", "true"},
      {"RABBITMQ_CONF_ENV_FILE", data + "/none"},
      {"RABBITMQ_NODENAME", "leadrelay@localhost"},
      {"RABBITMQ_DIST_PORT", std::to_string(distribution_port_)},
      {"RABBITMQ_MNESIA_BASE", data + "/mnesia"},
      {"RABBITMQ_LOG_BASE", data + "/log"},
      {"RABBITMQ_GENERATED_CONFIG_DIR", data + "/generated"},
      {"RABBITMQ_ENABLED_PLUGINS_FILE", data + "/enabled_plugins"},
      {"RABBITMQ_CONFIG_FILE", data + "/rabbitmq.conf"},
      {"RABBITMQ_ADVANCED_CONFIG_FILE", data + "/advanced.config"},
      {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", loopback},
      {"RABBITMQ_CTL_ERL_ARGS", loopback},
  };
}

bool Broker::WaitUntilReady() {
  const std::string amqp("AMQP\0\0\x09\x01", 8);
  const std::string connection_start("\x01\0\0", 3);  // A method frame on channel 0.
  const std::string http = "GET / HTTP/1.0\r\n\r\n";
  const auto ready = [&] {
    if (!node_->running()) return true;
    return Answers(options_.port, amqp, connection_start) &&
           (!options_.management || Answers(options_.management_port, http, "HTTP/1."));
  };
  return Eventually(ready, kStartPatience) && node_->running();
}

void Broker::Stop() {
  if (node_ != nullptr) {
    Thaw();
    node_->Signal(SIGTERM);
    (void)node_->Wait(kStopPatience);
  }
  Kill9();
}

void Broker::Kill9() {
  if (node_ != nullptr) node_->Kill9();
  if (epmd_ != nullptr) epmd_->Kill9();
}

void Broker::Restart() {
  Stop();
  Start();
}

void Broker::Freeze() const {
  node_->Signal(SIGSTOP);
  waitpid(node_->pid(), nullptr, WUNTRACED);  // Until its last thread stands still.
}

void Broker::Thaw() const {
  node_->Signal(SIGCONT);
}

absl::Status Broker::Control(const std::vector<std::string>& arguments, std::string* output) {
  std::vector<std::string> command = {kControl, "--quiet"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const std::string log = options_.data + "/rabbitmqctl.log";
  std::filesystem::remove(log);
  Process control(command, Environment(), log);
  const std::optional<int> status = control.Wait(kControlPatience);
  const std::string printed = ReadWholeFile(log);
  if (output != nullptr) *output = printed;
  if (status == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("rabbitmqctl ", arguments.front(), ": ", printed));
}

void Broker::SetMemoryAlarm(bool on) {
  absl::Status set = Control({"set_vm_memory_high_watermark", on ? "0.0000001" : "0.6"});
  if (!set.ok()) Fail(std::string(set.message()));
}

absl::Status Broker::Api(const std::string& method, const std::string& path) const {
  CURL* curl = curl_easy_init();
  const std::string url =
      absl::StrCat("http://127.0.0.1:", options_.management_port, "/api/", path);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_USERPWD, "guest:guest");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
  const CURLcode result = curl_easy_perform(curl);
  long code = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  curl_easy_cleanup(curl);
  if (result == CURLE_OK && code >= 200 && code < 300) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(method, " ", url, ": ", curl_easy_strerror(result), ", status ", code));
}

// The API gives the user who creates a vhost full permissions in it.
absl::Status Broker::CreateVhost(const std::string& name) {
  return Api("PUT", "vhosts/" + name);
}
absl::Status Broker::DeleteVhost(const std::string& name) {
  return Api("DELETE", "vhosts/" + name);
}

}  // namespace leadrelay::test
