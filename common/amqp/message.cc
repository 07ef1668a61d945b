#include "common/amqp/message.h"

namespace leadrelay::amqp {

std::string_view Message::Header(std::string_view name) const {
  const auto found = headers.find(name);
  if (found == headers.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

int64_t Message::IntHeader(std::string_view name, int64_t fallback) const {
  const auto found = headers.find(name);
  if (found == headers.end()) return fallback;
  const auto* number = std::get_if<int64_t>(&found->second);
  return number == nullptr ? fallback : *number;
}

}  // namespace leadrelay::amqp
