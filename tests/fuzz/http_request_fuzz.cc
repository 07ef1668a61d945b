// DEPS: leadrelay_http
// What a stranger may send to the HTTP server, cut into pieces at arbitrary points.  The same bytes
// must give the same requests however they arrive, and none may be larger than the limits.
//
// The input is one byte for how to cut, then the bytes of a connection.

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "common/http/request_reader.h"

namespace leadrelay::http {
namespace {

using Step = RequestReader::Step;

constexpr RequestReader::Limits kLimits = {.header_bytes = 256, .body_bytes = 64};

struct Transcript {
  std::vector<Request> requests;
  int failure = 0;
  size_t kept = 0;
};

void Check(bool holds) {
  if (!holds) std::abort();
}

void Drain(RequestReader& reader, Step step, Transcript& transcript) {
  while (step == Step::kContinue || step == Step::kRequest) {
    if (step == Step::kRequest) {
      (void)reader.keep_alive();
      Request request = reader.TakeRequest();
      Check(request.body.size() <= kLimits.body_bytes);
      Check(!request.method.empty() && !request.url.empty());
      transcript.requests.push_back(std::move(request));
    }
    step = reader.Next();
  }
  transcript.failure = reader.failure().status;
  transcript.kept = reader.kept();
}

Transcript Read(std::string_view bytes, unsigned seed) {
  std::minstd_rand random(seed);
  RequestReader reader(kLimits);
  Transcript transcript;
  while (!bytes.empty() && transcript.failure == 0) {
    const size_t size = seed == 0 ? bytes.size() : std::min<size_t>(bytes.size(), random() % 17);
    // A copy of its own, so that a read beyond the piece is seen.
    const std::string piece(bytes.substr(0, size));
    bytes.remove_prefix(size);
    Drain(reader, reader.Feed(piece), transcript);
    if (transcript.failure == 0) Check(transcript.kept <= kLimits.header_bytes);
  }
  return transcript;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Transcript whole = Read(bytes, 0);
  const Transcript pieces = Read(bytes, data[0] + 1u);
  // Which fault of several is seen first, and whether an over-long chunk line is seen at all, may
  // depend on the pieces; what is handed on may not.
  if (bytes.size() > kLimits.header_bytes) return 0;
  Check(whole.requests == pieces.requests);
  return 0;
}

}  // namespace leadrelay::http
