#include "tests/integration/ingest/amqp_probe.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

#include <amqp.h>

#include "common/lead/lead_message.h"

namespace leadrelay::ingest {
namespace {

constexpr amqp_channel_t kChannel = 1;

amqp_bytes_t Bytes(const std::string& text) {
  return amqp_bytes_t{text.size(), const_cast<char*>(text.data())};
}

std::string Text(amqp_bytes_t bytes) {
  return std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << "the broker did not " << what << std::endl;
  std::abort();
}

amqp::Message ReadMessage(const amqp_message_t& raw) {
  const amqp_basic_properties_t& properties = raw.properties;
  const auto text = [&](amqp_flags_t flag, amqp_bytes_t value) {
    return (properties._flags & flag) != 0 ? Text(value) : std::string();
  };
  amqp::Message message;
  message.body = Text(raw.body);
  message.content_type = text(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type);
  message.message_id = text(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id);
  message.type = text(AMQP_BASIC_TYPE_FLAG, properties.type);
  message.app_id = text(AMQP_BASIC_APP_ID_FLAG, properties.app_id);
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const amqp_table_entry_t& entry = properties.headers.entries[i];
    if (entry.value.kind != AMQP_FIELD_KIND_UTF8) continue;
    message.headers[Text(entry.key)] = Text(entry.value.value.bytes);
  }
  return message;
}

}  // namespace

std::optional<amqp::Message> AmqpProbe::Take(const std::string& queue) {
  const amqp_rpc_reply_t reply = amqp_basic_get(channel_.get(), kChannel, Bytes(queue), true);
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) channel_.Check("look into " + queue);
  if (reply.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) return std::nullopt;
  amqp_message_t raw;
  amqp_read_message(channel_.get(), kChannel, &raw, 0);
  amqp::Message message = ReadMessage(raw);
  amqp_destroy_message(&raw);
  amqp_maybe_release_buffers(channel_.get());
  return message;
}

amqp::Message AmqpProbe::Await(const std::string& queue) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < patience) {
    if (std::optional<amqp::Message> message = Take(queue)) return *std::move(message);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Fail("get a message into " + queue);
}

std::vector<std::string> AmqpProbe::TakeLeadIds(const std::string& queue) {
  std::vector<std::string> ids;
  while (const std::optional<amqp::Message> message = Take(queue)) {
    for (const std::string_view body : lead::BodiesIn(message->body)) {
      const absl::StatusOr<lead::Envelope> envelope = lead::Envelope::Parse(body);
      if (!envelope.ok()) Fail("read what is in " + queue);
      ids.push_back(envelope->lead_id);
    }
  }
  return ids;
}

bool AmqpProbe::Purge(const std::string& queue) {
  return amqp_queue_purge(channel_.get(), kChannel, Bytes(queue)) != nullptr;
}

int AmqpProbe::Count(const std::string& queue) {
  const amqp_queue_declare_ok_t* declared = amqp_queue_declare(
      channel_.get(), kChannel, Bytes(queue), true, false, false, false, amqp_empty_table);
  channel_.Check("count a queue");
  return static_cast<int>(declared->message_count);
}

void AmqpProbe::Delete(const std::string& queue) {
  amqp_queue_delete(channel_.get(), kChannel, Bytes(queue), false, false);
  channel_.Check("delete a queue");
}

void AmqpProbe::Publish(const amqp::Message& message) {
  amqp_basic_properties_t properties{};
  const auto set = [&](amqp_flags_t flag, amqp_bytes_t& field, const std::string& text) {
    if (text.empty()) return;
    properties._flags |= flag;
    field = Bytes(text);
  };
  set(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type, message.content_type);
  set(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id, message.message_id);
  set(AMQP_BASIC_APP_ID_FLAG, properties.app_id, message.app_id);
  set(AMQP_BASIC_USER_ID_FLAG, properties.user_id, message.user_id);
  std::vector<amqp_table_entry_t> headers;
  for (const auto& [name, value] : message.headers) {
    amqp_table_entry_t entry{};
    entry.key = Bytes(name);
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = Bytes(std::get<std::string>(value));
    headers.push_back(entry);
  }
  if (!headers.empty()) {
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = amqp_table_t{static_cast<int>(headers.size()), headers.data()};
  }
  if (amqp_basic_publish(channel_.get(),
                         kChannel,
                         Bytes(message.exchange),
                         Bytes(message.routing_key),
                         false,
                         false,
                         &properties,
                         Bytes(message.body)) != AMQP_STATUS_OK) {
    Fail("take a message");
  }
}

}  // namespace leadrelay::ingest
