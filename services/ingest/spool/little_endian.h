#pragma once
// Whole numbers as the spool's files have them: little-endian, of fixed width.  Pure.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace leadrelay::ingest {

static_assert(std::endian::native == std::endian::little, "swap the bytes here");

template <typename Number>
void PutNumber(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

// `bytes` has at least as many from `at` on.
template <typename Number>
Number NumberAt(std::string_view bytes, size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

}  // namespace leadrelay::ingest
