#include "common/amqp/properties.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::amqp {
namespace {

constexpr std::string_view kCcHeader = "CC";
constexpr std::string_view kDeathsHeader = "x-death";
constexpr uint8_t kPersistent = 2;
constexpr size_t kMaxShortString = 255;
constexpr size_t kMaxHeaderName = 128;
constexpr size_t kMaxHeaderBytes = 96 << 10;  // Frames are at most 128 KiB (kFrameMax).

amqp_field_value_t TextField(std::string_view text) {
  amqp_field_value_t field{};
  field.kind = AMQP_FIELD_KIND_UTF8;
  field.value.bytes = ToBytes(text);
  return field;
}

amqp_field_value_t Field(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return TextField(*text);
  amqp_field_value_t field{};
  if (const auto* number = std::get_if<int64_t>(&value)) {
    field.kind = AMQP_FIELD_KIND_I64;
    field.value.i64 = *number;
  } else {
    field.kind = AMQP_FIELD_KIND_BOOLEAN;
    field.value.boolean = std::get<bool>(value) ? 1 : 0;
  }
  return field;
}

void AppendTable(const Table& table, std::vector<amqp_table_entry_t>& entries) {
  for (const auto& [name, value] : table) {
    entries.push_back(amqp_table_entry_t{ToBytes(name), Field(value)});
  }
}

// False for the kinds that have no counterpart here.
bool Decode(const amqp_field_value_t& field, FieldValue& value) {
  switch (field.kind) {
    case AMQP_FIELD_KIND_BOOLEAN:
      value = field.value.boolean != 0;
      return true;
    case AMQP_FIELD_KIND_I8:
      value = int64_t{field.value.i8};
      return true;
    case AMQP_FIELD_KIND_U8:
      value = int64_t{field.value.u8};
      return true;
    case AMQP_FIELD_KIND_I16:
      value = int64_t{field.value.i16};
      return true;
    case AMQP_FIELD_KIND_U16:
      value = int64_t{field.value.u16};
      return true;
    case AMQP_FIELD_KIND_I32:
      value = int64_t{field.value.i32};
      return true;
    case AMQP_FIELD_KIND_U32:
      value = int64_t{field.value.u32};
      return true;
    case AMQP_FIELD_KIND_I64:
      value = field.value.i64;
      return true;
    case AMQP_FIELD_KIND_U64:
    case AMQP_FIELD_KIND_TIMESTAMP:
      value = static_cast<int64_t>(field.value.u64);
      return true;
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
      value = std::string(ToText(field.value.bytes));
      return true;
    default:
      return false;
  }
}

// The newest death is the first.  Brokers from 3.13 on say it in these headers themselves, and what
// is there already stays.
void DecodeLastDeath(const amqp_array_t& deaths, Message& message) {
  if (deaths.num_entries == 0 || deaths.entries[0].kind != AMQP_FIELD_KIND_TABLE) return;
  const amqp_table_t& newest = deaths.entries[0].value.table;
  for (int i = 0; i < newest.num_entries; ++i) {
    const std::string_view name = ToText(newest.entries[i].key);
    if (name != "queue" && name != "reason") continue;
    FieldValue value;
    if (!Decode(newest.entries[i].value, value)) continue;
    message.headers.emplace(absl::StrCat("x-last-death-", std::string(name)), std::move(value));
  }
}

void DecodeHeaders(const amqp_table_t& table, Message& message) {
  for (int i = 0; i < table.num_entries; ++i) {
    const amqp_table_entry_t& entry = table.entries[i];
    const std::string_view name = ToText(entry.key);
    if (name == kCcHeader && entry.value.kind == AMQP_FIELD_KIND_ARRAY) {
      const amqp_array_t& keys = entry.value.value.array;
      for (int k = 0; k < keys.num_entries; ++k) {
        FieldValue key;
        if (!Decode(keys.entries[k], key)) continue;
        if (auto* text = std::get_if<std::string>(&key)) message.cc.push_back(std::move(*text));
      }
      continue;
    }
    if (name == kDeathsHeader && entry.value.kind == AMQP_FIELD_KIND_ARRAY) {
      DecodeLastDeath(entry.value.value.array, message);
      continue;
    }
    FieldValue value;
    if (Decode(entry.value, value)) message.headers.emplace(name, std::move(value));
  }
}

size_t EncodedSize(const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? 9 : 5 + text->size();
}

}  // namespace

EncodedTable::EncodedTable(const Table& table) {
  AppendTable(table, entries_);
}

const amqp_basic_properties_t& PropertiesEncoder::Encode(const Message& message) {
  properties_ = {};
  properties_._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties_.delivery_mode = kPersistent;
  const auto set = [this](const std::string& text, amqp_flags_t flag, amqp_bytes_t& field) {
    if (text.empty()) return;
    properties_._flags |= flag;
    field = ToBytes(text);
  };
  set(message.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG, properties_.content_type);
  set(message.message_id, AMQP_BASIC_MESSAGE_ID_FLAG, properties_.message_id);
  set(message.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG, properties_.correlation_id);
  set(message.type, AMQP_BASIC_TYPE_FLAG, properties_.type);
  set(message.app_id, AMQP_BASIC_APP_ID_FLAG, properties_.app_id);
  if (message.timestamp != 0) {
    properties_._flags |= AMQP_BASIC_TIMESTAMP_FLAG;
    properties_.timestamp = static_cast<uint64_t>(message.timestamp);
  }

  entries_.clear();
  AppendTable(message.headers, entries_);
  if (!message.cc.empty()) {
    cc_.clear();
    for (const std::string& key : message.cc) cc_.push_back(TextField(key));
    amqp_field_value_t field{};
    field.kind = AMQP_FIELD_KIND_ARRAY;
    field.value.array = {static_cast<int>(cc_.size()), cc_.data()};
    entries_.push_back(amqp_table_entry_t{ToBytes(kCcHeader), field});
  }
  if (!entries_.empty()) {
    properties_._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties_.headers = {static_cast<int>(entries_.size()), entries_.data()};
  }
  return properties_;
}

void DecodeProperties(const amqp_basic_properties_t& properties, Message& message) {
  const auto get = [&properties](amqp_flags_t flag, amqp_bytes_t field) {
    return (properties._flags & flag) != 0 ? std::string(ToText(field)) : std::string();
  };
  message.content_type = get(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type);
  message.message_id = get(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id);
  message.correlation_id = get(AMQP_BASIC_CORRELATION_ID_FLAG, properties.correlation_id);
  message.type = get(AMQP_BASIC_TYPE_FLAG, properties.type);
  message.app_id = get(AMQP_BASIC_APP_ID_FLAG, properties.app_id);
  message.user_id = get(AMQP_BASIC_USER_ID_FLAG, properties.user_id);
  const bool stamped = (properties._flags & AMQP_BASIC_TIMESTAMP_FLAG) != 0;
  message.timestamp = stamped ? static_cast<int64_t>(properties.timestamp) : 0;
  message.cc.clear();
  message.headers.clear();
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) != 0) {
    DecodeHeaders(properties.headers, message);
  }
}

absl::Status CheckSizes(const Message& message) {
  const std::pair<const char*, const std::string*> fields[] = {
      {"exchange", &message.exchange},
      {"routing key", &message.routing_key},
      {"content type", &message.content_type},
      {"message id", &message.message_id},
      {"correlation id", &message.correlation_id},
      {"type", &message.type},
      {"app id", &message.app_id},
  };
  for (const auto& [name, value] : fields) {
    if (value->size() <= kMaxShortString) continue;
    return absl::InvalidArgumentError(absl::StrCat("the ",
                                                   name,
                                                   " of an AMQP message has ",
                                                   value->size(),
                                                   " bytes; the protocol allows ",
                                                   kMaxShortString));
  }
  size_t total = 0;
  for (const std::string& key : message.cc) {
    total += 5 + key.size();
    if (key.size() <= kMaxShortString) continue;
    return absl::InvalidArgumentError("a routing key in CC is longer than 255 bytes");
  }
  for (const auto& [name, value] : message.headers) {
    total += 1 + name.size() + EncodedSize(value);
    if (name.size() <= kMaxHeaderName) continue;
    return absl::InvalidArgumentError("the name of an AMQP header is longer than 128 bytes");
  }
  if (total > kMaxHeaderBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the headers of an AMQP message take ",
                                                   total,
                                                   " bytes; at most ",
                                                   kMaxHeaderBytes,
                                                   " fit: put what is large into the body"));
  }
  return absl::OkStatus();
}

}  // namespace leadrelay::amqp
