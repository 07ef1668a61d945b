#include "common/amqp/content_assembler.h"

#include <algorithm>
#include <utility>

#include "common/amqp/properties.h"

namespace leadrelay::amqp {
namespace {

constexpr uint64_t kMostReserved = 1 << 20;  // The size is the broker's word, not yet a fact.

}  // namespace

void ContentAssembler::Begin(std::string_view exchange, std::string_view routing_key) {
  message_ = {};
  message_.exchange = exchange;
  message_.routing_key = routing_key;
  expecting_ = Expecting::kHeader;
}

absl::StatusOr<bool> ContentAssembler::Feed(const amqp_frame_t& frame) {
  if (frame.frame_type == AMQP_FRAME_HEADER && expecting_ == Expecting::kHeader) {
    const auto& header = frame.payload.properties;
    DecodeProperties(*static_cast<amqp_basic_properties_t*>(header.decoded), message_);
    body_size_ = header.body_size;
    message_.body.reserve(std::min(body_size_, kMostReserved));
    expecting_ = body_size_ == 0 ? Expecting::kNothing : Expecting::kBody;
    return body_size_ == 0;
  }
  if (frame.frame_type == AMQP_FRAME_BODY && expecting_ == Expecting::kBody) {
    const std::string_view part = ToText(frame.payload.body_fragment);
    if (part.size() <= body_size_ - message_.body.size()) {
      message_.body.append(part);
      if (message_.body.size() < body_size_) return false;
      expecting_ = Expecting::kNothing;
      return true;
    }
  }
  return absl::UnavailableError("the broker sent a content frame that belongs to no message");
}

Message ContentAssembler::Take() {
  return std::exchange(message_, {});
}

}  // namespace leadrelay::amqp
