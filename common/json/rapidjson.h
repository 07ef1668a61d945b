#pragma once
// RapidJSON 1.1.0 as this folder uses it.  Private to common/json: nothing else may include it, nor
// RapidJSON itself (docs/decisions/0003-json-door.md; tests/unit/json/door_test.cc sees to it).

namespace leadrelay::json {

// RapidJSON states its preconditions as assertions, which NDEBUG would remove: writing past them is
// memory corruption, so here they always hold or the process ends.
[[noreturn]] void AssertionFailed(const char* condition);

}  // namespace leadrelay::json

#define RAPIDJSON_ASSERT(x) \
  (static_cast<bool>(x) ? static_cast<void>(0) : ::leadrelay::json::AssertionFailed(#x))
#define RAPIDJSON_HAS_STDSTRING 0
// RAPIDJSON_SSE2 stays off: with it, 1.1.0 takes the control characters from 1A to 1F for text,
// both ways.

// Its stack adds to a null pointer before the first growth: undefined, harmless, and the one thing
// that UndefinedBehaviorSanitizer is not asked about in here.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

namespace leadrelay::json {

using RawAllocator = rapidjson::MemoryPoolAllocator<>;
using RawValue = rapidjson::GenericValue<rapidjson::UTF8<>, RawAllocator>;
using RawDocument = rapidjson::GenericDocument<rapidjson::UTF8<>, RawAllocator>;

// A parsed value is walked by recursion (writing, comparing), so no document is deeper than this,
// whatever its ParseLimits say.
inline constexpr unsigned kMaxDepth = 512;

inline const RawValue& Raw(const void* raw) {
  return *static_cast<const RawValue*>(raw);
}

}  // namespace leadrelay::json
