#include "services/delivery/connectors/freshsales/job_status.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace leadrelay::delivery::freshsales {
namespace {

using State = JobStatus::State;

constexpr int kDeepest = 4;  // Of what is looked through.

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string InOneWord(std::string text) {
  text = LowerCase(std::move(text));
  std::ranges::replace(text, ' ', '_');
  std::ranges::replace(text, '-', '_');
  return text;
}

std::string StateWordOf(const json::Value& object) {
  for (const char* name : {"status", "state", "job_status"}) {
    const std::string word = object.Find(name).StringOr("");
    if (!word.empty()) return InOneWord(word);
  }
  return "";
}

std::string FindStateWord(const json::Value& body) {
  std::string word = StateWordOf(body);
  for (const json::Value::Member& member : body.Members()) {
    if (word.empty()) word = StateWordOf(member.value);
  }
  return word;
}

bool IsOneOf(const std::string& word, const std::vector<std::string_view>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool IsRunning(const std::string& word) {
  return IsOneOf(word,
                 {"queued",
                  "pending",
                  "scheduled",
                  "waiting",
                  "accepted",
                  "new",
                  "open",
                  "initiated",
                  "started",
                  "running",
                  "active",
                  "working",
                  "processing",
                  "inprogress",
                  "in_progress"});
}

bool IsDone(const std::string& word) {
  return IsOneOf(word,
                 {"done",
                  "complete",
                  "completed",
                  "finished",
                  "success",
                  "successful",
                  "succeeded",
                  "partial",
                  "partial_success",
                  "partially_complete",
                  "partially_completed",
                  "completed_with_errors",
                  "completed_with_failures"});
}

// What an answer says of failures.
class Failures {
 public:
  void Read(const json::Value& value, int depth) {
    if (depth > kDeepest) return Doubt();
    for (const json::Value& element : value.Elements()) Read(element, depth + 1);
    for (const json::Value::Member& member : value.Members()) {
      const std::string name = LowerCase(std::string(member.key));
      if (name.find("fail") != std::string::npos || name.find("error") != std::string::npos) {
        ReadFailure(member.value);
      } else if (name.find("success") != std::string::npos) {
        ReadSuccess(member.value);
      } else {
        Read(member.value, depth + 1);
      }
    }
  }

  bool AddUp(size_t sent) const {
    if (doubtful_) return false;
    const auto agrees = [this](int64_t count) {
      return count == static_cast<int64_t>(addresses_.size());
    };
    if (!std::ranges::all_of(counts_, agrees)) return false;
    return sent == 0 || std::ranges::all_of(successes_, [this, sent](int64_t count) {
             return count == static_cast<int64_t>(sent - std::min(sent, addresses_.size()));
           });
  }

  std::set<std::string> TakeAddresses() { return std::move(addresses_); }

 private:
  void Doubt() { doubtful_ = true; }

  void ReadFailure(const json::Value& value) {
    if (const std::optional<int64_t> count = value.AsInt64()) return counts_.push_back(*count);
    if (value.IsArray()) {
      for (const json::Value& entry : value.Elements()) ReadEntry(entry);
      return;
    }
    const bool nothing = value.IsNull() || value.AsBool() == false || value.AsString() == "" ||
                         (value.IsObject() && value.size() == 0);
    if (!nothing) Doubt();
  }

  void ReadSuccess(const json::Value& value) {
    if (value.AsBool() == false) return Doubt();
    if (const std::optional<int64_t> count = value.AsInt64()) successes_.push_back(*count);
  }

  void ReadEntry(const json::Value& entry) {
    std::set<std::string> named;
    CollectAddresses(entry, 0, named);
    if (named.size() != 1) return Doubt();
    addresses_.insert(*named.begin());
  }

  static void CollectAddresses(const json::Value& value,
                               int depth,
                               std::set<std::string>& addresses) {
    if (depth > kDeepest) return;
    const std::string text = value.StringOr("");
    if (text.find('@') != std::string::npos && text.find(' ') == std::string::npos) {
      addresses.insert(LowerCase(text));
    }
    for (const json::Value& each : value.Elements()) CollectAddresses(each, depth + 1, addresses);
    for (const json::Value::Member& member : value.Members()) {
      CollectAddresses(member.value, depth + 1, addresses);
    }
  }

  bool doubtful_ = false;
  std::set<std::string> addresses_;
  std::vector<int64_t> counts_;
  std::vector<int64_t> successes_;
};

}  // namespace

JobStatus ReadJobStatus(const json::Value& body, size_t sent) {
  const std::string word = FindStateWord(body);
  if (word.empty()) return {State::kSilent, {}};
  if (IsRunning(word)) return {State::kRunning, {}};
  if (!IsDone(word)) return {State::kUnclear, {}};
  Failures failures;
  failures.Read(body, 0);
  if (!failures.AddUp(sent)) return {State::kUnclear, {}};
  JobStatus status{State::kDone, failures.TakeAddresses()};
  // It speaks of failures, and names none.
  const bool partly = word.starts_with("partial") || word.find("_with_") != std::string::npos;
  if (partly && status.failed.empty()) return {State::kUnclear, {}};
  return status;
}

}  // namespace leadrelay::delivery::freshsales
