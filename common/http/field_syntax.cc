#include "common/http/field_syntax.h"

#include <algorithm>

namespace leadrelay::http {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Nothing but letters, digits and what `special` has.
bool Consists(std::string_view text, std::string_view special) {
  return std::all_of(text.begin(), text.end(), [special](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) ||
           special.find(c) != std::string_view::npos;
  });
}

}  // namespace

bool IsToken(std::string_view text) {
  return !text.empty() && Consists(text, "!#$%&'*+-.^_`|~");
}

bool IsFieldValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

bool IsHost(std::string_view text) {
  size_t end = std::min(text.find(':'), text.size());
  std::string_view special = "-._~!$&'()*+,;=%";
  if (text.starts_with('[')) {
    end = text.find(']') + 1;  // 0 when there is none.
    if (end <= 2) return false;
    special = "[]:-._~!$&'()*+,;=%";
    if (text.substr(1, end - 2).find_first_of("[]") != std::string_view::npos) return false;
  }
  if (!Consists(text.substr(0, end), special)) return false;
  const std::string_view port = text.substr(end);
  return port.empty() || (port[0] == ':' && std::all_of(port.begin() + 1, port.end(), IsDigit));
}

}  // namespace leadrelay::http
