#pragma once
// Source: where the configuration's text comes from: a file, or the environment alone.  Pure.
//
// Where there is no leadrelay.yaml, the variables that integrations usually have are one already:
// each CRM that has its credential there is a destination, and every lead goes to all of them.
//
//   HUBSPOT_ACCESS_TOKEN                                     hubspot
//   PIPEDRIVE_API_TOKEN, PIPEDRIVE_DOMAIN                    pipedrive
//   CLOSE_API_KEY                                            close
//   SF_CLIENT_ID, SF_USERNAME, SF_PRIVATE_KEY_PATH,
//     SF_INSTANCE_URL (may be missing)                       salesforce
//   ZAPIER_WEBHOOK_URL                                       zapier
//   MAKE_WEBHOOK_URL                                         make
//   CRM_WEBHOOK_URL                                          webhook
//
// A webhook of this machine (127.0.0.1, [::1], localhost) may be plain http; any other is https.
//
// Of leadrelay itself, all of which may be missing or empty:
//
//   LEADRELAY_BROKER               127.0.0.1:5672
//   LEADRELAY_BROKER_VIRTUAL_HOST  /
//   LEADRELAY_BROKER_USER, LEADRELAY_BROKER_PASSWORD            guest
//   LEADRELAY_REDIS                127.0.0.1:6379
//   LEADRELAY_REDIS_PASSWORD
//   LEADRELAY_LISTEN               of ingest, 127.0.0.1:8080; needs LEADRELAY_API_KEY
//   LEADRELAY_DELIVERY_LISTEN      127.0.0.1:8081
//   LEADRELAY_DLQ_LISTEN           127.0.0.1:8082
//   LEADRELAY_OPERATOR_TOKEN       of dlq
//   LEADRELAY_DATABASE             the ledger, leadrelay.db
//   LEADRELAY_API_KEY              of the one publisher, "website"; kLocalApiKey
//   LEADRELAY_IP_HASH_KEY          made of the CRMs' credentials

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "common/config/environment.h"

namespace leadrelay::config {

inline constexpr std::string_view kDefaultPath = "leadrelay.yaml";
// Good for this machine only: without a key of its own ingest listens on loopback.
inline constexpr std::string_view kLocalApiKey = "lrk_website_local";

struct Source {
  std::string name;  // For people: the path, or "the environment".
  std::string text;
  Environment environment;  // To load it with.
};

// The file at `path`.  When there is none and the path is kDefaultPath: the environment.  NotFound
// when neither says anything, InvalidArgument when the environment contradicts itself.
absl::StatusOr<Source> FindSource(const std::string& path, const Environment& environment);

}  // namespace leadrelay::config
