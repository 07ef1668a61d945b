#pragma once
// The bytes of a response before its body.  Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/http/message.h"

namespace leadrelay::http {

// What the connection decides about a response.
struct ResponseContext {
  bool keep_alive = true;
  bool to_http_1_0 = false;  // Such a client must be told that the connection stays open.
};

// Status line and fields up to and with the empty line.  Content-Length (of `response.body`; none
// for 204 and 304), Date and Connection are set here, so the response's own ones are dropped, as is
// Transfer-Encoding.  Nothing when the response cannot be sent: a status outside 200-599, a name
// that is not a token, a control character in a value.
std::optional<std::string> ResponseHead(const Response& response,
                                        ResponseContext context,
                                        std::string_view date);

// False for a response that never has a body.
bool StatusHasBody(int status);

// A problem document (RFC 9457).  `detail` goes in as it is: printable, without quotes.
Response Problem(int status, std::string_view detail);

// The Date field, formatted once a second.
class DateCache {
 public:
  std::string_view At(absl::Time now);

 private:
  int64_t second_ = -1;
  std::string text_;
};

}  // namespace leadrelay::http
