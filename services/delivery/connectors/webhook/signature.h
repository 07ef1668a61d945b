#pragma once
// Standard Webhooks 1.0.0 signatures (github.com/standard-webhooks/standard-webhooks), scheme v1:
// HMAC-SHA256 over "<webhook-id>.<webhook-timestamp>.<body>" with the base64-decoded part of a
// "whsec_..." secret.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/http/message.h"

namespace leadrelay::delivery::webhook {

// The key in a "whsec_" secret; nothing when it is not base64 of 24 to 64 bytes, which is what the
// specification wants.
std::optional<std::string> KeyOfSecret(std::string_view secret);

// The delivery id in the characters that a webhook-id may have.  "." separates the signed parts and
// whatever cannot stand in a header goes as well: escaped, so that different ids stay different.
std::string WebhookId(std::string_view delivery_id);

// "v1,<base64> v1,<base64>": one signature per key, in the order of `keys`.
std::string Sign(const std::vector<std::string>& keys,
                 std::string_view webhook_id,
                 int64_t timestamp,
                 std::string_view body);

}  // namespace leadrelay::delivery::webhook
