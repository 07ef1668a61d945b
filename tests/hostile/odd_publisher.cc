#include "tests/hostile/odd_publisher.h"

#include <vector>

#include <amqp.h>

namespace leadrelay::test {
namespace {

constexpr amqp_channel_t kChannel = 1;

amqp_bytes_t Bytes(const std::string& text) {
  return amqp_bytes_t{text.size(), const_cast<char*>(text.data())};
}

amqp_table_entry_t Entry(const char* name, amqp_field_value_t value) {
  return amqp_table_entry_t{amqp_cstring_bytes(name), value};
}

amqp_field_value_t Kind(char kind) {
  amqp_field_value_t value{};
  value.kind = static_cast<uint8_t>(kind);
  return value;
}

amqp_field_value_t Text(const char* text, char kind = AMQP_FIELD_KIND_UTF8) {
  amqp_field_value_t value = Kind(kind);
  value.value.bytes = amqp_cstring_bytes(text);
  return value;
}

// Every kind that the protocol has, and values that our own headers never have.
class StrangeHeaders {
 public:
  StrangeHeaders() {
    amqp_field_value_t decimal = Kind(AMQP_FIELD_KIND_DECIMAL);
    decimal.value.decimal = {200, 0xFFFFFFFF};
    amqp_field_value_t real = Kind(AMQP_FIELD_KIND_F64);
    real.value.f64 = -0.0;
    amqp_field_value_t least = Kind(AMQP_FIELD_KIND_I64);
    least.value.i64 = INT64_MIN;
    amqp_field_value_t greatest = Kind(AMQP_FIELD_KIND_I64);
    greatest.value.i64 = INT64_MAX;
    amqp_field_value_t byte = Kind(AMQP_FIELD_KIND_I8);
    byte.value.i8 = -1;
    elements_ = {decimal, real, Text("\xFF\xFE"), Kind(AMQP_FIELD_KIND_VOID)};
    amqp_field_value_t array = Kind(AMQP_FIELD_KIND_ARRAY);
    array.value.array = {static_cast<int>(elements_.size()), elements_.data()};
    members_ = {Entry("queue", array), Entry("reason", Kind(AMQP_FIELD_KIND_VOID))};
    amqp_field_value_t table = Kind(AMQP_FIELD_KIND_TABLE);
    table.value.table = {static_cast<int>(members_.size()), members_.data()};
    deaths_ = {table, array};
    amqp_field_value_t deaths = Kind(AMQP_FIELD_KIND_ARRAY);
    deaths.value.array = {static_cast<int>(deaths_.size()), deaths_.data()};
    entries_ = {Entry("lr-attempts", least),
                Entry("lr-not-before", real),
                Entry("lr-history", Text("[{\"number\":-1},7]")),
                Entry("lr-unknown", byte),
                Entry("lr-replay", table),
                Entry("traceparent", Text("00-\r\nX-Injected: 1")),
                Entry("x-last-death-queue", greatest),
                Entry("", decimal),
                Entry("\xFF", Text("\x00\x01", AMQP_FIELD_KIND_BYTES)),
                Entry("deaths", deaths)};
  }
  std::vector<amqp_table_entry_t> entries() const { return entries_; }

 private:
  std::vector<amqp_field_value_t> elements_;
  std::vector<amqp_table_entry_t> members_;
  std::vector<amqp_field_value_t> deaths_;
  std::vector<amqp_table_entry_t> entries_;
};

}  // namespace

OddPublisher::OddPublisher(int port, const std::string& vhost) : channel_(port, vhost) {
  amqp_confirm_select(channel_.get(), kChannel);
  channel_.Check("confirm what it takes");
}

bool OddPublisher::Publish(const OddMessage& message) {
  static const StrangeHeaders strange;
  amqp_basic_properties_t properties{};
  const auto set = [&](amqp_flags_t flag, amqp_bytes_t& field, const std::string& text) {
    if (text.empty()) return;
    properties._flags |= flag;
    field = Bytes(text);
  };
  set(AMQP_BASIC_TYPE_FLAG, properties.type, message.type);
  set(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type, message.content_type);
  set(AMQP_BASIC_APP_ID_FLAG, properties.app_id, message.app_id);
  std::vector<amqp_table_entry_t> headers;
  if (message.strange_headers) headers = strange.entries();
  if (!message.progress.empty()) {
    amqp_field_value_t value = Kind(AMQP_FIELD_KIND_UTF8);
    value.value.bytes = Bytes(message.progress);
    headers.push_back(Entry("lr-progress", value));
  }
  if (!headers.empty()) {
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {static_cast<int>(headers.size()), headers.data()};
  }
  const int sent = amqp_basic_publish(channel_.get(),
                                      kChannel,
                                      Bytes(message.exchange),
                                      Bytes(message.routing_key),
                                      false,
                                      false,
                                      &properties,
                                      Bytes(message.body));
  if (sent != AMQP_STATUS_OK) return false;
  timeval patience = {20, 0};
  amqp_frame_t frame;
  const int got = amqp_simple_wait_frame_noblock(channel_.get(), &frame, &patience);
  return got == AMQP_STATUS_OK && frame.frame_type == AMQP_FRAME_METHOD &&
         frame.payload.method.id == AMQP_BASIC_ACK_METHOD;
}

}  // namespace leadrelay::test
