#pragma once
// The border to Abseil.  Debian builds Abseil with its own string_view, so std::string_view does
// not convert to it: our headers use std types, and these two functions cross over.

#include <string_view>

#include "absl/strings/string_view.h"

namespace leadrelay {

inline absl::string_view ToAbsl(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view ToStd(absl::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace leadrelay
