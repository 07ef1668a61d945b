#include "services/ingest/receive/claim.h"

namespace leadrelay::ingest {
namespace {

constexpr char kInFlightMark = 'i';
constexpr char kDoneMark = 'd';

std::string Value(char mark, std::string_view fingerprint, std::string_view rest) {
  std::string value;
  value.reserve(fingerprint.size() + rest.size() + 2);
  value.push_back(mark);
  value.append(fingerprint).push_back(':');
  value.append(rest);
  return value;
}

}  // namespace

std::string InFlightValue(std::string_view fingerprint, std::string_view owner) {
  return Value(kInFlightMark, fingerprint, owner);
}

std::string DoneValue(std::string_view fingerprint, std::string_view answer) {
  return Value(kDoneMark, fingerprint, answer);
}

Claim ReadClaim(std::string_view stored, std::string_view fingerprint) {
  const size_t colon = stored.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  const char mark = stored.front();
  if (mark != kInFlightMark && mark != kDoneMark) return {};
  if (stored.substr(1, colon - 1) != fingerprint) return Claim{Claim::Kind::kReused, ""};
  if (mark == kInFlightMark) return Claim{Claim::Kind::kInFlight, ""};
  return Claim{Claim::Kind::kDone, std::string(stored.substr(colon + 1))};
}

}  // namespace leadrelay::ingest
