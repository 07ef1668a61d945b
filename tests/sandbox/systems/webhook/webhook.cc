#include "tests/sandbox/systems/webhook/webhook.h"

#include <cstring>
#include <sstream>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kPrefix = "/hooks/";
constexpr size_t kBodiesKept = 1000;
constexpr int64_t kToleranceSeconds = 300;  // As the reference libraries have it.

http::Response Plain(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "text/plain"}}, std::move(body)};
}

bool SignatureHolds(const http::Request& request, absl::Time now) {
  std::string id(request.headers.Get("webhook-id"));
  std::string timestamp(request.headers.Get("webhook-timestamp"));
  std::string signatures(request.headers.Get("webhook-signature"));
  int64_t seconds = std::atoll(timestamp.c_str());
  if (id.empty() || std::abs(absl::ToUnixSeconds(now) - seconds) > kToleranceSeconds) return false;
  std::string key =
      crypto::FromBase64(Webhook::kSecret.substr(Webhook::kSecret.find('_') + 1)).value_or("");
  std::string expected = absl::StrCat(
      "v1,",
      crypto::Base64(crypto::HmacSha256(key, absl::StrCat(id, ".", timestamp, ".", request.body))));
  std::istringstream list(signatures);
  for (std::string each; list >> each;) {
    if (crypto::EqualInConstantTime(each, expected)) return true;
  }
  return false;
}

absl::uint128 Digest(const std::string& id) {
  const std::string sha = crypto::Sha256(id);
  uint64_t halves[2];
  std::memcpy(halves, sha.data(), sizeof halves);
  return absl::MakeUint128(halves[0], halves[1]);
}

}  // namespace

Webhook::Webhook() : window_("1s", 0, absl::Seconds(1)) {}

bool Webhook::Owns(std::string_view path) const {
  return path.substr(0, kPrefix.size()) == kPrefix;
}

std::vector<Window*> Webhook::WindowsFor(const http::Request&) {
  return {&window_};
}

http::Response Webhook::Refuse(const Window&, absl::Time) {
  http::Response response = Plain(429, "slow down");
  response.headers.Add("Retry-After", "1");
  return response;
}

http::Response Webhook::Handle(const http::Request& request, absl::Time now) {
  std::string_view path = http::PathOf(request.url);
  std::string name(path.substr(kPrefix.size()));
  if (request.method != "POST" && request.method != "PUT" && request.method != "PATCH") {
    return Plain(405, "POST, PUT or PATCH");
  }
  if (name.rfind("signed", 0) == 0 && !SignatureHolds(request, now)) {
    return Plain(401, "the signature does not hold");
  }
  Receiver& receiver = receivers_[name];
  std::string id(request.headers.Get("webhook-id"));
  ++receiver.arrivals;
  if (receiver.records.insert(Digest(id)).second) {
    // The id is "<lead id>:<destination>": what stands before the colon is the lead.
    receiver.leads.insert(Digest(id.substr(0, id.find(':'))));
    if (receiver.bodies.size() < kBodiesKept) receiver.bodies.push_back(request.body);
  }
  return Plain(200, "ok");
}

void Webhook::SetLimit(std::string_view, int64_t limit) {
  window_.set_limit(limit);
}

void Webhook::Reset() {
  receivers_.clear();
  window_.Clear();
  window_.set_limit(0);
}

void Webhook::Report(json::Writer& writer) const {
  writer.Key("receivers").StartObject();
  for (const auto& [name, receiver] : receivers_) {
    const auto records = static_cast<int64_t>(receiver.records.size());
    writer.Key(name)
        .StartObject()
        .Member("records", records)
        .Member("arrivals", receiver.arrivals)
        .Member("repeats", receiver.arrivals - records)
        .Member("duplicates", records - static_cast<int64_t>(receiver.leads.size()))
        .EndObject();
  }
  writer.EndObject();
  writer.Key("windows").StartArray();
  ReportWindow(window_, writer);
  writer.EndArray();
}

void Webhook::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  auto receiver = receivers_.find(type);
  if (receiver != receivers_.end()) {
    for (const std::string& body : receiver->second.bodies) {
      absl::StatusOr<json::Document> document = json::Document::Parse(body);
      if (document.ok()) {
        writer.Copy(document->root());
      } else {
        writer.String(body);
      }
    }
  }
  writer.EndArray();
}

std::unique_ptr<System> webhook::Make() {
  return std::make_unique<Webhook>();
}

}  // namespace leadrelay::sandbox
