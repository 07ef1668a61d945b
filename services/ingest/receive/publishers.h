#pragma once
// Publishers: who may hand us leads, found by API key or by name.  Pure.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/config/config.h"
#include "common/http/message.h"

namespace leadrelay::ingest {

class Publishers {
 public:
  // `publishers` must outlive this object.
  explicit Publishers(const std::vector<config::Publisher>& publishers);

  // By `Authorization: Bearer <key>` or `X-Api-Key: <key>`; null when there is none or it is not
  // known.  Keys are looked up by their SHA-256, so the time it takes says nothing about a key.
  const config::Publisher* Authenticate(const http::Headers& headers) const;

  const config::Publisher* Find(std::string_view name) const;

  // True when some publisher's pages may call from there.
  bool AnyAllows(std::string_view origin) const;

 private:
  const std::vector<config::Publisher>& publishers_;
  std::unordered_map<std::string, const config::Publisher*> by_key_hash_;  // Raw SHA-256.
};

}  // namespace leadrelay::ingest
