#include "tests/simulation/redis/keyspace.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace leadrelay::simulation {
namespace {

using redis::Reply;

Reply Nil() {
  return {};
}
Reply Text(std::string text) {
  return {Reply::Kind::kString, std::move(text), 0, {}};
}
Reply Integer(int64_t integer) {
  return {Reply::Kind::kInteger, "", integer, {}};
}

absl::Status WrongType() {
  return absl::FailedPreconditionError(
      "WRONGTYPE Operation against a key holding the wrong kind of value");
}

absl::StatusOr<int64_t> Number(const std::string& text) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  return absl::FailedPreconditionError("ERR value is not an integer or out of range");
}

}  // namespace

Keyspace::Entry* Keyspace::Find(const std::string& key, absl::Time now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (found->second.expires <= now) {
    entries_.erase(found);
    return nullptr;
  }
  return &found->second;
}

absl::StatusOr<Keyspace::Hash*> Keyspace::FindHash(const std::string& key, absl::Time now) {
  Entry* entry = Find(key, now);
  if (entry == nullptr) return nullptr;
  Hash* hash = std::get_if<Hash>(&entry->value);
  if (hash == nullptr) return WrongType();
  return hash;
}

absl::StatusOr<Reply> Keyspace::Set(const Arguments& command, absl::Time now) {
  Entry entry;
  entry.value = command[2];
  bool only_new = false;
  for (size_t i = 3; i < command.size(); ++i) {
    const std::string option = absl::AsciiStrToUpper(command[i]);
    if (option == "NX") {
      only_new = true;
    } else if (option == "PX" && i + 1 < command.size()) {
      absl::StatusOr<int64_t> millis = Number(command[++i]);
      if (!millis.ok()) return millis.status();
      if (*millis <= 0) {
        return absl::FailedPreconditionError("ERR invalid expire time in 'set' command");
      }
      entry.expires = now + absl::Milliseconds(*millis);
    } else {
      return absl::FailedPreconditionError("ERR syntax error");
    }
  }
  if (only_new && Find(command[1], now) != nullptr) return Nil();
  entries_.insert_or_assign(command[1], std::move(entry));
  return Text("OK");
}

absl::StatusOr<Reply> Keyspace::ExecuteOnHash(const Arguments& command, absl::Time now) {
  const std::string verb = absl::AsciiStrToUpper(command[0]);
  absl::StatusOr<Hash*> found = FindHash(command[1], now);
  if (!found.ok()) return found.status();
  Hash* hash = *found;
  if (verb == "HGET") {
    if (hash == nullptr) return Nil();
    const auto field = hash->find(command[2]);
    return field == hash->end() ? Nil() : Text(field->second);
  }
  if (verb == "HDEL") {
    if (hash == nullptr) return Integer(0);
    int64_t removed = 0;
    for (size_t i = 2; i < command.size(); ++i) {
      removed += static_cast<int64_t>(hash->erase(command[i]));
    }
    if (hash->empty()) entries_.erase(command[1]);
    return Integer(removed);
  }
  const auto writable = [&]() -> Hash& {
    if (hash != nullptr) return *hash;
    return std::get<Hash>(
        entries_.insert_or_assign(command[1], Entry{Hash(), absl::InfiniteFuture()})
            .first->second.value);
  };
  if (verb == "HSET") {
    if (command.size() % 2 != 0) {
      return absl::FailedPreconditionError("ERR wrong number of arguments for 'hset' command");
    }
    int64_t added = 0;
    Hash& into = writable();
    for (size_t i = 2; i < command.size(); i += 2) {
      added += into.insert_or_assign(command[i], command[i + 1]).second ? 1 : 0;
    }
    return Integer(added);
  }
  absl::StatusOr<int64_t> by = Number(command[3]);
  if (!by.ok()) return by.status();
  int64_t value = 0;
  if (hash != nullptr) {
    const auto field = hash->find(command[2]);
    if (field != hash->end() && !absl::SimpleAtoi(field->second, &value)) {
      return absl::FailedPreconditionError("ERR hash value is not an integer");
    }
  }
  value += *by;
  writable().insert_or_assign(command[2], absl::StrCat(value));
  return Integer(value);
}

absl::StatusOr<Reply> Keyspace::Execute(const Arguments& command,
                                        absl::Time now,
                                        const Publish& publish) {
  struct Rule {
    std::string_view verb;
    size_t least;  // Arguments, with the verb.
  };
  static constexpr Rule kRules[] = {{"GET", 2},
                                    {"SET", 3},
                                    {"DEL", 2},
                                    {"EXISTS", 2},
                                    {"HGET", 3},
                                    {"HSET", 4},
                                    {"HDEL", 3},
                                    {"HINCRBY", 4},
                                    {"EXPIRE", 3},
                                    {"PTTL", 2},
                                    {"PUBLISH", 3},
                                    {"TIME", 1},
                                    {"FLUSHALL", 1}};
  const std::string verb = command.empty() ? "" : absl::AsciiStrToUpper(command[0]);
  bool known = false;
  for (const Rule& rule : kRules) known |= rule.verb == verb && command.size() >= rule.least;
  if (!known) return absl::FailedPreconditionError("ERR unknown command, or too few arguments");

  if (verb[0] == 'H') return ExecuteOnHash(command, now);
  if (verb == "SET") return Set(command, now);
  if (verb == "TIME") {
    const int64_t micros = absl::ToUnixMicros(now);
    return Reply{Reply::Kind::kArray,
                 "",
                 0,
                 {Text(absl::StrCat(micros / 1'000'000)), Text(absl::StrCat(micros % 1'000'000))}};
  }
  if (verb == "PUBLISH") {
    if (publish) publish(command[1], command[2]);
    return Integer(0);
  }
  if (verb == "FLUSHALL") {
    entries_.clear();
    return Text("OK");
  }
  if (verb == "DEL" || verb == "EXISTS") {
    int64_t count = 0;
    for (size_t i = 1; i < command.size(); ++i) {
      if (Find(command[i], now) == nullptr) continue;
      ++count;
      if (verb == "DEL") entries_.erase(command[i]);
    }
    return Integer(count);
  }
  Entry* entry = Find(command[1], now);
  if (verb == "GET") {
    if (entry == nullptr) return Nil();
    const auto* text = std::get_if<std::string>(&entry->value);
    if (text == nullptr) return WrongType();
    return Text(*text);
  }
  if (verb == "PTTL") {
    if (entry == nullptr) return Integer(-2);
    if (entry->expires == absl::InfiniteFuture()) return Integer(-1);
    return Integer(absl::ToInt64Milliseconds(entry->expires - now));
  }
  absl::StatusOr<int64_t> seconds = Number(command[2]);  // EXPIRE
  if (!seconds.ok()) return seconds.status();
  if (entry == nullptr) return Integer(0);
  entry->expires = now + absl::Seconds(*seconds);
  return Integer(1);
}

}  // namespace leadrelay::simulation
