#pragma once
// Sample: messages to keep, told apart by a number.

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/amqp/message.h"
#include "services/ingest/spool/message_codec.h"
#include "services/ingest/spool/segment_writer.h"

namespace leadrelay::ingest {

inline amqp::Message SampleMessage(int number) {
  amqp::Message message;
  message.exchange = "leads";
  message.routing_key = "leads.ledger";
  message.cc = {"deliver.orders"};
  message.message_id = absl::StrCat("ld_", number);
  message.body = absl::StrCat(R"({"number":)", number, "}");
  return message;
}

inline int NumberOf(const amqp::Message& message) {
  return std::atoi(message.message_id.c_str() + 3);
}

inline std::vector<int> NumbersOf(const std::vector<amqp::Message>& messages) {
  std::vector<int> numbers;
  numbers.reserve(messages.size());
  for (const amqp::Message& message : messages) numbers.push_back(NumberOf(message));
  return numbers;
}

inline absl::Time SampleTime(int number) {
  return absl::FromUnixSeconds(1'790'000'000 + number);
}

inline KeptRecord SampleRecord(int number) {
  return {SampleTime(number), EncodeMessage(SampleMessage(number))};
}

}  // namespace leadrelay::ingest
