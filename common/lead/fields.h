#pragma once
// Reads the members of one of our documents and remembers the first that is not as it must be, so
// that a parser reads as a list of its members.  Private to common/lead.

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::lead {

// As proto/envelope.v1.schema.json has it.  Ids go into properties of AMQP messages, which end at
// 255 bytes.
inline constexpr size_t kLongestId = 100;

class Fields {
 public:
  // `what` names the document in errors: "envelope".
  Fields(json::Value object, std::string_view what);

  // Each is required; Optional...() may be missing, but not of another type.
  std::string Text(std::string_view key);
  std::string OptionalText(std::string_view key);
  std::string Id(std::string_view key);  // A text of at most kLongestId bytes.
  int Int(std::string_view key);         // 0 or more.
  bool Bool(std::string_view key);
  absl::Time Time(std::string_view key);
  absl::Time OptionalTime(std::string_view key);  // InfinitePast when missing.
  json::Value Object(std::string_view key);
  std::vector<json::Value> Array(std::string_view key);

  void Version(int64_t expected);
  void Fail(std::string_view key, std::string_view expected);

  // InvalidArgument: "not an outcome event: /at is not a time".  Never holds a value.
  const absl::Status& status() const { return status_; }

 private:
  json::Value object_;
  std::string what_;
  absl::Status status_;
};

}  // namespace leadrelay::lead
