#include "services/ingest/receive/cors.h"

#include <algorithm>

namespace leadrelay::ingest {

bool AllowsOrigin(const config::Publisher& publisher, std::string_view origin) {
  return std::ranges::any_of(publisher.origins, [&](const std::string& allowed) {
    return allowed == "*" || allowed == origin;
  });
}

void AllowOrigin(http::Response& response, std::string_view origin) {
  response.headers.Set("access-control-allow-origin", std::string(origin));
  response.headers.Set("access-control-expose-headers", "idempotent-replayed, retry-after");
  response.headers.Set("vary", "origin");  // A shared cache must not give it to another origin.
}

http::Response Preflight(std::string_view origin, bool allowed, std::string_view methods) {
  http::Response response;
  response.status = 204;
  response.headers.Add("allow", std::string(methods));
  if (!allowed) {  // Without the headers below, the browser refuses.
    response.headers.Add("vary", "origin");
    return response;
  }
  AllowOrigin(response, origin);
  response.headers.Add("access-control-allow-methods", "POST");
  response.headers.Add("access-control-allow-headers",
                       "authorization, content-type, idempotency-key, traceparent, x-api-key");
  response.headers.Add("access-control-max-age", "600");
  return response;
}

}  // namespace leadrelay::ingest
