#pragma once
// A regular expression of a schema's `pattern`.  Private to common/json.
//
// The engine is RE2: linear in the text, code points instead of bytes, any thread.  RapidJSON's own
// overflows the stack on "(a*)*", takes "^" anywhere for an anchor, and is not safe to share.
// Schemas are also given to others, who read them with ECMA 262's engines: what only RE2 knows, or
// knows in another sense, is refused ("(?i)", "\pL", "[[:alpha:]]").

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leadrelay::json {

class Pattern {
 public:
  // InvalidArgument when it cannot be read, with the reason.
  static absl::StatusOr<Pattern> Compile(std::string_view expression);

  // Whether any part of the text matches: it is the expression that anchors.
  bool Search(std::string_view text) const;

  const std::string& expression() const;

 private:
  struct Impl;
  explicit Pattern(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace leadrelay::json
