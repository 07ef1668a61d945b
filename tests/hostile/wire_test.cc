// Bytes on ingest's socket that two servers could read in two ways, or that are no HTTP: what is
// answered, whether the connection goes on, and that no lead came in by a side door.  By RFC 9112,
// whose sections are named.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <gtest/gtest.h>

#include "tests/hostile/ingest_under_attack.h"
#include "tests/integration/http/raw_socket.h"

namespace leadrelay::ingest {
namespace {

using test::RawSocket;

const char kSentinel[] = "GET /healthz HTTP/1.1\r\nHost: sentinel\r\nConnection: close\r\n\r\n";

// "422, 404; open": the statuses, and whether the same connection serves another request after.
std::string Say(const std::string& bytes) {
  const RawSocket socket(TheIngest().port());
  if (socket.Send(bytes)) (void)socket.Send(kSentinel);
  socket.EndOutput();
  std::vector<test::Answer> answers = test::ParseAnswers(socket.ReadToEnd());
  const bool open = !answers.empty() && answers.back().status == 200 && answers.back().close;
  if (open) answers.pop_back();
  std::vector<std::string> statuses;
  for (const test::Answer& answer : answers) statuses.push_back(absl::StrCat(answer.status));
  return absl::StrCat(absl::StrJoin(statuses, ", "), open ? "; open" : "; closed");
}

struct Case {
  std::string name;
  std::string bytes;
  std::string answer;
  int leads = 0;  // That were taken.
  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

class WireTest : public IngestUnderAttack, public testing::WithParamInterface<Case> {};

TEST_P(WireTest, AsTheRfcHasIt) {
  EXPECT_EQ(Say(GetParam().bytes), GetParam().answer) << GetParam().bytes.substr(0, 2000);
  EXPECT_EQ(TakenHere(), GetParam().leads);
}

std::string Named(const testing::TestParamInfo<Case>& tested) {
  return tested.param.name;
}

// What somebody tries to get past whoever stands in front of us.
std::string Hidden() {
  return LeadRequest(LeadOf("smuggled@example.com"));
}

std::string Length(size_t size) {
  return absl::StrCat("Content-Length: ", size, "\r\n");
}

const char kChunked[] = "Transfer-Encoding: chunked\r\n";
const char kRefused[] = "400; closed";

// ---- A request within another's body.

std::vector<Case> Framings() {
  const std::string empty_chunks = "0\r\n\r\n";
  const std::string all = empty_chunks + Hidden();
  const std::string head = "GET /healthz HTTP/1.1\r\nHost: h\r\n";
  std::vector<Case> cases = {
      {"Honest", LeadRequest(FreshLead()), "202; open", 1},
      {"HonestPipeline", LeadRequest(FreshLead()) + LeadRequest(FreshLead()), "202, 202; open", 2},
      // 6.3: "ought to be handled as an error".
      {"ClTe", LeadRequest(all, Length(all.size()) + kChunked), kRefused},
      {"TeCl", LeadRequest(all, kChunked + Length(5)), kRefused},
      {"TeClOfNothing", LeadRequest(all, kChunked + Length(0)), kRefused},
      {"TeIn10", "POST /v1/leads HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + all, kRefused},
      // The hidden request is a body, as its length says.
      {"InTheBodyOfAGet", head + Length(Hidden().size()) + "\r\n" + Hidden(), "200; open"},
      {"InTheBodyOfARefusedPost", LeadRequest(Hidden(), Length(Hidden().size())), "400; open"},
      {"InTheBodyOfAnUnknownPath",
       "POST /v2 HTTP/1.1\r\nHost: h\r\n" + Length(Hidden().size()) + "\r\n" + Hidden(),
       "404; open"},
      {"InAChunk",
       LeadRequest(absl::StrCat(absl::Hex(Hidden().size()), "\r\n", Hidden(), "\r\n0\r\n\r\n"),
                   kChunked),
       "400; open"},
      {"InATrailer", LeadRequest("0\r\nX: 1\r\n" + Hidden(), kChunked), kRefused},
      {"InAHeaderValue", head + "X: 1\n\n" + Hidden() + "\r\n", kRefused},
      // Nothing is read behind what was refused: the rest cannot be trusted to begin there.
      {"BehindANonsense", "NONSENSE\r\n\r\n" + Hidden(), kRefused},
      {"BehindATooLargeBody", LeadRequest(Hidden(), Length(99'999'999)), "413; closed"},
      {"BehindConnectionClose",
       LeadRequest("{}", Length(2) + "Connection: close\r\n") + Hidden(),
       "422; closed"},
      {"BehindAnUpgrade",
       head + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
       "200; open"},
      {"BehindAConnect", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", "404; open"},
  };
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Framing, WireTest, testing::ValuesIn(Framings()), Named);

// 6.1, 7: nothing but exactly one "chunked".
std::vector<Case> Codings() {
  const std::vector<std::pair<std::string, std::string>> lines = {
      {"Unknown", "Transfer-Encoding: xchunked\r\n"},
      {"Empty", "Transfer-Encoding:\r\n"},
      {"Identity", "Transfer-Encoding: identity\r\n"},
      {"Gzip", "Transfer-Encoding: gzip\r\n"},
      {"GzipThenChunked", "Transfer-Encoding: gzip, chunked\r\n"},
      {"ChunkedThenIdentity", "Transfer-Encoding: chunked, identity\r\n"},
      {"ChunkedTwice", "Transfer-Encoding: chunked, chunked\r\n"},
      {"TwoFields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
      {"TwoFieldsOneIdentity", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"},
      {"OtherCase", "tRANSFER-eNCODING: xCHUNKED\r\n"},
      {"SpaceBeforeColon", "Transfer-Encoding : chunked\r\n"},
      {"TabBeforeColon", "Transfer-Encoding\t: chunked\r\n"},
      {"Quoted", "Transfer-Encoding: \"chunked\"\r\n"},
      {"Parameter", "Transfer-Encoding: chunked;x=y\r\n"},
      {"VerticalTab",
       "Transfer-Encoding: \x0b"
       "chunked\r\n"},
      {"TrailingNul", std::string("Transfer-Encoding: chunked\0\r\n", 29)},
      {"HighByte", "Transfer-Encoding: chunked\xA0\r\n"},
      {"Folded", "Transfer-Encoding:\r\n xchunked\r\n"},
      {"FoldedAway", "X: 1\r\n Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"},
      {"BehindALineFeed", "X: 1\nTransfer-Encoding: chunked\r\n"},
      {"BehindAReturn", "X: 1\rTransfer-Encoding: chunked\r\n"},
      {"NameFolded", "Transfer-\r\n Encoding: chunked\r\n"},
  };
  const std::string body = "0\r\n\r\n" + Hidden();
  std::vector<Case> cases = {
      // Optional white space around a value is nothing (5).
      {"Tab", LeadRequest("0\r\n\r\n", "Transfer-Encoding:\tchunked \r\n"), "400; open"},
      {"AnyCase", LeadRequest("0\r\n\r\n", "transfer-encoding: CHUNKED\r\n"), "400; open"},
  };
  for (const auto& [name, line] : lines) {
    cases.push_back({name, LeadRequest(body, line), kRefused});
    cases.push_back({name + "AndLength", LeadRequest(body, line + Length(body.size())), kRefused});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Coding, WireTest, testing::ValuesIn(Codings()), Named);

// 6.2, 6.3: 1*DIGIT, and one of them.
std::vector<Case> Lengths() {
  const std::vector<std::pair<std::string, std::string>> lines = {
      {"Empty", "Content-Length:\r\n"},
      {"Plus", "Content-Length: +2\r\n"},
      {"Minus", "Content-Length: -1\r\n"},
      {"Hex", "Content-Length: 0x2\r\n"},
      {"Exponent", "Content-Length: 2e0\r\n"},
      {"Fraction", "Content-Length: 2.0\r\n"},
      {"ListOfTwo", "Content-Length: 2, 99\r\n"},
      {"Space", "Content-Length: 2 2\r\n"},
      {"TwoDifferent", "Content-Length: 2\r\nContent-Length: 99\r\n"},
      {"TwoOneSpelledOtherwise", "Content-Length: 2\r\nContent-Length: +2\r\n"},
      {"SpaceBeforeColon", "Content-Length : 2\r\n"},
      {"Underscore", "Content-Length: 1_0\r\n"},
      {"OtherDigits", "Content-Length: \xD9\xA2\r\n"},
      {"Wraps", "Content-Length: 18446744073709551618\r\n"},
      {"Folded", "Content-Length: 2\r\n 0\r\n"},
      {"VerticalTab",
       "Content-Length: \x0b"
       "2\r\n"},
      {"Nul", std::string("Content-Length: 2\0\r\n", 20)},
  };
  std::vector<Case> cases = {
      {"SameTwice", LeadRequest("{}", "Content-Length: 2\r\nContent-Length: 2\r\n"), "422; open"},
      {"ListOfTheSame", LeadRequest("{}", "Content-Length: 2, 2\r\n"), "422; open"},
      {"LeadingZeros", LeadRequest("{}", "Content-Length: 0002\r\n"), "422; open"},
      {"None", LeadRequest("", ""), "400; open"},
      {"Huge", LeadRequest("{}", "Content-Length: 9223372036854775807\r\n"), "413; closed"},
      {"Largest", LeadRequest("{}", "Content-Length: 18446744073709551615\r\n"), "413; closed"},
  };
  for (const auto& [name, line] : lines) {
    cases.push_back({name, LeadRequest("{}" + Hidden(), line), kRefused});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(ContentLength, WireTest, testing::ValuesIn(Lengths()), Named);

// 7.1.
std::vector<Case> Chunks() {
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"SizeEmpty", "\r\n{}\r\n0\r\n\r\n"},
      {"SizePrefixed", "0x2\r\n{}\r\n0\r\n\r\n"},
      {"SizePlus", "+2\r\n{}\r\n0\r\n\r\n"},
      {"SizeMinus", "-2\r\n{}\r\n0\r\n\r\n"},
      {"SizeWithSpaceBefore", " 2\r\n{}\r\n0\r\n\r\n"},
      {"SizeWraps", "10000000000000002\r\n{}\r\n0\r\n\r\n"},
      {"SizeNoHex", "2g\r\n{}\r\n0\r\n\r\n"},
      {"LineFeedAfterSize", "2\n{}\r\n0\r\n\r\n"},
      {"LineFeedAfterData", "2\r\n{}\n0\r\n\r\n"},
      {"ReturnAfterSize", "2\r{}\r\n0\r\n\r\n"},
      {"DataTooLong", "2\r\n{}{}\r\n0\r\n\r\n"},
      {"ExtensionWithLineFeed", "2;a=\nb\r\n{}\r\n0\r\n\r\n"},
      {"ExtensionWithNul", std::string("2;a=\0b\r\n{}\r\n0\r\n\r\n", 17)},
      {"EndlessExtension", "2;" + std::string(20'000, 'x')},
      {"EndlessTrailer", "2\r\n{}\r\n0\r\nX: " + std::string(20'000, 'x')},
      {"LineFeedsAtTheEnd", "2\r\n{}\r\n0\n\n"},
  };
  std::vector<Case> cases = {
      {"Plain", LeadRequest("2\r\n{}\r\n0\r\n\r\n", kChunked), "422; open"},
      {"Extensions", LeadRequest("2;a;b=\"c\"\r\n{}\r\n0;d\r\n\r\n", kChunked), "422; open"},
      {"LeadingZeros", LeadRequest("0000002\r\n{}\r\n000\r\n\r\n", kChunked), "422; open"},
      // 7.1.2: a trailer is not merged into the header.
      {"KeyInATrailer",
       absl::StrCat("POST /v1/leads HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n",
                    kChunked,
                    "\r\n2\r\n{}\r\n0\r\nX-Api-Key: ",
                    kShopKey,
                    "\r\n\r\n"),
       "401; open"},
      {"SizeHuge", LeadRequest("7fffffffffffffff\r\n{}", kChunked), "413; closed"},
  };
  for (const auto& [name, body] : bodies) {
    cases.push_back({name, LeadRequest(body + Hidden(), kChunked), kRefused});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Chunk, WireTest, testing::ValuesIn(Chunks()), Named);

std::string Get(const std::string& fields) {
  return "GET /readyz HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::vector<Case> Syntax() {
  return {
      // 2.2: a bare CR is an error everywhere; a bare LF may be one.
      {"OnlyLineFeeds", "GET /readyz HTTP/1.1\nHost: h\n\n", kRefused},
      {"OnlyReturns", "GET /readyz HTTP/1.1\rHost: h\r\r", kRefused},
      {"LineFeedInTheHeader", Get("X: 1\nY: 2\r\n"), kRefused},
      {"ReturnInTheHeader", Get("X: 1\rY: 2\r\n"), kRefused},
      {"ReturnsBeforeLineFeed", Get("X: 1\r\r\n"), kRefused},
      {"EmptyLinesBefore", "\r\n\r\n" + Get(""), "200; open"},
      {"SpaceBefore", " " + Get(""), kRefused},
      // 5.1, 5.2.
      {"NoColon", Get("Nonsense\r\n"), kRefused},
      {"NoName", Get(": 1\r\n"), kRefused},
      {"SpaceInName", Get("X Y: 1\r\n"), kRefused},
      {"SpaceBeforeColon", Get("X : 1\r\n"), kRefused},
      {"NulInName", Get(std::string("X\0: 1\r\n", 7)), kRefused},
      {"NulInValue", Get(std::string("X: \0\r\n", 6)), kRefused},
      {"EscapeInValue", Get("X: \x1b[2J\r\n"), kRefused},
      {"Folded", Get("X: 1\r\n 2\r\n"), "200; open"},
      {"FoldedFirst", "GET /readyz HTTP/1.1\r\n X: 1\r\nHost: h\r\n\r\n", kRefused},
      // 3.2: Host.
      {"NoHost", "GET /readyz HTTP/1.1\r\n\r\n", kRefused},
      {"TwoHosts", Get("Host: h\r\n"), kRefused},
      {"ListOfHosts", "GET /readyz HTTP/1.1\r\nHost: a, b\r\n\r\n", kRefused},
      {"HostWithPath", "GET /readyz HTTP/1.1\r\nHost: h/x\r\n\r\n", kRefused},
      {"HostWithUser", "GET /readyz HTTP/1.1\r\nHost: h@evil\r\n\r\n", kRefused},
      {"AnotherHostInTheTarget", "GET http://evil/readyz HTTP/1.1\r\nHost: h\r\n\r\n", "200; open"},
      // 3: request line.
      {"Http09", "GET /readyz\r\n\r\n", kRefused},
      {"Http10", "GET /v2 HTTP/1.0\r\n\r\n", "404; closed"},
      {"Http12", "GET /readyz HTTP/1.2\r\nHost: h\r\n\r\n", kRefused},
      {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", kRefused},
      {"Http3", "GET /readyz HTTP/3\r\nHost: h\r\n\r\n", kRefused},
      {"LowerCaseVersion", "GET /readyz http/1.1\r\nHost: h\r\n\r\n", kRefused},
      {"TwoSpaces", "GET  /readyz HTTP/1.1\r\nHost: h\r\n\r\n", kRefused},
      {"TabInsteadOfSpace", "GET\t/readyz\tHTTP/1.1\r\nHost: h\r\n\r\n", kRefused},
      {"SpaceInTheTarget", "GET /ready z HTTP/1.1\r\nHost: h\r\n\r\n", kRefused},
      {"NulInTheTarget", std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28), kRefused},
      {"EscapedNulInTheTarget", "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", "404; open"},
      {"DotsInTheTarget", "GET /v1/../readyz HTTP/1.1\r\nHost: h\r\n\r\n", "404; open"},
      {"DotsInAForm", "POST /v1/forms/../leads HTTP/1.1\r\nHost: h\r\n\r\n", "404; open"},
      {"NoTarget", "GET  HTTP/1.1\r\nHost: h\r\n\r\n", kRefused},
      {"Trace", "TRACE / HTTP/1.1\r\nHost: h\r\nCookie: secret\r\n\r\n", "404; open"},
      {"TraceOfAnEndpoint", "TRACE /v1/leads HTTP/1.1\r\nHost: h\r\n\r\n", "405; open"},
      {"LowerCaseMethod", "post /v1/leads HTTP/1.1\r\nHost: h\r\n\r\n", "405; open"},
      {"Tls", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9), kRefused},
      {"Smtp", "EHLO mail\r\n", kRefused},
      {"Redis", "*1\r\n$8\r\nFLUSHALL\r\n", kRefused},
      // Sizes.
      {"LongTarget", "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n", "431; closed"},
      {"LongValue", Get("X: " + std::string(20'000, 'a') + "\r\n"), "431; closed"},
      {"LongName", Get(std::string(20'000, 'a') + ": 1\r\n"), "431; closed"},
      {"AsManyFieldsAsMayBe", Get(Repeated("X: 1\r\n", 255)), "200; open"},
      {"OneFieldMore", Get(Repeated("X: 1\r\n", 256)), "431; closed"},
      {"AHundredThousandFields", Get(Repeated("X: 1\r\n", 100'000)), "431; closed"},
      // RFC 9110 10.1.1.
      {"ContinueWithTheBodyThere",
       LeadRequest("{}", Length(2) + "Expect: 100-continue\r\n"),
       "422; open"},
      {"ContinueForTooLargeABody",
       LeadRequest("", Length(99'999'999) + "Expect: 100-continue\r\n"),
       "413; closed"},
      {"ContinueWithoutABody", Get("Expect: 100-continue\r\n"), "200; open"},
      {"ContinueAndMore", Get("Expect: 100-continue, tea\r\n"), "417; closed"},
      {"ContinueTwice", Get("Expect: 100-continue\r\nExpect: tea\r\n"), "417; closed"},
  };
}

INSTANTIATE_TEST_SUITE_P(Syntax, WireTest, testing::ValuesIn(Syntax()), Named);

}  // namespace
}  // namespace leadrelay::ingest
