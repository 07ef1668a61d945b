#include "services/delivery/authorise/token_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"

namespace leadrelay::delivery {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(2);
constexpr absl::Duration kLongestSilence = absl::Seconds(1);
constexpr size_t kOwnerBytes = 16;

// Only the owner gives its lock back: it may have run out, and be another's.
constexpr redis::Script kUnlock = {"token-unlock", R"lua(
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
  redis.call('PUBLISH', KEYS[2], 'free')
)lua"};

std::string KeyOf(const std::string& destination) {
  return absl::StrCat("lr:token:{", destination, "}");
}

}  // namespace

TokenCache::TokenCache(coro::Timers& timers,
                       redis::Commands& redis,
                       std::string destination,
                       std::string key)
    : redis_(redis),
      destination_(std::move(destination)),
      key_(std::move(key)),
      owner_(crypto::Hex(crypto::RandomBytes(kOwnerBytes))),
      news_(timers),
      subscription_(redis.Subscribe(KeyOf(destination_) + ":news",
                                    [this](std::string_view) { news_.NotifyAll(); })) {}

coro::Task<absl::StatusOr<std::optional<TokenRecord>>> TokenCache::Read(std::stop_token stop) {
  std::vector<std::string> get = {"GET", KeyOf(destination_)};
  absl::StatusOr<redis::Reply> reply =
      co_await redis_.Command(std::move(get), kTimeout, std::move(stop));
  if (!reply.ok()) co_return reply.status();
  if (reply->kind != redis::Reply::Kind::kString) co_return std::nullopt;
  co_return UnsealToken(reply->text, key_, destination_);
}

coro::Task<absl::Status> TokenCache::Write(TokenRecord record) {
  std::vector<std::string> set = {
      "SET", KeyOf(destination_), SealToken(record, key_, destination_)};
  absl::StatusOr<redis::Reply> reply =
      co_await redis_.Command(std::move(set), kTimeout, std::stop_token());
  co_return reply.status();
}

coro::Task<absl::StatusOr<bool>> TokenCache::Lock(absl::Duration life, std::stop_token stop) {
  std::vector<std::string> set = {"SET",
                                  KeyOf(destination_) + ":lock",
                                  owner_,
                                  "NX",
                                  "PX",
                                  absl::StrCat(absl::ToInt64Milliseconds(life))};
  absl::StatusOr<redis::Reply> reply =
      co_await redis_.Command(std::move(set), kTimeout, std::move(stop));
  if (!reply.ok()) co_return reply.status();
  co_return reply->kind != redis::Reply::Kind::kNil;
}

coro::Task<void> TokenCache::Unlock() {
  const std::string key = KeyOf(destination_);
  std::vector<std::string> keys = {key + ":lock", key + ":news"};
  std::vector<std::string> arguments = {owner_};
  absl::StatusOr<redis::Reply> reply = co_await redis_.Eval(
      kUnlock, std::move(keys), std::move(arguments), kTimeout, std::stop_token());
  (void)reply;  // Redis away: the lock ends by itself.
}

coro::Task<absl::Status> TokenCache::AwaitNews(std::stop_token stop) {
  absl::Status woken = co_await news_.Wait(kLongestSilence, std::move(stop));
  co_return absl::IsCancelled(woken) ? woken : absl::OkStatus();
}

}  // namespace leadrelay::delivery
