#pragma once
// Finds a key that an object has twice, while it is being parsed.  Private to common/json.
//
// RapidJSON keeps both members, and which one a reader then sees depends on the reader: two systems
// could be shown two different leads by one document.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"

namespace leadrelay::json {

class KeyFilter {
 public:
  void Open();  // An object begins.
  void Close();

  // False when the innermost open object has had this key already.  Expected O(length of key) also
  // for objects with very many members and for keys chosen to collide.
  bool Add(std::string_view key);

 private:
  struct Key {
    size_t hash;
    size_t begin;  // In text_.
    size_t length;
  };
  struct Level {
    size_t first_key;
    size_t text_begin;
    std::unique_ptr<absl::flat_hash_set<std::string>> many;  // Once there are too many to scan.
  };

  std::vector<Level> levels_;
  std::vector<Key> keys_;
  std::string text_;
};

}  // namespace leadrelay::json
