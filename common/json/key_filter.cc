#include "common/json/key_filter.h"

#include "absl/hash/hash.h"

#include "common/status/abseil.h"

namespace leadrelay::json {
namespace {

constexpr size_t kScan = 16;

}  // namespace

void KeyFilter::Open() {
  levels_.push_back(Level{keys_.size(), text_.size(), nullptr});
}

void KeyFilter::Close() {
  keys_.resize(levels_.back().first_key);
  text_.resize(levels_.back().text_begin);
  levels_.pop_back();
}

bool KeyFilter::Add(std::string_view key) {
  Level& level = levels_.back();
  if (level.many != nullptr) return level.many->emplace(key).second;

  const size_t hash = absl::Hash<absl::string_view>{}(ToAbsl(key));
  const std::string_view text = text_;
  for (size_t i = level.first_key; i < keys_.size(); ++i) {
    const Key& other = keys_[i];
    if (other.hash == hash && text.substr(other.begin, other.length) == key) return false;
  }
  keys_.push_back(Key{hash, text_.size(), key.size()});
  text_.append(key);

  if (keys_.size() - level.first_key == kScan) {
    level.many = std::make_unique<absl::flat_hash_set<std::string>>();
    for (size_t i = level.first_key; i < keys_.size(); ++i) {
      level.many->emplace(text_, keys_[i].begin, keys_[i].length);
    }
  }
  return true;
}

}  // namespace leadrelay::json
