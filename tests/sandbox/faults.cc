#include "tests/sandbox/faults.h"

#include <map>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox {
namespace {

const std::map<std::string, Fault::Kind>& Kinds() {
  static const std::map<std::string, Fault::Kind> kinds = {
      {"status", Fault::Kind::kStatus},
      {"latency", Fault::Kind::kLatency},
      {"stall", Fault::Kind::kStall},
      {"close", Fault::Kind::kClose},
      {"drop_response", Fault::Kind::kDropResponse},
      {"malformed", Fault::Kind::kMalformed},
      {"expire_tokens", Fault::Kind::kExpireTokens},
  };
  return kinds;
}

bool Matches(const Fault& fault, const std::string& system, const http::Request& request) {
  if (!fault.system.empty() && fault.system != system) return false;
  if (!fault.path.empty() && http::PathOf(request.url).find(fault.path) == std::string_view::npos) {
    return false;
  }
  return fault.body_contains.empty() || request.body.find(fault.body_contains) != std::string::npos;
}

}  // namespace

absl::StatusOr<Fault> ParseFault(const json::Value& value) {
  std::string name = value.Find("kind").StringOr("");
  auto kind = Kinds().find(name);
  if (kind == Kinds().end()) {
    std::string known;
    for (const auto& [each, unused] : Kinds()) absl::StrAppend(&known, " ", each);
    return absl::InvalidArgumentError(absl::StrCat("kind must be one of:", known));
  }
  Fault fault;
  fault.kind = kind->second;
  fault.system = value.Find("system").StringOr("");
  fault.path = value.Find("path").StringOr("");
  fault.body_contains = value.Find("body_contains").StringOr("");
  fault.times = value.Find("times").Int64Or(-1);
  fault.skip = value.Find("skip").Int64Or(0);
  fault.share = value.Find("share").AsDouble().value_or(1.0);
  fault.status = static_cast<int>(value.Find("status").Int64Or(500));
  fault.retry_after = value.Find("retry_after").StringOr("");
  fault.body = value.Find("body").StringOr("");
  fault.wait = absl::Milliseconds(value.Find("millis").Int64Or(1000));
  return fault;
}

std::optional<Fault> Faults::Take(const std::string& system, const http::Request& request) {
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (!Matches(*fault, system, request)) continue;
    if (fault->skip > 0) {
      --fault->skip;
      continue;
    }
    if (fault->share < 1.0 &&
        std::uniform_real_distribution<double>(0, 1)(random_) >= fault->share) {
      continue;
    }
    Fault taken = *fault;
    if (fault->times > 0 && --fault->times == 0) faults_.erase(fault);
    return taken;
  }
  return std::nullopt;
}

}  // namespace leadrelay::sandbox
