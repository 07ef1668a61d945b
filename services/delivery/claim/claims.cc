#include "services/delivery/claim/claims.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "services/delivery/claim/claims.lua.h"

namespace leadrelay::delivery {
namespace {

constexpr redis::Script kScript = {"claims", kClaimsLua};
constexpr absl::Duration kTimeout = absl::Seconds(2);
constexpr std::string_view kMemoryKey = "lr:claims:memory";

std::string Key(const std::string& delivery_id) {
  return absl::StrCat("lr:claim:{", delivery_id, "}");
}

std::string Millis(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Milliseconds(duration));
}

bool ReadMillis(const redis::Reply& reply, absl::Duration& duration) {
  int64_t millis = 0;
  if (!absl::SimpleAtoi(reply.text, &millis)) return false;
  duration = absl::Milliseconds(millis);
  return true;
}

// Nothing when the script has answered what it never answers.
std::optional<ClaimResult> ParseResult(const redis::Reply& reply) {
  if (reply.items.size() != 4) return std::nullopt;
  const std::string& kind = reply.items[0].text;
  const redis::Reply& millis = reply.items[2];
  const std::string& rest = reply.items[3].text;
  ClaimResult result;
  if (!absl::SimpleAtoi(reply.items[1].text, &result.fence)) return std::nullopt;
  if (kind == "claimed") {
    result.progress = rest;
  } else if (kind == "unknown") {
    result.kind = ClaimResult::Kind::kClaimedUnknown;
    result.progress = rest;
    if (!ReadMillis(millis, result.doubt_age)) return std::nullopt;
  } else if (kind == "done") {
    result.kind = ClaimResult::Kind::kDone;
    result.remote_id = rest;
  } else if (kind == "busy") {
    result.kind = ClaimResult::Kind::kBusy;
    if (!ReadMillis(millis, result.busy_for)) return std::nullopt;
  } else {
    return std::nullopt;
  }
  return result;
}

}  // namespace

void Claims::Request::Reserve(size_t claims) {
  keys.reserve(claims);
  arguments.reserve(3 * claims);
}

void Claims::Request::Add(const std::string& delivery_id,
                          int64_t first,
                          std::string second,
                          std::string third) {
  keys.push_back(Key(delivery_id));
  arguments.push_back(absl::StrCat(first));
  arguments.push_back(std::move(second));
  arguments.push_back(std::move(third));
}

Claims::Claims(coro::Loop& loop, redis::Commands& redis, std::string owner, absl::Duration done_ttl)
    : redis_(redis),
      owner_(std::move(owner)),
      done_ttl_(done_ttl),
      acquiring_(
          loop,
          {},
          [this](std::vector<Request> requests) { return RunAll("acquire", std::move(requests)); }),
      finishing_(loop, {}, [this](std::vector<Request> requests) {
        return RunAll("finish", std::move(requests));
      }) {}

coro::Task<void> Claims::Close() {
  co_await acquiring_.Close();
  co_await finishing_.Close();
}

// What many asked, in one call; each gets its share of the answer.
coro::Task<std::vector<absl::StatusOr<Claims::Replies>>> Claims::RunAll(
    std::string what, std::vector<Request> requests) {
  Request all;
  std::vector<size_t> shares;
  shares.reserve(requests.size());
  for (Request& request : requests) {
    shares.push_back(request.keys.size());
    std::move(request.keys.begin(), request.keys.end(), std::back_inserter(all.keys));
    std::move(
        request.arguments.begin(), request.arguments.end(), std::back_inserter(all.arguments));
  }
  absl::StatusOr<Replies> replies =
      co_await Run(std::move(what), std::move(all), std::stop_token());
  std::vector<absl::StatusOr<Replies>> answers;
  answers.reserve(shares.size());
  size_t at = 0;
  for (const size_t share : shares) {
    if (!replies.ok()) {
      answers.emplace_back(replies.status());
      continue;
    }
    Replies& mine = answers.emplace_back(Replies()).value();
    for (const size_t end = at + share; at < end; ++at) mine.push_back(std::move((*replies)[at]));
  }
  co_return answers;
}

coro::Task<absl::StatusOr<Claims::Replies>> Claims::Run(std::string what,
                                                        Request request,
                                                        std::stop_token stop) {
  const size_t count = request.keys.size();
  std::vector<std::string> keys{std::string(kMemoryKey)};
  std::move(request.keys.begin(), request.keys.end(), std::back_inserter(keys));
  std::vector<std::string> arguments{what,
                                     redis_.run_id(),
                                     Millis(std::max(kHorizon, done_ttl_)),
                                     Millis(done_ttl_),
                                     owner_,
                                     memory_since_,
                                     Millis(kDoubtedAfterLoss)};
  std::move(request.arguments.begin(), request.arguments.end(), std::back_inserter(arguments));
  absl::StatusOr<redis::Reply> reply = co_await redis_.Eval(
      kScript, std::move(keys), std::move(arguments), kTimeout, std::move(stop));
  if (reply.ok() && reply->items.size() != count + 1) {
    reply = absl::InternalError("the script answered something it should not");
  }
  if (reply.ok()) {
    memory_since_ = std::move(reply->items.front().text);
    reply->items.erase(reply->items.begin());
    co_return std::move(reply->items);
  }
  if (absl::IsCancelled(reply.status())) co_return reply.status();
  co_return absl::UnavailableError(
      absl::StrCat("cannot ", what, " ", count, " claims: ", reply.status().message()));
}

coro::Task<absl::Status> Claims::Warm(std::stop_token stop) {
  absl::Status connected = co_await redis_.WaitConnected(absl::InfiniteDuration(), stop);
  if (!connected.ok()) co_return connected;
  absl::StatusOr<Replies> replies = co_await Run("warm", Request(), std::move(stop));
  co_return replies.status();
}

coro::Task<absl::StatusOr<std::vector<ClaimResult>>> Claims::Acquire(
    std::vector<WantedClaim> wanted, absl::Duration lease, std::stop_token stop) {
  std::vector<ClaimResult> results;
  if (wanted.empty()) co_return results;
  const size_t count = wanted.size();
  Request request;
  request.Reserve(count);
  for (const WantedClaim& each : wanted) {
    request.Add(each.delivery_id, absl::ToUnixMillis(each.accepted_at), Millis(lease), "");
  }
  absl::StatusOr<Replies> replies = co_await acquiring_.Add(
      std::move(request), count, absl::CancelledError("stopped"), std::move(stop));
  if (!replies.ok()) co_return replies.status();
  results.reserve(count);
  for (const redis::Reply& item : *replies) {
    std::optional<ClaimResult> result = ParseResult(item);
    if (result.has_value()) results.push_back(*std::move(result));
  }
  if (results.size() != count) {
    co_return absl::UnavailableError("the claims script answered something it should not");
  }
  co_return results;
}

coro::Task<absl::Status> Claims::Renew(std::vector<Claim> claims,
                                       absl::Duration lease,
                                       std::stop_token stop) {
  if (claims.empty()) co_return absl::OkStatus();
  Request request;
  for (Claim& claim : claims) {
    request.Add(claim.delivery_id, claim.fence, std::move(claim.progress), Millis(lease));
  }
  absl::StatusOr<Replies> replies = co_await Run("renew", std::move(request), std::move(stop));
  if (!replies.ok()) co_return replies.status();
  const auto lost = std::count_if(replies->begin(), replies->end(), [](const redis::Reply& reply) {
    return reply.integer == 0;
  });
  if (lost == 0) co_return absl::OkStatus();
  co_return absl::AbortedError(
      absl::StrCat(lost, " of ", replies->size(), " claims are ours no more"));
}

coro::Task<absl::Status> Claims::Finish(std::vector<FinishedClaim> claims, std::stop_token stop) {
  if (claims.empty()) co_return absl::OkStatus();
  const size_t count = claims.size();
  Request request;
  request.Reserve(count);
  for (FinishedClaim& finished : claims) {
    request.Add(
        finished.claim.delivery_id, finished.claim.fence, std::move(finished.remote_id), "");
  }
  absl::StatusOr<Replies> replies = co_await finishing_.Add(
      std::move(request), count, absl::CancelledError("stopped"), std::move(stop));
  co_return replies.status();
}

coro::Task<absl::Status> Claims::Release(std::vector<Claim> claims, std::stop_token stop) {
  if (claims.empty()) co_return absl::OkStatus();
  Request request;
  for (Claim& claim : claims) {
    request.Add(claim.delivery_id, claim.fence, std::move(claim.progress), "");
  }
  absl::StatusOr<Replies> replies = co_await Run("release", std::move(request), std::move(stop));
  co_return replies.status();
}

coro::Task<absl::Status> Claims::ReleaseInDoubt(std::vector<ClaimInDoubt> claims,
                                                std::stop_token stop) {
  if (claims.empty()) co_return absl::OkStatus();
  Request request;
  for (ClaimInDoubt& each : claims) {
    request.Add(each.claim.delivery_id,
                each.claim.fence,
                std::move(each.claim.progress),
                Millis(each.doubt_age));
  }
  absl::StatusOr<Replies> replies = co_await Run("unknown", std::move(request), std::move(stop));
  co_return replies.status();
}

}  // namespace leadrelay::delivery
