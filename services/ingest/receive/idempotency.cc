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

Idempotency::Desk& Idempotency::DeskOf(const config::Publisher& publisher) {
  std::unique_ptr<Desk>& desk = desks_[publisher.name];
  if (desk == nullptr) {
    desk = std::make_unique<Desk>(
        timers_.loop(),
        [this, &publisher](std::vector<Applicant> applicants) {
          return AdmitAll(&publisher, std::move(applicants));
        },
        [this, &publisher](std::vector<Settled> all) {
          return SettleAll(&publisher, std::move(all));
        });
  }
  return *desk;
}

coro::Task<void> Idempotency::Close() {
  for (const auto& [publisher, desk] : desks_) {
    co_await desk->admitting.Close();
    co_await desk->settling.Close();
  }
}

coro::Task<Idempotency::Admission> Idempotency::Admit(const config::Publisher* publisher,
                                                      std::vector<LeadIdentity> leads) {
  if (!available()) {
    if (!redis_.connected()) Failed(absl::UnavailableError("no connection to Redis"));
    co_return AdmitAlone(*publisher, leads.size());
  }
  const size_t count = leads.size();
  Applicant applicant{std::move(leads), absl::StrCat(instance_, ".", ++requests_)};
  co_return co_await DeskOf(*publisher)
      .admitting.Add(std::move(applicant), count, Admission(), std::stop_token());
}

coro::Task<std::vector<Idempotency::Admission>> Idempotency::AdmitAll(
    const config::Publisher* publisher, std::vector<Applicant> applicants) {
  const Rate rate = RateOf(*publisher);
  const double interval_us = rate.per_second > 0 ? 1e6 / rate.per_second : 0;
  std::vector<std::string> keys;
  std::vector<std::string> arguments;
  keys.push_back(RateKey(*publisher));
  arguments.push_back(absl::StrFormat("%.3f", interval_us));
  arguments.push_back(absl::StrCat(rate.burst));
  arguments.push_back(Milliseconds(options_.in_flight_ttl));
  for (const Applicant& applicant : applicants) {
    for (const LeadIdentity& lead : applicant.leads) {
      keys.push_back(ClaimKey(*publisher, lead));
      arguments.push_back(InFlightValue(lead.fingerprint, applicant.owner));
    }
  }
  const size_t answers = keys.size();
  absl::StatusOr<redis::Reply> reply = co_await redis_.Eval(
      kAdmitScript, std::move(keys), std::move(arguments), kTimeout, std::stop_token());
  if (reply.ok() && reply->items.size() != answers) {
    reply = absl::InternalError("the answer of ingest.admit has another size");
  }
  if (reply.ok()) {
    Worked();
  } else {
    Failed(reply.status());
  }

  std::vector<Admission> admissions;
  admissions.reserve(applicants.size());
  size_t next = 1;
  for (Applicant& applicant : applicants) {
    if (!reply.ok()) {
      admissions.push_back(AdmitAlone(*publisher, applicant.leads.size()));
      continue;
    }
    Admission& admission = admissions.emplace_back();
    admission.owner = std::move(applicant.owner);
    admission.retry_after = absl::Milliseconds(reply->items.front().integer);
    for (const LeadIdentity& lead : applicant.leads) {
      admission.claims.push_back(FromReply(reply->items[next++], lead));
    }
  }
  co_return admissions;
}

coro::Task<void> Idempotency::Settle(const config::Publisher* publisher,
                                     std::string owner,
                                     std::vector<Settlement> settlements) {
  if (settlements.empty() || owner.empty() || !available()) co_return;
  const size_t count = settlements.size();
  Settled settled{std::move(owner), std::move(settlements)};
  (void)co_await DeskOf(*publisher)
      .settling.Add(std::move(settled), count, Done(), std::stop_token());
}

coro::Task<std::vector<Idempotency::Done>> Idempotency::SettleAll(
    const config::Publisher* publisher, std::vector<Settled> all) {
  std::vector<std::string> keys;
  std::vector<std::string> arguments;
  arguments.push_back(Milliseconds(options_.done_ttl));
  for (const Settled& settled : all) {
    for (const Settlement& settlement : settled.settlements) {
      keys.push_back(ClaimKey(*publisher, settlement.lead));
      arguments.push_back(InFlightValue(settlement.lead.fingerprint, settled.owner));
      arguments.push_back(settlement.answer.empty()
                              ? ""
                              : DoneValue(settlement.lead.fingerprint, settlement.answer));
    }
  }
  absl::StatusOr<redis::Reply> reply = co_await redis_.Eval(
      kSettleScript, std::move(keys), std::move(arguments), kTimeout, std::stop_token());
  if (!reply.ok()) Failed(reply.status());
  co_return std::vector<Done>(all.size());
}

}  // namespace leadrelay::ingest
