// docs/security.md says which limits hold: its numbers are the code's.

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/config/config.h"
#include "common/http/client.h"
#include "common/http/server.h"
#include "common/json/json.h"
#include "common/lead/topology.h"
#include "services/delivery/deliver/decide_jobs.h"
#include "services/ingest/receive/idempotency_key.h"

namespace leadrelay {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(absl::StrCat(LEADRELAY_SOURCE_DIR, "/", path), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string Bytes(int64_t bytes) {
  if (bytes % (1 << 20) == 0) return absl::StrCat(bytes >> 20, " MiB");
  if (bytes % (1 << 10) == 0) return absl::StrCat(bytes >> 10, " KiB");
  return absl::StrCat(bytes, " bytes");
}

std::string Seconds(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Seconds(duration), " s");
}

int64_t BrokersLargestMessage() {
  const std::string config = Read("compose/rabbitmq/rabbitmq.conf");
  const std::string key = "\nmax_message_size = ";
  return std::atoll(config.c_str() + config.find(key) + key.size());
}

TEST(SecurityDocsTest, NameTheLimitsThatHold) {
  const http::ServerOptions server;
  const http::SendOptions send;
  const config::Ingest ingest;
  struct Limit {
    std::string what;
    std::string value;
  };
  const std::vector<Limit> limits = {
      {"header of a request", Bytes(server.max_header_bytes)},
      {"connections of one process", absl::StrCat(server.max_connections)},
      {"bodies that all connections together may hold", Bytes(server.max_buffered_bytes)},
      {"a request, first byte to last", Seconds(server.request_timeout)},
      {"between two requests", Seconds(server.idle_timeout)},
      {"a lead", Bytes(ingest.max_lead_bytes)},
      {"a batch", Bytes(ingest.max_batch_bytes)},
      {"leads in a batch", absl::StrCat(ingest.max_batch_leads)},
      {"depth of JSON", absl::StrCat(json::ParseLimits().max_depth)},
      {"faults in one answer", absl::StrCat(json::Schema::kMaxFaults)},
      {"an idempotency key", Bytes(ingest::kMaxIdempotencyKey)},
      {"an answered key in Redis", absl::StrCat(ingest.idempotency_ttl / absl::Hours(1), " h")},
      {"a CRM's response", Bytes(send.max_response_bytes)},
      {"an id or another fact out of a response", Bytes(delivery::kLongestFact)},
      {"a CRM's words", Bytes(delivery::kLongestReason)},
      {"a message that is wrapped into a rejection or a dead letter", Bytes(lead::kLongestWrapped)},
      {"a message, for the broker", Bytes(BrokersLargestMessage())},
  };
  const std::string text = Read("docs/security.md");
  for (const Limit& limit : limits) {
    const std::string row = absl::StrCat("| ", limit.what, " | ", limit.value, " |");
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace leadrelay
