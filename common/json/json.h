#pragma once
// The one door to RapidJSON: nothing outside this folder includes it.  Pure; any thread.
//
// What it takes care of: parsing is iterative (nesting cannot overflow the stack) with validated
// UTF-8, bounded depth and no duplicate keys; values are compared and read by type-checked calls
// only.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace leadrelay::json {

enum class Type { kMissing, kNull, kBool, kNumber, kString, kArray, kObject };

// A read-only look into a Document, which must outlive it.  Copying is copying a pointer.
// A value that is not there is of Type::kMissing, and every accessor of it is empty, so paths can
// be walked without checks: doc.root().Find("source").Find("url").AsString().
class Value {
 public:
  Value() = default;

  Type type() const;
  bool exists() const { return raw_ != nullptr; }
  bool IsObject() const { return type() == Type::kObject; }
  bool IsArray() const { return type() == Type::kArray; }
  bool IsString() const { return type() == Type::kString; }
  bool IsNull() const { return type() == Type::kNull; }

  std::optional<std::string_view> AsString() const;
  std::optional<bool> AsBool() const;
  std::optional<int64_t> AsInt64() const;  // Only numbers written as integers that fit.
  std::optional<double> AsDouble() const;

  std::string StringOr(std::string_view fallback) const;
  int64_t Int64Or(int64_t fallback) const;
  bool BoolOr(bool fallback) const;

  // Strings as they are, numbers and booleans in JSON notation; empty for anything else.
  std::optional<std::string> AsText() const;

  size_t size() const;                            // Members or elements; 0 for scalars.
  Value Find(std::string_view key) const;         // Of an object.
  Value At(size_t index) const;                   // Of an array.
  Value Pointer(std::string_view pointer) const;  // RFC 6901: "/source/url", "/items/0".

  struct Member;
  std::vector<Member> Members() const;  // Of an object, in document order.
  std::vector<Value> Elements() const;  // Of an array.

  std::string ToJson() const;  // As compact JSON, member order kept.
  std::string Canonical()
      const;  // Members sorted by key at every level: equal values, equal bytes.

  // Deep.  Member order does not matter; numbers are equal by value: 1, 1.0 and 1e0.
  friend bool operator==(const Value& a, const Value& b);

 private:
  friend class Document;
  friend class Writer;
  friend class Schema;
  explicit Value(const void* raw) : raw_(raw) {}
  const void* raw_ = nullptr;
};

struct Value::Member {
  std::string_view key;
  Value value;
};

struct ParseLimits {
  size_t max_depth = 64;  // Of arrays and objects; at most 512, whatever is asked for.
};

// An owned, immutable JSON document.  Cheap to move and to copy (shared).  Integers are exact
// within 64 bits (signed or unsigned), every other number is the nearest double.  A leading byte
// order mark is skipped, as RFC 8259 allows.
class Document {
 public:
  Document();  // Null.

  // InvalidArgument with the reason and the byte offset: not JSON, not UTF-8, too deep, a key
  // twice.
  static absl::StatusOr<Document> Parse(std::string_view text, ParseLimits limits = {});

  Value root() const { return root_; }

  // A value of this document as a document: shares the memory, copies nothing.
  Document Part(const Value& value) const { return Document(impl_, value); }

 private:
  struct Impl;
  Document(std::shared_ptr<const Impl> impl, Value root) : impl_(std::move(impl)), root_(root) {}
  std::shared_ptr<const Impl> impl_;
  Value root_;
};

// Writes compact JSON, in order.  Misuse (a value without its key, an unclosed object) aborts in
// Take(): it is a programming error.  Bytes that are not UTF-8 are replaced by U+FFFD.
class Writer {
 public:
  Writer();
  ~Writer();
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  Writer& StartObject();
  Writer& EndObject();
  Writer& StartArray();
  Writer& EndArray();
  Writer& Key(std::string_view key);
  Writer& String(std::string_view text);
  Writer& Int(int64_t number);
  Writer& Double(double number);  // Not finite: written as null.
  Writer& Bool(bool value);
  Writer& Null();
  Writer& Copy(const Value& value);          // A missing value is written as null.
  Writer& Raw(std::string_view valid_json);  // Trusted: must be one JSON value.

  // Key and value in one call.
  Writer& Member(std::string_view key, std::string_view text) { return Key(key).String(text); }
  Writer& Member(std::string_view key, const char* text) { return Key(key).String(text); }
  Writer& Member(std::string_view key, const std::string& text) { return Key(key).String(text); }
  Writer& Member(std::string_view key, int64_t number) { return Key(key).Int(number); }
  Writer& Member(std::string_view key, int number) { return Key(key).Int(number); }
  Writer& Member(std::string_view key, double number) { return Key(key).Double(number); }
  Writer& Member(std::string_view key, bool value) { return Key(key).Bool(value); }
  Writer& Member(std::string_view key, const Value& value) { return Key(key).Copy(value); }

  std::string Take();  // The document; the writer is empty again.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A fault that a schema found.
struct SchemaFault {
  std::string pointer;  // Where in the document: "/deal/value"; a missing member by its own name.
  std::string keyword;  // What was violated: "required", "type", "maxLength" ...
  std::string message;  // In words, without the offending value: it may be personal.
  friend bool operator==(const SchemaFault&, const SchemaFault&) = default;
};

// A JSON Schema (draft 04).  Our own check, since RapidJSON's stops at its first fault and skips
// what it does not know; decisions/0003-json-door.md.
class Schema {
 public:
  static constexpr size_t kMaxFaults = 100;

  // InvalidArgument when the text is no schema, leads back to itself, or uses what is not checked:
  // a keyword that is not of draft 04 (const, if, contains ...), `format`, a $ref to elsewhere or
  // with something beside it.  What is not checked must not look checked.
  static absl::StatusOr<Schema> Compile(std::string_view text);

  // Every fault, in document order, up to kMaxFaults; none when the value is valid.
  std::vector<SchemaFault> Validate(const Value& value) const;

 private:
  struct Impl;
  explicit Schema(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace leadrelay::json
