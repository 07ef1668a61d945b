#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/charconv.h"
#include "absl/strings/str_cat.h"

#include "common/json/json.h"
#include "common/json/key_filter.h"
#include "common/json/rapidjson.h"
#include "common/json/utf8.h"
#include "common/status/abseil.h"

namespace leadrelay::json {

void AssertionFailed(const char* condition) {
  std::fprintf(stderr, "common/json: RapidJSON's precondition does not hold: %s\n", condition);
  std::abort();
}

namespace {

using rapidjson::SizeType;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kMaxText = size_t{1} << 30;

// Stands between RapidJSON's reader and the document that it fills, and refuses on the way what the
// reader would let through.
class Filter {
 public:
  Filter(RawDocument& document, size_t max_depth)
      : document_(document), max_depth_(std::min<size_t>(max_depth, kMaxDepth)) {}

  const char* refusal() const { return refusal_; }

  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  bool Int(int) { return Refuse("a number in a form that was not asked for"); }
  bool Uint(unsigned) { return Int(0); }
  bool Int64(int64_t) { return Int(0); }
  bool Uint64(uint64_t) { return Int(0); }
  bool Double(double) { return Int(0); }

  // Numbers come as text: RapidJSON's own conversion is off by up to 3 ULP, and slow when exact.
  bool RawNumber(const char* data, SizeType length, bool) {
    const std::string_view text(data, length);
    const char* end = data + length;
    if (text.find_first_of(".eE") == text.npos) {
      int64_t number = 0;
      if (std::from_chars(data, end, number).ec == std::errc()) return document_.Int64(number);
      uint64_t large = 0;
      if (std::from_chars(data, end, large).ec == std::errc()) return document_.Uint64(large);
    }
    double number = 0;
    const absl::from_chars_result result = absl::from_chars(data, end, number);
    const bool too_small = result.ec == std::errc::result_out_of_range && std::fabs(number) < 1;
    if (result.ec != std::errc() && !too_small) return Refuse("a number is too big");
    return document_.Double(number);
  }

  bool String(const char* data, SizeType length, bool copy) {
    return Text({data, length}) && document_.String(data, length, copy);
  }
  bool Key(const char* data, SizeType length, bool copy) {
    if (!Text({data, length})) return false;
    if (!keys_.Add({data, length})) return Refuse("an object has the same key twice");
    return document_.Key(data, length, copy);
  }

  bool StartObject() {
    keys_.Open();
    return Deeper() && document_.StartObject();
  }
  bool EndObject(SizeType members) {
    keys_.Close();
    --depth_;
    return document_.EndObject(members);
  }
  bool StartArray() { return Deeper() && document_.StartArray(); }
  bool EndArray(SizeType elements) {
    --depth_;
    return document_.EndArray(elements);
  }

 private:
  bool Refuse(const char* why) {
    refusal_ = why;
    return false;
  }
  bool Deeper() { return ++depth_ <= max_depth_ || Refuse("nested too deeply"); }

  // The reader has checked the bytes, but it turns the escape of a lone low surrogate into bytes
  // that are no UTF-8 (ED B0..BF xx): only that can still be wrong here.
  bool Text(std::string_view text) {
    if (text.find('\xED') == text.npos || IsUtf8(text)) return true;
    return Refuse("an escaped surrogate has no partner");
  }

  RawDocument& document_;
  KeyFilter keys_;
  size_t depth_ = 0;
  size_t max_depth_;
  const char* refusal_ = nullptr;
};

absl::Status Fault(std::string why, size_t offset) {
  if (why.ends_with('.')) why.pop_back();
  return absl::InvalidArgumentError(absl::StrCat("not valid JSON at byte ", offset, ": ", why));
}

const RawValue& Base(const RawDocument& document) {
  return document;
}

// What the parsed text takes beside its strings.  The pool's default of 64 KiB per document would
// be most of the memory of a process with thousands of them in flight.
size_t PoolChunk(size_t text) {
  return std::clamp<size_t>(text, 256, 64 << 10);
}

std::unique_ptr<char[]> Terminated(std::string_view text) {
  auto copy = std::make_unique_for_overwrite<char[]>(text.size() + 1);
  std::memcpy(copy.get(), text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

}  // namespace

struct Document::Impl {
  explicit Impl(std::string_view json)
      : text(Terminated(json)), allocator(PoolChunk(json.size())), document(&allocator, 1024) {}

  std::unique_ptr<char[]> text;  // Parsed in place: the document's strings lie in it.
  RawAllocator allocator;
  RawDocument document;
};

Document::Document() {
  static const std::shared_ptr<const Impl> null = std::make_shared<Impl>("");
  impl_ = null;
  root_ = Value(&Base(null->document));
}

absl::StatusOr<Document> Document::Parse(std::string_view text, ParseLimits limits) {
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  if (text.size() > kMaxText) return Fault("longer than 1 GiB", kMaxText);
  const size_t skipped = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  text.remove_prefix(skipped);
  if (text.empty()) return Fault("the document is empty", skipped);
  const size_t good = WellFormedPrefix(text);
  if (good != text.size()) return Fault("not UTF-8", skipped + good);

  auto impl = std::make_shared<Impl>(text);
  Filter filter(impl->document, limits.max_depth);
  rapidjson::InsituStringStream stream(impl->text.get());
  rapidjson::Reader reader;
  auto generate = [&](RawDocument&) { return !reader.Parse<kFlags>(stream, filter).IsError(); };
  impl->document.Populate(generate);

  if (reader.HasParseError()) {
    const char* why = filter.refusal() != nullptr
                          ? filter.refusal()
                          : rapidjson::GetParseError_En(reader.GetParseErrorCode());
    return Fault(why, skipped + reader.GetErrorOffset());
  }
  // To the reader a NUL byte is the end of the text.
  if (stream.Tell() != text.size()) {
    return Fault("bytes after the document's end", skipped + stream.Tell());
  }
  const Value root(&Base(impl->document));
  return Document(std::move(impl), root);
}

}  // namespace leadrelay::json
