// DEPS: leadrelay_amqp leadrelay_delivery_deliver leadrelay_dlq_interpret leadrelay_lead
// Messages of which nothing is as it should be.  Properties off the wire, tables and arrays of any
// kind in them, become our values; the ledger finds something to record in every message, and keeps
// the bytes of what it cannot read.
//
// The input: how many bytes of properties, the properties as the protocol has them, the body.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fuzzer/FuzzedDataProvider.h>

#include "common/amqp/properties.h"
#include "common/lead/topology.h"
#include "services/delivery/deliver/job_of_item.h"
#include "services/dlq/collect/interpret.h"

namespace leadrelay {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void DecodeInto(const std::string& bytes, amqp::Message& message) {
  amqp_pool_t pool;
  init_amqp_pool(&pool, 4096);
  void* decoded = nullptr;
  if (amqp_decode_properties(AMQP_BASIC_CLASS, &pool, amqp::ToBytes(bytes), &decoded) ==
      AMQP_STATUS_OK) {
    amqp::DecodeProperties(*static_cast<amqp_basic_properties_t*>(decoded), message);
  }
  empty_amqp_pool(&pool);
}

void ReadState(const amqp::Message& message) {
  const lead::DeliveryState state = lead::DeliveryState::Read(message);
  Check(state.attempts >= 0);
  const delivery::Progress progress = delivery::ParseProgress(state.progress);
  Check(delivery::ParseProgress(delivery::ProgressToJson(progress)) == progress);
}

void Record(const amqp::Message& message) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  for (const dlq::Entry& entry : dlq::Interpret(message, now)) {
    const auto* letter = std::get_if<lead::DeadLetter>(&entry);
    if (letter == nullptr) continue;
    const auto again = lead::DeadLetter::Parse(letter->ToJson());
    Check(again.ok() && again->body == letter->body);
    if (letter->cause == "unreadable" && message.type != lead::kDeadLetterType) {
      Check(letter->body == message.body);
    }
  }
}

void Fuzz(FuzzedDataProvider& data) {
  amqp::Message message;
  DecodeInto(data.ConsumeRandomLengthString(4096), message);
  if (data.ConsumeBool()) {
    message.type =
        data.PickValueInArray({lead::kAcceptedType, lead::kOutcomesType, lead::kDeadLetterType});
  }
  if (data.ConsumeBool()) message.headers["x-last-death-queue"] = data.ConsumeRandomLengthString();
  for (const char* name : {"lr-attempts", "lr-not-before"}) {
    if (data.ConsumeBool()) message.headers[name] = data.ConsumeIntegral<int64_t>();
  }
  if (data.ConsumeBool()) message.headers["lr-progress"] = data.ConsumeRandomLengthString();
  message.body = data.ConsumeRemainingBytesAsString();
  ReadState(message);
  Record(message);
}

}  // namespace
}  // namespace leadrelay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  FuzzedDataProvider data(bytes, size);
  leadrelay::Fuzz(data);
  return 0;
}
