#pragma once
// Webhook: receivers of leads, one for each path /hooks/<name>.
//
// A receiver does what a careful one does: it remembers the webhook-id and takes an id that it has
// seen as a repetition, not as a second record.  One whose name begins with "signed" also checks
// the Standard Webhooks signature with the secret of the sandbox (kSecret).
//
// A record costs some 80 bytes, so that a test can count millions: ids are kept as 128 bits of
// their SHA-256.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/numeric/int128.h"

#include "tests/sandbox/system.h"

namespace leadrelay::sandbox {

class Webhook final : public System {
 public:
  // Base64 of 24 known bytes; for the sandbox only.
  static constexpr std::string_view kSecret = "whsec_c2FuZGJveC1zYW5kYm94LXNhbmRib3gt";

  Webhook();

  std::string_view name() const override { return "webhook"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void SetLimit(std::string_view window, int64_t limit) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  struct Receiver {
    absl::flat_hash_set<absl::uint128> records;  // Webhook-ids.
    absl::flat_hash_set<absl::uint128> leads;    // Of these.
    int64_t arrivals = 0;
    std::vector<std::string> bodies;  // Of the first 1,000 records.
  };

  std::map<std::string, Receiver, std::less<>> receivers_;
  Window window_;
};

namespace webhook {
std::unique_ptr<System> Make();
}  // namespace webhook

}  // namespace leadrelay::sandbox
