#include "services/ingest/spool/message_codec.h"

#include <optional>
#include <utility>

#include "services/ingest/spool/little_endian.h"

namespace leadrelay::ingest {
namespace {

constexpr char kText = 's';
constexpr char kInteger = 'i';
constexpr char kBool = 'b';

void PutText(std::string& out, std::string_view text) {
  PutNumber(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

void PutValue(std::string& out, const amqp::FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    out.push_back(kText);
    PutText(out, *text);
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    out.push_back(kInteger);
    PutNumber(out, *number);
  } else {
    out.push_back(kBool);
    out.push_back(std::get<bool>(value) ? 1 : 0);
  }
}

// Takes values off the front; once one is not there, everything is empty and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && rest_.empty(); }
  void Fail() { ok_ = false; }

  template <typename Number>
  Number Take() {
    const std::string_view bytes = TakeBytes(sizeof(Number));
    return ok_ ? NumberAt<Number>(bytes, 0) : Number();
  }

  std::string TakeText() { return std::string(TakeBytes(Take<uint32_t>())); }

  amqp::FieldValue TakeValue() {
    switch (Take<char>()) {
      case kText:
        return TakeText();
      case kInteger:
        return Take<int64_t>();
      case kBool: {
        const auto value = Take<uint8_t>();
        if (value > 1) Fail();
        return value == 1;
      }
      default:
        Fail();
        return false;
    }
  }

 private:
  std::string_view TakeBytes(size_t count) {
    if (count > rest_.size()) Fail();
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string EncodeMessage(const amqp::Message& message) {
  std::string out;
  out.reserve(message.body.size() + 512);
  for (const std::string* text : {&message.exchange,
                                  &message.routing_key,
                                  &message.content_type,
                                  &message.message_id,
                                  &message.correlation_id,
                                  &message.type,
                                  &message.app_id}) {
    PutText(out, *text);
  }
  PutNumber(out, message.timestamp);
  PutNumber(out, static_cast<uint32_t>(message.cc.size()));
  for (const std::string& key : message.cc) PutText(out, key);
  PutNumber(out, static_cast<uint32_t>(message.headers.size()));
  for (const auto& [name, value] : message.headers) {
    PutText(out, name);
    PutValue(out, value);
  }
  PutText(out, message.body);
  return out;
}

absl::StatusOr<amqp::Message> DecodeMessage(std::string_view bytes) {
  Reader reader(bytes);
  amqp::Message message;
  for (std::string* text : {&message.exchange,
                            &message.routing_key,
                            &message.content_type,
                            &message.message_id,
                            &message.correlation_id,
                            &message.type,
                            &message.app_id}) {
    *text = reader.TakeText();
  }
  message.timestamp = reader.Take<int64_t>();
  // Each takes some bytes, so a count that is not true ends with them.
  for (auto left = reader.Take<uint32_t>(); left > 0 && reader.ok(); --left) {
    message.cc.push_back(reader.TakeText());
  }
  for (auto left = reader.Take<uint32_t>(); left > 0 && reader.ok(); --left) {
    std::string name = reader.TakeText();
    message.headers.insert_or_assign(std::move(name), reader.TakeValue());
  }
  message.body = reader.TakeText();
  if (!reader.AtEnd()) return absl::InvalidArgumentError("the record holds no message");
  return message;
}

}  // namespace leadrelay::ingest
