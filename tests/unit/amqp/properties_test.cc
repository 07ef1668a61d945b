#include "common/amqp/properties.h"

#include <gtest/gtest.h>

namespace leadrelay::amqp {
namespace {

// Through the bytes of the wire and back.
Message RoundTrip(const Message& message) {
  PropertiesEncoder encoder;
  amqp_basic_properties_t properties = encoder.Encode(message);
  std::vector<char> wire(128 << 10);
  const int size =
      amqp_encode_properties(AMQP_BASIC_CLASS, &properties, amqp_bytes_t{wire.size(), wire.data()});
  EXPECT_GT(size, 0);

  amqp_pool_t pool;
  init_amqp_pool(&pool, 4096);
  void* decoded = nullptr;
  EXPECT_EQ(
      amqp_decode_properties(
          AMQP_BASIC_CLASS, &pool, amqp_bytes_t{static_cast<size_t>(size), wire.data()}, &decoded),
      0);
  Message result;
  const auto& read = *static_cast<amqp_basic_properties_t*>(decoded);
  EXPECT_EQ(read.delivery_mode, 2);  // Persistent.
  DecodeProperties(read, result);
  empty_amqp_pool(&pool);
  return result;
}

Message Full() {
  Message message;
  message.cc = {"deliver.hubspot-eu", "leads.ledger"};
  message.content_type = "application/json";
  message.message_id = "01J00000000000000000000000";
  message.correlation_id = "correlation";
  message.type = "lead.v1";
  message.app_id = "ingest";
  message.timestamp = 1'790'000'000;
  message.headers = {{"traceparent", std::string("00-0af7651916cd43dd8448eb211c80319c-00-01")},
                     {"attempt", int64_t{3}},
                     {"negative", std::numeric_limits<int64_t>::min()},
                     {"final", true},
                     {"first", false},
                     {"utf8", std::string("Zo\xc3\xab")},
                     {"empty", std::string()}};
  return message;
}

TEST(PropertiesTest, SurviveTheWire) {
  Message without_headers;
  without_headers.message_id = "id";
  Message only_cc;
  only_cc.cc = {"one"};
  for (const Message& message : {Message(), Full(), without_headers, only_cc}) {
    EXPECT_EQ(RoundTrip(message), message);
  }
}

TEST(PropertiesTest, TheEncoderKeepsNothingOfTheMessageBefore) {
  PropertiesEncoder encoder;
  const Message full = Full();
  encoder.Encode(full);
  const Message empty;
  const amqp_basic_properties_t& properties = encoder.Encode(empty);
  EXPECT_EQ(properties._flags, static_cast<amqp_flags_t>(AMQP_BASIC_DELIVERY_MODE_FLAG));
}

struct FieldCase {
  const char* name;
  amqp_field_value_t field;
  std::optional<FieldValue> value;
};

template <typename Set>
amqp_field_value_t Make(int kind, Set set) {
  amqp_field_value_t field{};
  field.kind = static_cast<uint8_t>(kind);
  set(field.value);
  return field;
}

TEST(PropertiesTest, ReadsWhatOthersSendWhereItFits) {
  const FieldCase cases[] = {
      {"i8", Make(AMQP_FIELD_KIND_I8, [](auto& v) { v.i8 = -5; }), int64_t{-5}},
      {"u8", Make(AMQP_FIELD_KIND_U8, [](auto& v) { v.u8 = 200; }), int64_t{200}},
      {"i16", Make(AMQP_FIELD_KIND_I16, [](auto& v) { v.i16 = -300; }), int64_t{-300}},
      {"u16", Make(AMQP_FIELD_KIND_U16, [](auto& v) { v.u16 = 65000; }), int64_t{65000}},
      {"i32", Make(AMQP_FIELD_KIND_I32, [](auto& v) { v.i32 = -70000; }), int64_t{-70000}},
      {"u32",
       Make(AMQP_FIELD_KIND_U32, [](auto& v) { v.u32 = 4'000'000'000U; }),
       int64_t{4'000'000'000}},
      {"i64", Make(AMQP_FIELD_KIND_I64, [](auto& v) { v.i64 = -1; }), int64_t{-1}},
      {"timestamp",
       Make(AMQP_FIELD_KIND_TIMESTAMP, [](auto& v) { v.u64 = 1'790'000'000; }),
       int64_t{1'790'000'000}},
      {"bytes",
       Make(AMQP_FIELD_KIND_BYTES, [](auto& v) { v.bytes = ToBytes("raw"); }),
       std::string("raw")},
      {"double", Make(AMQP_FIELD_KIND_F64, [](auto& v) { v.f64 = 0.5; }), std::nullopt},
      {"table",
       Make(AMQP_FIELD_KIND_TABLE, [](auto& v) { v.table = amqp_empty_table; }),
       std::nullopt},
      {"array",
       Make(AMQP_FIELD_KIND_ARRAY, [](auto& v) { v.array = amqp_empty_array; }),
       std::nullopt},
      {"void", Make(AMQP_FIELD_KIND_VOID, [](auto&) {}), std::nullopt},
  };
  for (const FieldCase& c : cases) {
    SCOPED_TRACE(c.name);
    amqp_table_entry_t entry{ToBytes("name"), c.field};
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {1, &entry};
    Message message;
    DecodeProperties(properties, message);
    Table expected;
    if (c.value.has_value()) expected.emplace("name", *c.value);
    EXPECT_EQ(message.headers, expected);
  }
}

TEST(PropertiesTest, LeavesOutTheArrayOfDeathsAndKeepsItsSummary) {
  amqp_table_entry_t entries[] = {
      {ToBytes("x-death"),
       Make(AMQP_FIELD_KIND_ARRAY, [](auto& v) { v.array = amqp_empty_array; })},
      {ToBytes("x-first-death-reason"),
       Make(AMQP_FIELD_KIND_UTF8, [](auto& v) { v.bytes = ToBytes("expired"); })},
      {ToBytes("x-first-death-queue"),
       Make(AMQP_FIELD_KIND_UTF8, [](auto& v) { v.bytes = ToBytes("delay.1m"); })},
  };
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {3, entries};
  Message message;
  DecodeProperties(properties, message);
  EXPECT_EQ(message.headers,
            (Table{{"x-first-death-reason", std::string("expired")},
                   {"x-first-death-queue", std::string("delay.1m")}}));
}

TEST(PropertiesTest, TellsTheNewestDeath) {
  // A lead that waited in a rung first, and was then given up by the queue of its destination.
  const auto text = [](const char* value) {
    return Make(AMQP_FIELD_KIND_UTF8, [value](auto& v) { v.bytes = ToBytes(value); });
  };
  amqp_table_entry_t newest[] = {{ToBytes("reason"), text("delivery_limit")},
                                 {ToBytes("queue"), text("deliver.crm-a")},
                                 {ToBytes("exchange"), text("leads.return")}};
  amqp_table_entry_t oldest[] = {{ToBytes("reason"), text("expired")},
                                 {ToBytes("queue"), text("delay.1m")}};
  amqp_field_value_t deaths[] = {Make(AMQP_FIELD_KIND_TABLE,
                                      [&](auto& v) {
                                        v.table = {3, newest};
                                      }),
                                 Make(AMQP_FIELD_KIND_TABLE, [&](auto& v) {
                                   v.table = {2, oldest};
                                 })};
  amqp_table_entry_t entries[] = {{ToBytes("x-death"),
                                   Make(AMQP_FIELD_KIND_ARRAY,
                                        [&](auto& v) {
                                          v.array = {2, deaths};
                                        })},
                                  {ToBytes("x-first-death-queue"), text("delay.1m")}};
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {2, entries};
  Message message;
  DecodeProperties(properties, message);
  EXPECT_EQ(message.headers,
            (Table{{"x-first-death-queue", std::string("delay.1m")},
                   {"x-last-death-queue", std::string("deliver.crm-a")},
                   {"x-last-death-reason", std::string("delivery_limit")}}));
}

struct SizeCase {
  const char* name;
  Message message;
  absl::StatusCode code;
};

TEST(PropertiesTest, RefusesWhatTheProtocolCannotCarry) {
  const std::string longest(255, 'x');
  const std::string too_long(256, 'x');
  Message fits;
  fits.exchange = fits.routing_key = fits.message_id = fits.type = longest;
  fits.cc = {longest};
  fits.headers = {{std::string(128, 'n'), std::string(90'000, 'v')}};
  Message key;
  key.routing_key = too_long;
  Message id;
  id.message_id = too_long;
  Message cc;
  cc.cc = {"short", too_long};
  Message name;
  name.headers = {{std::string(129, 'n'), int64_t{1}}};
  Message large;
  large.headers = {{"large", std::string(100'000, 'v')}};
  const SizeCase cases[] = {
      {"fits", fits, absl::StatusCode::kOk},
      {"routing key", key, absl::StatusCode::kInvalidArgument},
      {"message id", id, absl::StatusCode::kInvalidArgument},
      {"cc", cc, absl::StatusCode::kInvalidArgument},
      {"header name", name, absl::StatusCode::kInvalidArgument},
      {"all headers", large, absl::StatusCode::kInvalidArgument},
  };
  for (const SizeCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(CheckSizes(c.message).code(), c.code);
  }
}

}  // namespace
}  // namespace leadrelay::amqp
