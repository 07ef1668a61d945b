// DEPS: leadrelay_http_message
// What a mail server may say, cut into pieces at arbitrary points: the same bytes come to the same
// end, and no answer, however long, is waited for without end.
//
// The input is one byte for how to cut, then the bytes of the server.

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "common/http/mail.h"
#include "common/http/mail_dialogue.h"

namespace leadrelay::http {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

Request Mail() {
  Request mail;
  mail.method = "MAIL";
  mail.url = "smtp://mail.example.com:587/relay.example.com";
  mail.headers = {{"smtp-from", "relay@example.com"},
                  {"smtp-to", "team@example.com"},
                  {"smtp-to", "sales@example.com"},
                  {"smtp-tls", "none"}};
  mail.body = "Subject: x\r\n\r\n.dot\r\n";
  return mail;
}

struct End {
  std::optional<Response> response;
  std::string fault;
  bool left = false;
  friend bool operator==(const End&, const End&) = default;
};

// A client that sends at once whatever is due.
End Talk(std::string_view bytes, unsigned seed) {
  std::minstd_rand random(seed);
  MailDialogue dialogue(Mail());
  while (!bytes.empty() && !dialogue.finished()) {
    dialogue.Sent(dialogue.outgoing().size());
    // Never two answers in one piece: the second would come before it was asked for.
    const size_t line = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    const size_t size = seed == 0 ? line : std::min<size_t>(line, 1 + random() % 7);
    const std::string piece(bytes.substr(0, size));
    bytes.remove_prefix(size);
    dialogue.Received(piece);
  }
  if (dialogue.response().has_value()) {
    const int status = dialogue.response()->status;
    Check(status >= 200 && status < 600);
    Check(dialogue.fault().empty());
  }
  return {dialogue.response(), dialogue.fault(), dialogue.message_left()};
}

}  // namespace
}  // namespace leadrelay::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace leadrelay::http;  // NOLINT
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Check(WhyMailUnsendable(Mail()).empty());
  Check(Talk(bytes, 0) == Talk(bytes, data[0] + 1u));
  return 0;
}
