#pragma once
// HTTP messages as values.  Pure.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadrelay::http {

// Header fields in order; names compare without regard to case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void Add(std::string name, std::string value);
  void Set(std::string_view name, std::string value);  // Replaces every field of that name.
  void Remove(std::string_view name);

  // The first field of that name, or null.  Valid until the next change.
  const std::string* Find(std::string_view name) const;
  std::string_view Get(std::string_view name) const;  // Empty when there is none.
  std::vector<std::string> All(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  size_t size() const { return fields_.size(); }
  friend bool operator==(const Headers&, const Headers&) = default;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A request: out of this process (url absolute) or into it (url is the target, "/v1/leads?x=1").
struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  friend bool operator==(const Request&, const Request&) = default;
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
  friend bool operator==(const Response&, const Response&) = default;
};

// "Accepted" for 202; empty for a status that RFC 9110 and RFC 6585 do not name.
std::string_view ReasonPhrase(int status);

// "/v1/leads?x=1" -> "/v1/leads", "x=1".
std::string_view PathOf(std::string_view target);
std::string_view QueryOf(std::string_view target);

// application/x-www-form-urlencoded, both ways.  Decoding never fails: a bad escape stays as it is.
using Fields = std::vector<std::pair<std::string, std::string>>;
Fields ParseForm(std::string_view encoded);
std::string EncodeForm(const Fields& fields);
std::string PercentEncode(std::string_view text);  // Everything but unreserved characters.
std::string PercentDecode(std::string_view text);

// Retry-After: seconds (a fraction is taken too) or an HTTP date in any of the three formats of
// RFC 9110 5.6.7, as seconds from `now_unix`; -1 when absent or not valid.  Otherwise never
// negative and never above 2^31.
double RetryAfterSeconds(const Headers& headers, int64_t now_unix);

}  // namespace leadrelay::http
