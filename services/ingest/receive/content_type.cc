#include "services/ingest/receive/content_type.h"

#include <string>

#include "common/text/clean.h"

namespace leadrelay::ingest {
namespace {

// True when there is a charset parameter and it is not UTF-8 (or ASCII, a part of it).
bool HasForeignCharset(std::string_view parameters) {
  while (!parameters.empty()) {
    const size_t semicolon = parameters.find(';');
    const std::string parameter = text::LowerAscii(text::Trim(parameters.substr(0, semicolon)));
    if (parameter.starts_with("charset=")) {
      std::string charset = parameter.substr(8);
      std::erase(charset, '"');
      return charset != "utf-8" && charset != "utf8" && charset != "us-ascii";
    }
    if (semicolon == std::string_view::npos) break;
    parameters.remove_prefix(semicolon + 1);
  }
  return false;
}

}  // namespace

MediaType ParseContentType(std::string_view value) {
  const size_t semicolon = value.find(';');
  const std::string type = text::LowerAscii(text::Trim(value.substr(0, semicolon)));
  if (type == "multipart/form-data") return MediaType::kMultipart;
  if (semicolon != std::string_view::npos && HasForeignCharset(value.substr(semicolon + 1))) {
    return MediaType::kOther;
  }
  if (type == "application/json") return MediaType::kJson;
  if (type == "application/x-ndjson" || type == "application/ndjson" ||
      type == "application/jsonl") {
    return MediaType::kLines;
  }
  if (type == "application/x-www-form-urlencoded") return MediaType::kForm;
  return MediaType::kOther;
}

}  // namespace leadrelay::ingest
