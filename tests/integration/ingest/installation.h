#pragma once
// Installation: leadrelay-ingest as it is shipped, before a private broker and a private Redis, and
// a plain HTTP client.  Blocking.

#include <memory>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "common/json/json.h"
#include "tests/integration/ingest/amqp_probe.h"
#include "tests/support/broker/broker.h"
#include "tests/support/process/process.h"
#include "tests/support/redis/redis_server.h"

namespace leadrelay::ingest {

// The one broker of the test program: starting it takes five seconds.
test::Broker& TheBroker();
void StopTheBroker();

inline constexpr char kShopKey[] = "lrk_shop-key";
inline constexpr char kShopNewKey[] = "lrk_shop-key-after-rotation";
inline constexpr char kSlowKey[] = "lrk_slow-key";

// publishers   shop  (two keys, origin https://www.example.com, AMQP, region DE)
//              slow  (one lead a second, at most two at once)
//              strict (AMQP only, as the broker user "strict-user")
// forms        demo  (success and failure page, honeypot "website"), plain (no failure page)
// destinations hubspot (needs consent), sheet
class Installation {
 public:
  // Ready when it returns.  `ingest`: further lines of the section `ingest`, indented by two;
  // ${FOLDER} stands for folder().
  explicit Installation(const std::string& ingest = "");
  ~Installation();
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  // Every answer is also held against proto/openapi.yaml.  Status 0: there was none.
  http::Response Call(const std::string& method,
                      const std::string& path,
                      http::Headers headers = {},
                      const std::string& body = "");
  // POST /v1/leads as "shop", with a key unless it is empty.
  http::Response Post(const std::string& lead, const std::string& key = "");
  // A figure of GET /metrics; 0 when the series is not there.
  double Metric(const std::string& series);

  bool Ready();       // /readyz says so.
  void AwaitReady();  // Ends the process when it takes longer than 30 s.

  void EmptyQueues();  // All that ingest publishes to.

  void
  Start();  // After its process has ended: a new one, with the same files.  Returns when ready.
  void EditConfig(const std::string& from, const std::string& to);  // For the next Start().

  test::RedisServer& redis() { return redis_; }
  test::Process& process() { return *process_; }
  std::string Log() const;
  int port() const { return port_; }
  const std::string& folder() const { return folder_; }

 private:
  void WriteConfig(const std::string& ingest);

  std::string folder_;
  int port_;
  test::RedisServer redis_;
  std::unique_ptr<test::Process> process_;
};

// A valid lead; `more`: further members, such as R"("note": "x")".
std::string LeadOf(const std::string& email, const std::string& more = "");

// The body as JSON; null when it is none.
json::Document BodyOf(const http::Response& response);
std::string ProblemOf(const http::Response& response);  // The last part of its type.

}  // namespace leadrelay::ingest
