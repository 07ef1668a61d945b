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

std::string Key(const std::string& delivery_id) {
  return absl::StrCat("lr:claim:{", delivery_id, "}");
}

std::string Millis(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Milliseconds(duration));
}

// Nothing when the script has answered what it never answers.
std::optional<ClaimResult> ParseResult(const redis::Reply& reply) {
  if (reply.items.size() != 3) return std::nullopt;
  const std::string& kind = reply.items[0].text;
  const std::string& rest = reply.items[2].text;
  ClaimResult result;
  if (!absl::SimpleAtoi(reply.items[1].text, &result.fence)) return std::nullopt;
  if (kind == "claimed") {
    result.kind = ClaimResult::Kind::kClaimed;
  } else if (kind == "unknown") {
    result.kind = ClaimResult::Kind::kClaimedUnknown;
  } else if (kind == "done") {
    result.kind = ClaimResult::Kind::kDone;
    result.remote_id = rest;
  } else if (kind == "busy") {
    result.kind = ClaimResult::Kind::kBusy;
    int64_t millis = 0;
    if (!absl::SimpleAtoi(rest, &millis)) return std::nullopt;
    result.busy_for = absl::Milliseconds(millis);
  } else {
    return std::nullopt;
  }
  return result;
}

}  // namespace

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

// Many batches' claims in one call; each gets its share of the answer.
coro::Task<Claims::Replies> Claims::RunAll(std::string what, std::vector<Request> requests) {
  std::vector<std::string> keys;
  std::vector<std::string> arguments;
  arguments.emplace_back("0");
  arguments.push_back(owner_);
  std::vector<size_t> shares;
  shares.reserve(requests.size());
  for (Request& request : requests) {
    shares.push_back(request.keys.size());
    std::move(request.keys.begin(), request.keys.end(), std::back_inserter(keys));
    std::move(request.arguments.begin(), request.arguments.end(), std::back_inserter(arguments));
  }
  const size_t asked = keys.size();
  absl::StatusOr<redis::Reply> reply =
      co_await Run(what, std::move(keys), std::move(arguments), std::stop_token());
  if (reply.ok() && what == "acquire" && reply->items.size() != asked) {
    reply = absl::UnavailableError("the claims script answered something it should not");
  }
  Replies replies;
  replies.reserve(shares.size());
  size_t at = 0;
  for (const size_t share : shares) {
    if (!reply.ok()) {
      replies.emplace_back(reply.status());
      continue;
    }
    std::vector<redis::Reply>& mine = replies.emplace_back(std::vector<redis::Reply>()).value();
    for (const size_t end = std::min(at + share, reply->items.size()); at < end; ++at) {
      mine.push_back(std::move(reply->items[at]));
    }
  }
  co_return replies;
}

coro::Task<absl::StatusOr<redis::Reply>> Claims::Run(std::string what,
                                                     std::vector<std::string> keys,
                                                     std::vector<std::string> arguments,
                                                     std::stop_token stop) {
  if (keys.empty()) co_return redis::Reply();
  std::vector<std::string> all{what, Millis(std::max(kHorizon, done_ttl_)), Millis(done_ttl_)};
  all.insert(all.end(),
             std::make_move_iterator(arguments.begin()),
             std::make_move_iterator(arguments.end()));
  const size_t count = keys.size();
  absl::StatusOr<redis::Reply> reply =
      co_await redis_.Eval(kScript, std::move(keys), std::move(all), kTimeout, std::move(stop));
  if (!reply.ok() && !absl::IsCancelled(reply.status())) {
    co_return absl::UnavailableError(
        absl::StrCat("cannot ", what, " ", count, " claims: ", reply.status().message()));
  }
  co_return reply;
}

coro::Task<absl::StatusOr<std::vector<ClaimResult>>> Claims::Acquire(
    std::vector<std::string> delivery_ids, absl::Duration lease, std::stop_token stop) {
  const size_t count = delivery_ids.size();
  Request request;
  request.keys.reserve(count);
  for (const std::string& id : delivery_ids) request.keys.push_back(Key(id));
  request.arguments.assign(count, Millis(lease));
  absl::StatusOr<std::vector<redis::Reply>> replies = co_await acquiring_.Add(
      std::move(request), count, absl::CancelledError("stopped"), std::move(stop));
  if (!replies.ok()) co_return replies.status();
  std::vector<ClaimResult> results;
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
  std::vector<std::string> keys;
  std::vector<std::string> arguments{Millis(lease), owner_};
  for (const Claim& claim : claims) {
    keys.push_back(Key(claim.delivery_id));
    arguments.push_back(absl::StrCat(claim.fence));
  }
  absl::StatusOr<redis::Reply> reply =
      co_await Run("renew", std::move(keys), std::move(arguments), std::move(stop));
  co_return reply.status();
}

coro::Task<absl::Status> Claims::Finish(std::vector<FinishedClaim> claims, std::stop_token stop) {
  const size_t count = claims.size();
  Request request;
  request.keys.reserve(count);
  request.arguments.reserve(2 * count);
  for (FinishedClaim& finished : claims) {
    request.keys.push_back(Key(finished.claim.delivery_id));
    request.arguments.push_back(absl::StrCat(finished.claim.fence));
    request.arguments.push_back(std::move(finished.remote_id));
  }
  absl::StatusOr<std::vector<redis::Reply>> replies = co_await finishing_.Add(
      std::move(request), count, absl::CancelledError("stopped"), std::move(stop));
  co_return replies.status();
}

coro::Task<absl::Status> Claims::Release(std::vector<Claim> claims,
                                         bool unknown,
                                         std::stop_token stop) {
  std::vector<std::string> keys;
  std::vector<std::string> arguments{"0", owner_};
  for (const Claim& claim : claims) {
    keys.push_back(Key(claim.delivery_id));
    arguments.push_back(absl::StrCat(claim.fence));
  }
  std::string what = unknown ? "unknown" : "release";
  absl::StatusOr<redis::Reply> reply =
      co_await Run(std::move(what), std::move(keys), std::move(arguments), std::move(stop));
  co_return reply.status();
}

}  // namespace leadrelay::delivery
