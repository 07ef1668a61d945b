#pragma once
// RequestReader: bytes of one connection in, requests out.  Boost.Beast's HTTP/1 parser, plus what
// a server must refuse beyond it, without a socket: the server, its tests and the fuzzer drive the
// same code.  However the bytes are cut into pieces, the same requests come out.
//
// Beast sees a header only when all of it is here: 1.74 measures its limit anew for each piece, so
// that a header which trickles in could grow for ever.  Refused with 400 although Beast would take
// it: a transfer coding other than exactly "chunked", any in HTTP/1.0, HTTP/1.1 without exactly one
// Host, a Host that is none, control characters in a chunk extension; with 431: more than 256
// fields.  Trailer fields are read and dropped.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace leadrelay::http {

class RequestReader {
 public:
  struct Limits {
    size_t header_bytes;
    size_t body_bytes;
  };
  enum class Step {
    kNeedMore,  // Feed() more bytes.
    kContinue,  // The client waits for "100 Continue" before it sends its body; then call Next().
    kRequest,   // TakeRequest(), answer it, then call Next().
    kFailed,    // See failure(); nothing more can be read from this connection.
  };
  struct Failure {
    int status = 0;
    std::string_view detail;  // A sentence for the client, of our own words only.
  };

  explicit RequestReader(Limits limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // While a request is out (between kRequest and Next()) the bytes are only kept: kNeedMore.
  Step Feed(std::string_view bytes);
  Step Next();

  // The target is in origin form: "http://any.host/x" has become "/x".
  Request TakeRequest();
  // Of the request that is out.
  bool keep_alive() const;
  bool is_http_1_0() const;  // False when there is none.

  const Failure& failure() const { return failure_; }
  // Bytes that have arrived and were not parsed yet.
  size_t kept() const { return kept_.size() - kept_from_; }
  // Memory that is held for what was read and not taken.
  size_t held() const;
  // Lets go of it, for a connection that reads no more.
  void Drop();
  // True from the first byte of a request to its last.
  bool mid_request() const { return mid_request_; }

 private:
  class Parser;

  Step Advance(std::string_view* bytes);
  // kRequest when the whole header is in `bytes`.
  Step FindHeaderEnd(std::string_view bytes);
  Step Fail(int status, std::string_view detail);
  void Keep(std::string_view bytes);

  const Limits limits_;
  std::unique_ptr<Parser> parser_;  // Null until the header is complete.
  size_t scanned_ = 0;              // Where the line begins that FindHeaderEnd() looks at next.
  std::string kept_;
  size_t kept_from_ = 0;  // What lies before has been parsed.
  Failure failure_;
  bool awaiting_chunk_line_ = false;  // Beast has seen what is kept and wants more of it.
  bool paused_ = false;
  bool mid_request_ = false;
};

}  // namespace leadrelay::http
