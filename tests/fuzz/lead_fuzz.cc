// DEPS: leadrelay_lead
// Bodies and headers from the broker: what is read is written again to the same, and the rest is
// refused with a status.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/lead/envelope.h"
#include "common/lead/events.h"

namespace leadrelay::lead {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void ReadBodies(std::string_view body) {
  if (const auto envelope = Envelope::Parse(body); envelope.ok()) {
    const std::string text = envelope->ToJson();
    Check(Envelope::Parse(text)->ToJson() == text);
  }
  // Times and reasons are cut when they are written, so it is the second reading that stays.
  if (const auto events = ParseOutcomes(body); events.ok()) {
    const auto again = ParseOutcomes(ToJson(*events));
    Check(again.ok() && ToJson(*again) == ToJson(*events));
  }
  if (const auto letter = DeadLetter::Parse(body); letter.ok()) {
    const auto again = DeadLetter::Parse(letter->ToJson());
    Check(again.ok() && again->ToJson() == letter->ToJson() && again->body == letter->body);
  }
}

void ReadHeaders(std::string_view text) {
  amqp::Message message;
  for (const char* name : {"lr-history", "lr-progress", "lr-replay", "traceparent"}) {
    message.headers[name] = std::string(text);
  }
  message.headers["lr-attempts"] = static_cast<int64_t>(text.size()) - 8;
  const DeliveryState state = DeliveryState::Read(message);
  amqp::Message written;
  state.Write(written);
  amqp::Message again;
  DeliveryState::Read(written).Write(again);
  Check(again == written);
}

}  // namespace
}  // namespace leadrelay::lead

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  leadrelay::lead::ReadBodies(text);
  leadrelay::lead::ReadHeaders(text);
  return 0;
}
