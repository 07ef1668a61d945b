#include "common/http/response_head.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"

#include "common/http/field_syntax.h"
#include "common/status/abseil.h"

namespace leadrelay::http {
namespace {

bool IsSetByServer(std::string_view name) {
  for (std::string_view own : {"content-length", "transfer-encoding", "connection", "date"}) {
    if (absl::EqualsIgnoreCase(ToAbsl(name), ToAbsl(own))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> ResponseHead(const Response& response,
                                        ResponseContext context,
                                        std::string_view date) {
  if (response.status < 200 || response.status > 599) return std::nullopt;
  std::string head;
  head.reserve(256);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(ReasonPhrase(response.status)).append("\r\nDate: ").append(date).append("\r\n");
  if (StatusHasBody(response.status)) {
    head.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  if (!context.keep_alive) {
    head.append("Connection: close\r\n");
  } else if (context.to_http_1_0) {
    head.append("Connection: keep-alive\r\n");
  }
  for (const auto& [name, value] : response.headers) {
    if (!IsToken(name) || !IsFieldValue(value)) return std::nullopt;
    if (IsSetByServer(name)) continue;
    head.append(name).append(": ").append(value).append("\r\n");
  }
  head.append("\r\n");
  return head;
}

bool StatusHasBody(int status) {
  return status >= 200 && status != 204 && status != 304;
}

Response Problem(int status, std::string_view detail) {
  Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/problem+json");
  response.body.append(R"({"type":"about:blank","title":")")
      .append(ReasonPhrase(status))
      .append(R"(","status":)")
      .append(std::to_string(status))
      .append(R"(,"detail":")")
      .append(detail)
      .append("\"}");
  return response;
}

std::string_view DateCache::At(absl::Time now) {
  const int64_t second = absl::ToUnixSeconds(now);
  if (second != second_) {
    second_ = second;
    text_ = absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", now, absl::UTCTimeZone());
  }
  return text_;
}

}  // namespace leadrelay::http
