#pragma once
// JSON for tests: a text that must be JSON, as a document.

#include <cstdlib>
#include <string_view>

#include "common/json/json.h"

namespace leadrelay::ingest {

inline json::Document Json(std::string_view text) {
  absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok()) std::abort();
  return *std::move(document);
}

}  // namespace leadrelay::ingest
