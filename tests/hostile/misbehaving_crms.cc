#include "tests/hostile/misbehaving_crms.h"

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"

namespace leadrelay::e2e {
namespace {

using test::Peer;
using Script = test::RawListener::Script;

const char kOk[] = "HTTP/1.1 200 OK\r\n";

Script Say(const std::string& bytes) {
  return [bytes](Peer& peer, int) {
    if (!peer.ReadRequest().empty()) peer.Send(bytes);
  };
}

std::string WithBody(const std::string& body, const std::string& fields = "") {
  return absl::StrCat(kOk, fields, "Content-Length: ", body.size(), "\r\n\r\n", body);
}

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// `head`, then `piece` again and again, for as long as somebody takes it.
Script Endless(std::string head, std::string piece, int pause_ms = 0) {
  return [head = std::move(head), piece = std::move(piece), pause_ms](Peer& peer, int) {
    if (peer.ReadRequest().empty() || !peer.Send(head)) return;
    // The pause is what is played: a byte now and then.
    while (peer.Send(piece)) std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
  };
}

// Says `bytes` and waits until the client has had enough.
Script ThenNothing(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer, int) {
    if (!peer.ReadRequest().empty() && peer.Send(bytes)) (void)peer.ReadRequest();
  };
}

std::vector<MisbehavingCrm> Build() {
  // A terminal's and a reader's controls, in what an operator will read.
  const std::string escapes =
      R"({"status":"error","category":"VALIDATION_ERROR\u001b[2J\u0007\u009b2J\u202e\r\n{}"})";
  const std::string megabyte(1 << 20, 'x');
  const std::string too_large = "dead exhausted: the response is larger than 4194304 bytes";
  const std::string too_slow = "dead exhausted: no answer within 2s";
  const std::string within = "dead exhausted: the connection ended within the response";
  const std::string nothing = "dead exhausted: the connection was closed without a response";
  const std::string no_http = "dead exhausted: what came back is no HTTP response";
  const std::string not_understood =
      "dead exhausted: upsert contacts: HubSpot's answer cannot be understood";
  const std::string strange = "dead exhausted: the response's header makes no sense";
  return {
      // Too much.
      {"two-gib-by-length",
       Endless(absl::StrCat(kOk, "Content-Length: 2147483648\r\n\r\n"), megabyte),
       too_large},
      {"two-gib-to-the-end", Endless(absl::StrCat(kOk, "\r\n"), megabyte), too_large},
      {"two-gib-in-chunks",
       Endless(absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n"),
               "100000\r\n" + megabyte + "\r\n"),
       too_large},
      {"two-gib-of-an-error", Endless("HTTP/1.1 500 Oops\r\n\r\n", megabyte), too_large},
      {"endless-header",
       Endless(kOk, Repeated("X-A: " + std::string(1000, 'a') + "\r\n", 100), 1),
       "dead exhausted: Failure when receiving data from the peer"},
      {"endless-header-line",
       Endless(absl::StrCat(kOk, "X-A: "), megabyte),
       "dead exhausted: a line of the response's header is too long"},
      {"endless-status-line",
       Endless("HTTP/1.1 200 ", megabyte),
       "dead exhausted: a line of the response's header is too long"},
      {"endless-trailer",
       Endless(absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n0\r\n"),
               "X: " + std::string(1000, 'a') + "\r\n",
               1),
       too_slow},
      {"endless-interim",
       Endless("", Repeated("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 2000), 1),
       "dead exhausted: Failure when receiving data from the peer"},
      {"endless-continue",
       Endless("", Repeated("HTTP/1.1 100 Continue\r\n\r\n", 4000), 1),
       "dead exhausted: Failure when receiving data from the peer"},
      {"endless-chunk-extension",
       Endless(absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\n1;"), megabyte, 10),
       too_slow},

      // Too slow.
      {"one-byte-at-a-time-of-a-header", Endless(absl::StrCat(kOk, "X: "), "x", 50), too_slow},
      {"one-byte-at-a-time-of-a-body",
       Endless(absl::StrCat(kOk, "Content-Length: 1000\r\n\r\n"), "x", 50),
       too_slow},
      {"nothing", ThenNothing(""), too_slow},
      {"nothing-after-the-header",
       ThenNothing(absl::StrCat(kOk, "Content-Length: 2\r\n\r\n")),
       too_slow},

      // Not as announced.
      {"shorter-than-announced",
       Say(absl::StrCat(kOk, "Content-Length: 100\r\n\r\nshort")),
       within},
      {"longer-than-announced",
       Say(absl::StrCat(kOk, "Content-Length: 2\r\n\r\nlonger")),
       "delivered"},
      {"two-lengths",
       Say(absl::StrCat(kOk, "Content-Length: 2\r\nContent-Length: 4\r\n\r\nokok")),
       "dead exhausted: the response has two lengths"},
      {"negative-length", Say(absl::StrCat(kOk, "Content-Length: -1\r\n\r\nok")), strange},
      {"length-and-chunks",
       Say(absl::StrCat(
           kOk, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")),
       "delivered"},
      {"chunk-of-nonsense",
       Say(absl::StrCat(kOk, "Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
       "dead exhausted: Failure when receiving data from the peer"},
      {"no-content-with-a-body",
       Say("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"),
       "delivered"},
      {"gzip-bomb",
       Say(WithBody(std::string("\x1f\x8b\x08\0\0\0\0\0\0\0", 10) + megabyte,
                    "Content-Encoding: gzip\r\n")),
       "delivered"},
      {"unknown-encoding",
       Say(WithBody("ok", "Content-Encoding: br, gzip, gzip, gzip\r\n")),
       "delivered"},
      {"an-answer-too-many", Say(WithBody("") + WithBody("") + WithBody("")), "delivered"},

      // Not HTTP.
      {"garbage", Say(std::string("\x00\xFF\x1b[2J\r\n", 8) + megabyte), no_http},
      {"http-0-9", Say("hello"), no_http},
      {"ssh", Say("SSH-2.0-OpenSSH_9.2\r\n"), no_http},
      {"http-2-unasked", Say(std::string("\0\0\0\x04\0\0\0\0\0", 9)), no_http},
      {"tls-garbage",
       [](Peer& peer, int) { peer.Send("HTTP/1.1 400 plain HTTP here\r\n\r\n"); },
       "dead exhausted: not reached: OpenSSL",
       "webhook",
       "https"},
      {"tls-silence",
       [](Peer& peer, int) { (void)peer.ReadRequest(); },
       "dead exhausted: not reached: could not begin to send within 2s",
       "webhook",
       "https"},
      {"closes-at-once", [](Peer&, int) {}, "dead exhausted: "},
      {"closes-after-the-request", Say(""), nothing},
      {"resets",
       [](Peer& peer, int) {
         (void)peer.ReadRequest();
         peer.Reset();
       },
       "dead exhausted: Fail"},
      {"closes-in-the-status-line", Say("HTTP/1.1 2"), nothing},
      {"closes-in-the-header", Say(absl::StrCat(kOk, "Content-Le")), within},
      {"status-zero", Say("HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n"), no_http},
      {"status-of-four-digits", Say("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"), no_http},
      {"status-999",
       Say("HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n"),
       "dead exhausted: HTTP 999"},
      {"interim-only", Say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), nothing},

      // Elsewhere.
      {"redirect-to-itself",
       Say("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
       "dead rejected: HTTP 302 Found"},
      {"redirect-to-metadata",
       Say("HTTP/1.1 307 Here\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: "
           "0\r\n\r\n"),
       "dead rejected: HTTP 307 Temporary Redirect"},
      {"earlier-than-now",
       Say("HTTP/1.1 503 Busy\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n"),
       "dead exhausted: HTTP 503 Service Unavailable"},

      // JSON of the wrong kind, where an id is looked for.
      {"json-of-another-shape", Say(WithBody(R"({"id":{"id":[1,2]}})")), "delivered"},
      {"json-depth-bomb", Say(WithBody(std::string(4'000'000, '['))), "delivered"},
      {"json-with-a-long-id",
       Say(WithBody("{\"id\":\"" + std::string(4'000'000, '7') + "\"}")),
       "delivered"},
      {"json-in-latin1", Say(WithBody("{\"id\":\"\xE9\"}")), "delivered"},

      // A connector that reads what it gets.
      {"hubspot-array", Say(WithBody("[]")), not_understood, "hubspot"},
      {"hubspot-null", Say(WithBody("null")), not_understood, "hubspot"},
      {"hubspot-depth-bomb", Say(WithBody(std::string(4'000'000, '['))), not_understood, "hubspot"},
      {"hubspot-long-id",
       Say(WithBody("{\"status\":\"COMPLETE\",\"results\":[{\"id\":\"" +
                    std::string(3'000'000, '7') +
                    "\",\"properties\":{\"email\":\"person1@example.com\"},\"new\":true}]}")),
       not_understood,
       "hubspot"},
      {"hubspot-escapes",
       Say(absl::StrCat(
           "HTTP/1.1 400 Bad\r\nContent-Length: ", escapes.size(), "\r\n\r\n", escapes)),
       "dead rejected: ",
       "hubspot"},
  };
}

}  // namespace

const std::vector<MisbehavingCrm>& MisbehavingCrms() {
  static const auto& crms = *new std::vector<MisbehavingCrm>(Build());
  return crms;
}

}  // namespace leadrelay::e2e
