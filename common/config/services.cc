#include "common/config/parts.h"
#include "common/config/shapes.h"
#include "common/lead/topology.h"

namespace leadrelay::config {
namespace {

constexpr size_t kShortestKey = 32;

bool IsFor(Reader reader, Reader service) {
  return reader == Reader::kEverything || reader == service;
}

ListenOptions ReadListen(Section& section, ListenOptions fallback) {
  const std::string text = section.Text("listen");
  if (text.empty()) return fallback;
  const auto address = ParseHostPort(text);
  if (!address.has_value()) {
    section.AddFault("listen", "has to be host:port, for example 0.0.0.0:8080 or [::]:8080");
    return fallback;
  }
  return {address->first, address->second};
}

void ReadSpool(Section spool, IngestSpool& options) {
  options.directory = spool.Text("directory", options.directory);
  options.max_bytes = spool.Bytes("max_bytes", options.max_bytes, 1 << 20, int64_t{1} << 40);
  if (options.directory.empty()) {
    if (spool.Has("max_bytes")) {
      spool.AddFault("max_bytes", "means nothing without `directory`: there is no spool");
    }
  } else if (!options.directory.starts_with('/')) {
    spool.AddFault("directory",
                   "has to be an absolute path, on a disk that outlives the process: in a "
                   "container, on a volume");
  }
}

void ReadIngest(Section ingest, bool given, Reader reader, Ingest& options) {
  options.listen = ReadListen(ingest, options.listen);
  options.publish_timeout = ingest.Duration(
      "publish_timeout", options.publish_timeout, absl::Milliseconds(100), absl::Minutes(1));
  options.max_lead_bytes = ingest.Bytes("max_lead_bytes", options.max_lead_bytes, 1 << 10, 1 << 20);
  options.max_batch_bytes =
      ingest.Bytes("max_batch_bytes", options.max_batch_bytes, 1 << 10, 64 << 20);
  options.max_batch_leads =
      static_cast<int>(ingest.Int("max_batch_leads", options.max_batch_leads, 1, 10'000));
  options.max_unconfirmed = ingest.Int("max_unconfirmed", options.max_unconfirmed, 1, 65'535);
  options.idempotency_ttl = ingest.Duration(
      "idempotency_ttl", options.idempotency_ttl, absl::Minutes(1), absl::Hours(24 * 30));
  if (options.max_batch_bytes < options.max_lead_bytes) {
    ingest.AddFault("max_batch_bytes", "is smaller than max_lead_bytes");
  }

  ReadSpool(ingest.Child("spool"), options.spool);
  const bool wanted = IsFor(reader, Reader::kIngest);
  options.ip_hash_key = ReadSecret(ingest, "ip_hash_key", wanted, "");
  const bool needed = given || reader == Reader::kIngest;
  if (needed && !ingest.Has("ip_hash_key")) {
    ingest.AddFault("ip_hash_key",
                    "is required: visitors' addresses are kept as keyed hashes only; give "
                    "${NAME} or ${file:PATH} of what `openssl rand -hex 32` prints");
  } else if (!options.ip_hash_key.empty() && options.ip_hash_key.size() < kShortestKey) {
    ingest.AddFault("ip_hash_key",
                    "is shorter than 32 bytes; `openssl rand -hex 32` makes a good one");
  }
}

void ReadDelivery(Section delivery, Reader reader, Delivery& options) {
  options.listen = ReadListen(delivery, options.listen);
  options.prefetch = static_cast<int>(delivery.Int("prefetch", options.prefetch, 1, 65'535));
  options.done_ttl =
      delivery.Duration("done_ttl", options.done_ttl, absl::Hours(1), absl::Hours(24 * 90));
  options.grace = delivery.Duration("grace", options.grace, absl::Seconds(5), absl::Minutes(5));
  options.rungs =
      delivery.Durations("rungs", lead::DefaultRungs(), absl::Milliseconds(10), absl::Hours(24));
  const auto not_ascending = [](absl::Duration a, absl::Duration b) { return a >= b; };
  const std::vector<absl::Duration>& rungs = options.rungs;
  if (rungs.empty() || rungs.front() > absl::Seconds(1)) {
    delivery.AddFault("rungs", "the first has to be 1s or less: it is how finely a wait can end");
  } else if (std::adjacent_find(rungs.begin(), rungs.end(), not_ascending) != rungs.end()) {
    delivery.AddFault("rungs", "have to ascend, each longer than the one before");
  }
  options.token_key = ReadSecret(delivery, "token_key", IsFor(reader, Reader::kDelivery), "");
  if (!options.token_key.empty() && options.token_key.size() < kShortestKey) {
    delivery.AddFault("token_key",
                      "is shorter than 32 bytes; `openssl rand -hex 32` makes a good one");
  }
}

void ReadDlq(Section dlq, Reader reader, Dlq& options) {
  options.listen = ReadListen(dlq, options.listen);
  options.database = dlq.Text("database", options.database);
  options.replay_per_second =
      dlq.Number("replay_per_second", options.replay_per_second, 0.1, 10'000);
  options.operator_token = ReadSecret(dlq, "operator_token", IsFor(reader, Reader::kDlq), "");
  if (!dlq.Has("operator_token") && !IsLoopback(options.listen.host)) {
    dlq.AddFault("operator_token",
                 "is required when listen is not a loopback address: whoever reaches the "
                 "operators' API could read and replay leads");
  }
}

}  // namespace

void ReadServices(Section& root, Reader reader, Config& config) {
  config.log.level =
      root.Child("log").OneOf("level", config.log.level, {"debug", "info", "warning", "error"});
  const bool ingest_given = root.Has("ingest");
  ReadIngest(root.Child("ingest"), ingest_given, reader, config.ingest);
  ReadDelivery(root.Child("delivery"), reader, config.delivery);
  ReadDlq(root.Child("dlq"), reader, config.dlq);
}

}  // namespace leadrelay::config
