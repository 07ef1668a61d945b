#include "services/ingest/receive/idempotency.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/crypto/crypto.h"
#include "common/observe/log.h"
#include "services/ingest/receive/idempotency_scripts.h"

namespace leadrelay::ingest {
namespace {

constexpr absl::Duration kTimeout = absl::Milliseconds(250);
constexpr absl::Duration kLeftAlone = absl::Seconds(1);

Rate RateOf(const config::Publisher& publisher) {
  return Rate{publisher.requests_per_second, std::max(publisher.burst, 1)};
}

std::string RateKey(const config::Publisher& publisher) {
  return absl::StrCat("lr:rate:{", publisher.name, "}");
}

std::string ClaimKey(const config::Publisher& publisher, const LeadIdentity& lead) {
  return absl::StrCat("lr:idem:{", publisher.name, "}:", lead.lead_id);
}

std::string Milliseconds(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Milliseconds(duration));
}

// One part of the script's answer.
Claim FromReply(const redis::Reply& reply, const LeadIdentity& lead) {
  if (reply.kind != redis::Reply::Kind::kInteger) return ReadClaim(reply.text, lead.fingerprint);
  return Claim{reply.integer == 1 ? Claim::Kind::kNew : Claim::Kind::kLimited, ""};
}

}  // namespace

Idempotency::Idempotency(coro::Timers& timers,
                         redis::Client& redis,
                         observe::Metrics& metrics,
                         IdempotencyOptions options)
    : timers_(timers),
      redis_(redis),
      options_(options),
      unchecked_(metrics.Counter("leadrelay_ingest_without_idempotency_total",
                                 "Leads that were taken while Redis was away.")),
      instance_(crypto::Hex(crypto::RandomBytes(8))) {}

bool Idempotency::available() const {
  return redis_.connected() && timers_.clock().Monotonic() >= left_alone_until_;
}

void Idempotency::Failed(const absl::Status& why) {
  left_alone_until_ = timers_.clock().Monotonic() + kLeftAlone;
  if (std::exchange(degraded_, true)) return;
  observe::Warning("taking leads without Redis: no idempotency answers, rates limited per process")
      .Error(why);
}

void Idempotency::Worked() {
  if (!std::exchange(degraded_, false)) return;
  observe::Info("Redis is back: idempotency answers and shared rate limits again");
}

Idempotency::Admission Idempotency::AdmitAlone(const config::Publisher& publisher, size_t count) {
  const RateLimit::Grant grant = own_limits_[publisher.name].Take(
      RateOf(publisher), static_cast<int>(count), timers_.clock().Monotonic());
  Admission admission;
  admission.claims.resize(count);
  admission.retry_after = grant.retry_after;
  const auto admitted = static_cast<size_t>(grant.admitted);
  for (size_t i = admitted; i < count; ++i) admission.claims[i].kind = Claim::Kind::kLimited;
  unchecked_.Add(static_cast<double>(admitted));
  return admission;
}

coro::Task<Idempotency::Admission> Idempotency::Admit(const config::Publisher* publisher,
                                                      std::vector<LeadIdentity> leads,
                                                      std::stop_token stop) {
  if (!available()) {
    if (!redis_.connected()) Failed(absl::UnavailableError("no connection to Redis"));
    co_return AdmitAlone(*publisher, leads.size());
  }
  Admission admission;
  admission.owner = absl::StrCat(instance_, ".", ++requests_);
  const Rate rate = RateOf(*publisher);
  const double interval_us = rate.per_second > 0 ? 1e6 / rate.per_second : 0;
  std::vector<std::string> keys = {RateKey(*publisher)};
  std::vector<std::string> arguments = {absl::StrFormat("%.3f", interval_us),
                                        absl::StrCat(rate.burst),
                                        Milliseconds(options_.in_flight_ttl)};
  for (const LeadIdentity& lead : leads) {
    keys.push_back(ClaimKey(*publisher, lead));
    arguments.push_back(InFlightValue(lead.fingerprint, admission.owner));
  }

  absl::StatusOr<redis::Reply> reply = co_await redis_.Eval(
      kAdmitScript, std::move(keys), std::move(arguments), kTimeout, std::move(stop));
  if (reply.ok() && reply->items.size() != leads.size() + 1) {
    reply = absl::InternalError("the answer of ingest.admit has another size");
  }
  if (!reply.ok()) {
    Failed(reply.status());
    co_return AdmitAlone(*publisher, leads.size());
  }
  Worked();
  admission.retry_after = absl::Milliseconds(reply->items.front().integer);
  for (size_t i = 0; i < leads.size(); ++i) {
    admission.claims.push_back(FromReply(reply->items[i + 1], leads[i]));
  }
  co_return admission;
}

coro::Task<void> Idempotency::Settle(const config::Publisher* publisher,
                                     std::string owner,
                                     std::vector<Settlement> settlements) {
  if (settlements.empty() || owner.empty() || !available()) co_return;
  std::vector<std::string> keys;
  std::vector<std::string> arguments;
  arguments.push_back(Milliseconds(options_.done_ttl));
  for (const Settlement& settlement : settlements) {
    keys.push_back(ClaimKey(*publisher, settlement.lead));
    arguments.push_back(InFlightValue(settlement.lead.fingerprint, owner));
    arguments.push_back(
        settlement.answer.empty() ? "" : DoneValue(settlement.lead.fingerprint, settlement.answer));
  }
  absl::StatusOr<redis::Reply> reply = co_await redis_.Eval(
      kSettleScript, std::move(keys), std::move(arguments), kTimeout, std::stop_token());
  if (!reply.ok()) Failed(reply.status());
}

}  // namespace leadrelay::ingest
