#pragma once
// What a Content-Type header says, as far as we take it.  Pure.

#include <string_view>

namespace leadrelay::ingest {

enum class MediaType {
  kJson,   // application/json
  kLines,  // application/x-ndjson, and the names it goes by besides
  kForm,   // application/x-www-form-urlencoded
  kMultipart,
  kOther,  // Also: a charset other than UTF-8.
};

MediaType ParseContentType(std::string_view value);

}  // namespace leadrelay::ingest
