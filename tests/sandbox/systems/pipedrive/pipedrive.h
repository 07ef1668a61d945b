#pragma once
// Pipedrive: one account below the path /pipedrive/, with its looseness about identity, its error
// bodies and its two kinds of limits.  Facts: openapi-v2.yaml and openapi.yaml (v1) of
// developers.pipedrive.com (2026-08-18), core-api-concepts-rate-limiting (2026-09-17).
//
// What it holds to:
//   - nothing is unique: what is posted twice is there twice;
//   - a key that v2 does not know, or a value of another type, refuses the whole request (400);
//   - PATCH replaces lists;
//   - a search sees a new record only `kSearchLag` later, a list at once;
//   - v1 has notes and leads alone, and writes times its own way;
//   - 429 at the burst of 2 s, at that of searches, and when the day's tokens are used up: told
//     apart by x-ratelimit-remaining alone.
//
// Accepted credentials: the API token kToken; OAuth access tokens that /oauth/token gave for
// kRefreshToken, for an hour or until ExpireTokens(), with four times the burst; kTokenOfAReader
// may read and not write.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"
#include "tests/sandbox/systems/pipedrive/store.h"

namespace leadrelay::sandbox {

class Pipedrive final : public System {
 public:
  static constexpr std::string_view kToken = "sandbox-pipedrive-token";
  static constexpr std::string_view kTokenOfAReader = "sandbox-pipedrive-reader";
  static constexpr std::string_view kClientId = "sandbox-client";
  static constexpr std::string_view kClientSecret = "sandbox-secret";
  static constexpr std::string_view kRefreshToken = "sandbox-refresh";
  static constexpr absl::Duration kSearchLag = absl::Seconds(2);

  Pipedrive();

  std::string_view name() const override { return "pipedrive"; }
  bool Owns(std::string_view path) const override;
  std::vector<Window*> WindowsFor(const http::Request& request) override;
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void ExpireTokens() override;
  void SetLimit(std::string_view window, int64_t limit) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  using Path = std::vector<std::string>;

  http::Response Token(const http::Request& request, absl::Time now);
  std::optional<http::Response> Refused(const http::Request& request, absl::Time now) const;
  http::Response Answer(const http::Request& request, const Path& path, absl::Time now);
  http::Response Collection(const http::Request& request,
                            const std::string& collection,
                            absl::Time now);
  http::Response Single(const http::Request& request,
                        const std::string& collection,
                        const std::string& id,
                        absl::Time now);
  http::Response List(const http::Request& request, const std::string& collection) const;
  http::Response Search(const http::Request& request,
                        const std::string& collection,
                        absl::Time now) const;
  http::Response ListStages(const http::Request& request) const;

  pipedrive_store::Store store_;
  std::map<std::string, absl::Time> tokens_;  // Access token -> expiry.
  Window burst_;
  Window oauth_burst_;
  Window search_;
  Window day_;  // Counts tokens: a request arrives in it as often as it costs.
  int64_t issued_ = 0;
};

namespace pipedrive {
std::unique_ptr<System> Make();
}  // namespace pipedrive

}  // namespace leadrelay::sandbox
