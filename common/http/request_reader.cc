#include "common/http/request_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

#include "common/http/field_syntax.h"

namespace leadrelay::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using beast::http::field;
using BeastError = beast::error_code;
using BeastView = beast::string_view;

constexpr size_t kMaxFields = 256;
// What a declared length may reserve before a byte of the body is here.
constexpr size_t kMaxReserve = 64 << 10;

// "0", two line ends: no chunked body ends with less.  Beast 1.74 looks at a last chunk again when
// one byte more has come, and asserts that there are as many as this.
constexpr size_t kShortestChunkTail = 5;

constexpr std::string_view kBadRequestLine = "The request line is not one of HTTP/1.1 or HTTP/1.0.";
constexpr std::string_view kHeaderTooLarge = "The header is larger than this server takes.";

std::string_view Std(BeastView text) {
  return {text.data(), text.size()};
}

std::string OriginForm(std::string_view target) {
  for (BeastView scheme : {BeastView("http://"), BeastView("https://")}) {
    if (!beast::iequals(BeastView(target.data(), std::min(target.size(), scheme.size())), scheme)) {
      continue;
    }
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
    std::string origin(target.starts_with('/') ? "" : "/");
    return origin.append(target);
  }
  return std::string(target);
}

RequestReader::Failure Describe(const BeastError& code) {
  if (code == error::header_limit) return {431, kHeaderTooLarge};
  if (code == error::body_limit) return {413, "The body is larger than this server takes."};
  if (code == error::bad_method || code == error::bad_target || code == error::bad_version) {
    return {400, kBadRequestLine};
  }
  if (code == error::bad_content_length) {
    return {400,
            "Content-Length is not a number, differs from another one or is not allowed here."};
  }
  if (code == error::bad_transfer_encoding) {
    return {400, "Transfer-Encoding is repeated or stands beside Content-Length."};
  }
  if (code == error::bad_chunk || code == error::bad_chunk_extension) {
    return {400, "The chunked body is malformed."};
  }
  return {400, "A header field is malformed."};
}

}  // namespace

// Writes straight into our Request: Beast's own containers would be one copy more.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
 public:
  explicit Parser(Limits limits) {
    eager(true);
    header_limit(static_cast<uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
  }

  Request request;
  std::optional<Failure> refused;  // By our own rules, where Beast's code is only a carrier.
  bool wants_continue = false;
  bool body_begun = false;
  bool http_1_0 = false;

 private:
  void Refuse(int status, std::string_view detail, BeastError& code) {
    refused = Failure{status, detail};
    code = error::bad_value;
  }

  void on_request_impl(
      beast::http::verb, BeastView method, BeastView target, int version, BeastError&) override {
    request.method.assign(method.data(), method.size());
    request.url = OriginForm(Std(target));
    http_1_0 = version < 11;
  }

  void on_response_impl(int, BeastView, int, BeastError&) override {}

  void on_field_impl(field name, BeastView spelling, BeastView value, BeastError& code) override {
    if (is_header_done()) return;  // A trailer.
    if (request.headers.size() >= kMaxFields) {
      return Refuse(431, "The header has more fields than this server takes.", code);
    }
    switch (name) {
      case field::host:
        ++hosts_;
        if (!IsHost(Std(value))) return Refuse(400, "The Host field is not a host.", code);
        break;
      case field::transfer_encoding:
        if (http_1_0 || !beast::iequals(value, "chunked")) {
          return Refuse(400, "The only transfer coding that this server takes is chunked.", code);
        }
        break;
      case field::expect:
        if (http_1_0) break;
        if (!beast::iequals(value, "100-continue")) {
          return Refuse(417, "The only expectation that this server meets is 100-continue.", code);
        }
        wants_continue = true;
        break;
      default:
        break;
    }
    request.headers.Add(std::string(Std(spelling)), std::string(Std(value)));
  }

  void on_header_impl(BeastError& code) override {
    if (hosts_ > 1 || (hosts_ == 0 && !http_1_0)) {
      Refuse(400, "A request has exactly one Host field.", code);
    }
  }

  void on_body_init_impl(const boost::optional<uint64_t>& length, BeastError&) override {
    body_begun = true;
    if (length) request.body.reserve(std::min(static_cast<size_t>(*length), kMaxReserve));
  }

  size_t on_body_impl(BeastView piece, BeastError&) override {
    request.body.append(piece.data(), piece.size());
    return piece.size();
  }

  void on_chunk_header_impl(uint64_t, BeastView extension, BeastError& code) override {
    if (!IsFieldValue(Std(extension))) code = error::bad_chunk_extension;
  }

  size_t on_chunk_body_impl(uint64_t, BeastView piece, BeastError& code) override {
    return on_body_impl(piece, code);
  }

  void on_finish_impl(BeastError&) override {}

  int hosts_ = 0;
};

RequestReader::RequestReader(Limits limits) : limits_(limits) {}

RequestReader::~RequestReader() = default;

RequestReader::Step RequestReader::Feed(std::string_view bytes) {
  if (failure_.status != 0) return Step::kFailed;
  if (paused_) {
    Keep(bytes);
    return Step::kNeedMore;
  }
  if (kept() > 0) {
    Keep(bytes);
    return Next();
  }
  // The common case: a whole request in one piece, parsed where it lies.
  const Step step = Advance(&bytes);
  Keep(bytes);
  return step;
}

RequestReader::Step RequestReader::Next() {
  if (failure_.status != 0) return Step::kFailed;
  paused_ = false;
  std::string_view bytes = kept_;
  bytes.remove_prefix(kept_from_);
  const Step step = Advance(&bytes);
  kept_from_ = kept_.size() - bytes.size();
  if (bytes.empty()) {
    kept_.clear();
    kept_from_ = 0;
  }
  return step;
}

RequestReader::Step RequestReader::Advance(std::string_view* bytes) {
  if (!mid_request_) {
    // RFC 9112 2.2: empty lines before a request line are skipped.
    while (bytes->starts_with("\r\n")) bytes->remove_prefix(2);
    if (bytes->empty() || *bytes == "\r") return Step::kNeedMore;
    mid_request_ = true;
    scanned_ = 0;
    awaiting_chunk_line_ = false;
    parser_ = nullptr;
  }
  if (parser_ == nullptr) {
    const Step header = FindHeaderEnd(*bytes);
    if (header != Step::kRequest) return header;
    parser_ = std::make_unique<Parser>(limits_);
  }
  if (awaiting_chunk_line_ && bytes->size() < kShortestChunkTail) return Step::kNeedMore;
  awaiting_chunk_line_ = false;
  while (!bytes->empty()) {
    BeastError code;
    const size_t used = parser_->put(boost::asio::const_buffer(bytes->data(), bytes->size()), code);
    bytes->remove_prefix(used);
    if (code == error::need_more) break;
    if (code) {
      const Failure failure = parser_->refused.value_or(Describe(code));
      return Fail(failure.status, failure.detail);
    }
    if (parser_->is_done()) {
      paused_ = true;
      mid_request_ = false;
      return Step::kRequest;
    }
  }
  awaiting_chunk_line_ = !bytes->empty();
  // Beast waits for a whole chunk line or trailer, however long.
  if (bytes->size() > limits_.header_bytes) {
    return Fail(400, "A chunk's size line or the trailer is too long.");
  }
  if (parser_->wants_continue && !parser_->body_begun) {
    parser_->wants_continue = false;
    return Step::kContinue;
  }
  return Step::kNeedMore;
}

RequestReader::Step RequestReader::FindHeaderEnd(std::string_view bytes) {
  if (!IsToken(bytes.substr(0, 1))) return Fail(400, kBadRequestLine);
  const std::string_view header = bytes.substr(0, limits_.header_bytes);
  for (;;) {
    const size_t feed = header.find('\n', scanned_);
    if (feed == std::string_view::npos) break;
    if (header[feed - 1] != '\r') return Fail(400, "A line does not end in CR LF.");
    if (feed == scanned_ + 1 && scanned_ > 0) return Step::kRequest;
    scanned_ = feed + 1;
  }
  if (header.size() == limits_.header_bytes) return Fail(431, kHeaderTooLarge);
  return Step::kNeedMore;
}

Request RequestReader::TakeRequest() {
  return std::move(parser_->request);
}

bool RequestReader::keep_alive() const {
  return parser_->keep_alive();
}

bool RequestReader::is_http_1_0() const {
  return parser_->http_1_0;
}

size_t RequestReader::held() const {
  return kept_.capacity() + (parser_ == nullptr ? 0 : parser_->request.body.capacity());
}

void RequestReader::Drop() {
  parser_ = nullptr;
  kept_ = std::string();
  kept_from_ = 0;
  mid_request_ = false;
}

RequestReader::Step RequestReader::Fail(int status, std::string_view detail) {
  failure_ = Failure{status, detail};
  mid_request_ = false;
  return Step::kFailed;
}

void RequestReader::Keep(std::string_view bytes) {
  if (bytes.empty()) return;
  kept_.erase(0, kept_from_);
  kept_from_ = 0;
  kept_.append(bytes);
}

}  // namespace leadrelay::http
