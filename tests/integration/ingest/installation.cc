#include "tests/integration/ingest/installation.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <curl/curl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "common/crypto/crypto.h"
#include "tests/support/openapi/openapi.h"

namespace leadrelay::ingest {
namespace {

std::unique_ptr<test::Broker>& Slot() {
  static std::unique_ptr<test::Broker> broker;
  return broker;
}

std::string ScratchFolder() {
  std::string name = std::filesystem::temp_directory_path() / "leadrelay-ingest-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

std::string Sha256Of(std::string_view key) {
  return crypto::Hex(crypto::Sha256(key));
}

size_t AppendBody(char* data, size_t, size_t count, void* response) {
  static_cast<http::Response*>(response)->body.append(data, count);
  return count;
}

size_t AppendHeader(char* data, size_t, size_t count, void* response) {
  const std::string_view line(data, count);
  const size_t colon = line.find(": ");
  if (colon != std::string_view::npos) {
    const std::string_view value = line.substr(colon + 2);
    static_cast<http::Response*>(response)->headers.Add(
        std::string(line.substr(0, colon)),
        std::string(value.substr(0, value.find_last_not_of("\r\n") + 1)));
  }
  return count;
}

// Whatever a test is about, proto/openapi.yaml must know the answer.
void ExpectAsDocumented(const std::string& method,
                        const std::string& path,
                        const http::Response& response) {
  if (method != "POST" || !path.starts_with("/v1/") || response.status == 0) return;
  static const test::OpenApi api;
  const std::string type(response.headers.Get("content-type"));
  EXPECT_EQ(api.Check({method, path, response.status, type, response.body}), "");
}

}  // namespace

test::Broker& TheBroker() {
  if (Slot() == nullptr) Slot() = std::make_unique<test::Broker>();
  return *Slot();
}

void StopTheBroker() {
  Slot().reset();
}

Installation::Installation(const std::string& ingest)
    : folder_(ScratchFolder()), port_(test::FreePort()) {
  WriteConfig(ingest);
  Start();
  EmptyQueues();
}

void Installation::Start() {
  process_ = std::make_unique<test::Process>(
      std::vector<std::string>{
          LEADRELAY_BINARY_DIR "/bin/leadrelay-ingest", "--config", folder_ + "/leadrelay.yaml"},
      std::map<std::string, std::string>{
          {"IP_HASH_KEY", "thirty-two bytes, and a few more of them"}},
      folder_ + "/ingest.log");
  AwaitReady();
}

void Installation::EditConfig(const std::string& from, const std::string& to) {
  const std::string path = folder_ + "/leadrelay.yaml";
  const std::string text = test::ReadWholeFile(path);
  if (text.find(from) == std::string::npos) std::abort();
  std::ofstream(path) << absl::StrReplaceAll(text, {{from, to}});
}

Installation::~Installation() {
  process_.reset();
  std::filesystem::remove_all(folder_);
}

void Installation::WriteConfig(const std::string& ingest) {
  std::ofstream file(folder_ + "/leadrelay.yaml");
  file << "broker:\n  addresses: [\"127.0.0.1:" << TheBroker().port() << "\"]\n"
       << "  heartbeat: 2s\n"
       << "redis:\n  address: 127.0.0.1:" << redis_.port() << "\n"
       << "ingest:\n  listen: 127.0.0.1:" << port_ << "\n"
       << "  ip_hash_key: ${IP_HASH_KEY}\n"
       << absl::StrReplaceAll(ingest, {{"${FOLDER}", folder_}})
       << "publishers:\n  shop:\n    keys:\n      - sha256: " << Sha256Of(kShopKey)
       << "\n      - sha256: " << Sha256Of(kShopNewKey)
       << "\n    origins: [\"https://www.example.com\"]\n"
          "    amqp: true\n    phone_region: DE\n"
          "  slow:\n    keys:\n      - sha256: "
       << Sha256Of(kSlowKey)
       << "\n    requests_per_second: 1\n    burst: 2\n"
          "  strict:\n    amqp: true\n    amqp_user: strict-user\n"
          "forms:\n  demo:\n    publisher: shop\n"
          "    success_url: https://www.example.com/thanks\n"
          "    failure_url: https://www.example.com/sorry\n    honeypot: website\n"
          "  plain:\n    publisher: shop\n"
          "    success_url: https://www.example.com/thanks\n"
          "destinations:\n"
          "  hubspot:\n    connector: webhook\n    consent_required: true\n"
          "    settings:\n      url: https://crm.example.com/hook\n"
          "  sheet:\n    connector: webhook\n"
          "    settings:\n      url: https://sheet.example.com/hook\n";
}

http::Response Installation::Call(const std::string& method,
                                  const std::string& path,
                                  http::Headers headers,
                                  const std::string& body) {
  CURL* easy = curl_easy_init();
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : headers)
    list = curl_slist_append(list, (name + ": " + value).c_str());
  http::Response response;
  curl_easy_setopt(easy, CURLOPT_URL, absl::StrCat("http://127.0.0.1:", port_, path).c_str());
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20'000L);
  if (method == "POST" || !body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &AppendBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &response);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &AppendHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &response);
  if (curl_easy_perform(easy) == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
  }
  curl_slist_free_all(list);
  curl_easy_cleanup(easy);
  ExpectAsDocumented(method, path, response);
  return response;
}

http::Response Installation::Post(const std::string& lead, const std::string& key) {
  http::Headers headers = {{"Authorization", std::string("Bearer ") + kShopKey},
                           {"Content-Type", "application/json"}};
  if (!key.empty()) headers.Add("Idempotency-Key", key);
  return Call("POST", "/v1/leads", headers, lead);
}

double Installation::Metric(const std::string& series) {
  const std::string text = "\n" + Call("GET", "/metrics").body;
  const size_t at = text.find("\n" + series + " ");
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + series.size() + 2);
}

bool Installation::Ready() {
  return Call("GET", "/readyz").status == 200;
}

void Installation::AwaitReady() {
  // Ready also means connected: the health check has patience with a broker that comes and goes.
  const auto connected = [this] { return Post("{}").status == 422 && Ready(); };
  if (test::Eventually(connected, std::chrono::seconds(30))) return;
  std::cerr << "leadrelay-ingest does not become ready:\n" << Log() << std::endl;
  std::abort();
}

void Installation::EmptyQueues() {
  for (const char* queue :
       {"leads.ledger", "leads.rejected", "leads.inbound", "deliver.hubspot", "deliver.sheet"}) {
    // With a spool, ingest is ready before it has declared them.
    const auto purged = [queue] { return AmqpProbe(TheBroker().port()).Purge(queue); };
    if (!test::Eventually(purged, std::chrono::seconds(30))) std::abort();
  }
}

std::string Installation::Log() const {
  return test::ReadWholeFile(folder_ + "/ingest.log");
}

std::string LeadOf(const std::string& email, const std::string& more) {
  return R"({"email": ")" + email + "\"" + (more.empty() ? "" : ", " + more) + "}";
}

json::Document BodyOf(const http::Response& response) {
  return json::Document::Parse(response.body).value_or(json::Document());
}

std::string ProblemOf(const http::Response& response) {
  const std::string type = BodyOf(response).root().Find("type").StringOr("");
  return type.substr(type.rfind(':') + 1);
}

}  // namespace leadrelay::ingest
