#include "common/http/request_reader.h"

#include <random>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

namespace leadrelay::http {
namespace {

using Step = RequestReader::Step;

constexpr RequestReader::Limits kLimits = {.header_bytes = 512, .body_bytes = 64};

// One line for each thing that came out, whole: requests, the wish to continue, the failure.
void Note(RequestReader& reader, Step step, std::string& out) {
  for (;;) {
    switch (step) {
      case Step::kNeedMore:
        return;
      case Step::kContinue:
        out += "continue\n";
        break;
      case Step::kFailed:
        out += absl::StrCat("failed ", reader.failure().status, "\n");
        return;
      case Step::kRequest: {
        const bool keep_alive = reader.keep_alive();
        const Request request = reader.TakeRequest();
        absl::StrAppend(&out, request.method, " ", request.url);
        for (const auto& [name, value] : request.headers) {
          if (name != "Host") absl::StrAppend(&out, " [", name, ": ", value, "]");
        }
        if (!request.body.empty()) absl::StrAppend(&out, " '", request.body, "'");
        out += keep_alive ? "\n" : " close\n";
        break;
      }
    }
    step = reader.Next();
  }
}

std::string ReadInPieces(const std::vector<std::string>& pieces) {
  RequestReader reader(kLimits);
  std::string out;
  for (const std::string& piece : pieces) {
    Note(reader, reader.Feed(piece), out);
    if (reader.failure().status != 0) break;
  }
  if (reader.mid_request()) out += "unfinished\n";
  return out;
}

struct Case {
  std::string name;
  std::string bytes;
  std::string out;
  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

std::string Get(const std::string& fields) {
  return absl::StrCat("GET / HTTP/1.1\r\nHost: h\r\n", fields, "\r\n");
}

std::string Chunked(const std::string& body, const std::string& fields = "") {
  return absl::StrCat(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n", fields, "\r\n", body);
}

std::string WithLength(const std::string& length, const std::string& body) {
  return absl::StrCat("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ", length, "\r\n\r\n", body);
}

const std::vector<Case>& Cases() {
  static const std::string te = "[Transfer-Encoding: chunked]";
  static const std::vector<Case> cases = {
      {"Plain", "GET /a?b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n", "GET /a?b [X-A: 1]\n"},
      {"LengthAndPipeline",
       WithLength("3", "abc") + Get(""),
       "POST / [Content-Length: 3] 'abc'\nGET /\n"},
      {"LengthZero", WithLength("0", ""), "POST / [Content-Length: 0]\n"},
      {"EmptyLinesBefore", "\r\n\r\n" + Get("") + "\r\n" + Get(""), "GET /\nGET /\n"},
      {"OddMethod", "PURGE /x HTTP/1.1\r\nHost: h\r\n\r\n", "PURGE /x\n"},
      {"AbsoluteForm", "GET HTTP://evil.example:80/x?y HTTP/1.1\r\nHost: h\r\n\r\n", "GET /x?y\n"},
      {"AbsoluteFormWithoutPath", "GET https://a?b HTTP/1.1\r\nHost: h\r\n\r\n", "GET /?b\n"},
      {"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS *\n"},
      {"Chunked", Chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "POST / " + te + " 'abcde'\n"},
      {"ChunkedThenPipeline",
       Chunked("1\r\na\r\n0\r\n\r\n") + Get(""),
       "POST / " + te + " 'a'\nGET /\n"},
      {"ChunkedEmpty", Chunked("0\r\n\r\n"), "POST / " + te + "\n"},
      {"ChunkExtension",
       Chunked("1;a=b;c=\"d;\\\"e\"\r\na\r\n0;x\r\n\r\n"),
       "POST / " + te + " 'a'\n"},
      {"TrailersAreDropped",
       Chunked("1\r\na\r\n0\r\nX-T: 1\r\nHost: evil\r\n\r\n"),
       "POST / " + te + " 'a'\n"},
      {"ObsoleteFolding", Get("X-A: 1\r\n 2\r\n"), "GET / [X-A: 1 2]\n"},
      {"HighBytesInValue", Get("X-A: \xc3\xa4\r\n"), "GET / [X-A: \xc3\xa4]\n"},
      {"Close11", Get("Connection: close\r\n"), "GET / [Connection: close] close\n"},
      {"Close10", "GET / HTTP/1.0\r\n\r\n", "GET / close\n"},
      {"KeepAlive10",
       "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
       "GET / [Connection: keep-alive]\n"},
      {"ExpectIsIgnoredIn10",
       "GET / HTTP/1.0\r\nExpect: tea\r\n\r\n",
       "GET / [Expect: tea] close\n"},
      {"SameLengthTwice",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
       "POST / [Content-Length: 1] [Content-Length: 1] 'a'\n"},

      // Smuggling: whatever two servers could frame in two ways is refused.
      {"LengthAndChunked", Chunked("0\r\n\r\n", "Content-Length: 5\r\n"), "failed 400\n"},
      {"ChunkedAndLength",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
       "failed 400\n"},
      {"TwoLengths",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
       "failed 400\n"},
      {"LengthList", WithLength("1, 2", "ab"), "failed 400\n"},
      {"LengthPlus", WithLength("+1", "a"), "failed 400\n"},
      {"LengthMinus", WithLength("-1", "a"), "failed 400\n"},
      {"LengthHex", WithLength("0x1", "a"), "failed 400\n"},
      {"LengthEmpty", WithLength("", "a"), "failed 400\n"},
      {"LengthSpaced", WithLength("1 1", "a"), "failed 400\n"},
      {"LengthOverflow", WithLength("18446744073709551617", "a"), "failed 400\n"},
      {"CodingUnknown", Get("Transfer-Encoding: xchunked\r\n"), "failed 400\n"},
      {"CodingIdentity", Get("Transfer-Encoding: identity\r\n"), "failed 400\n"},
      {"CodingList", Get("Transfer-Encoding: gzip, chunked\r\n"), "failed 400\n"},
      {"CodingListReversed", Get("Transfer-Encoding: chunked, gzip\r\n"), "failed 400\n"},
      {"CodingTwice", Chunked("", "Transfer-Encoding: chunked\r\n"), "failed 400\n"},
      {"CodingQuoted", Get("Transfer-Encoding: \"chunked\"\r\n"), "failed 400\n"},
      {"CodingFolded", Get("Transfer-Encoding: x\r\n chunked\r\n"), "failed 400\n"},
      {"CodingControl",
       Get("Transfer-Encoding: \x0b"
           "chunked\r\n"),
       "failed 400\n"},
      {"CodingSpaceBeforeColon", Get("Transfer-Encoding : chunked\r\n"), "failed 400\n"},
      {"CodingIn10",
       "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "failed 400\n"},
      {"ChunkSizeEmpty", Chunked("\r\na\r\n0\r\n\r\n"), "failed 400\n"},
      {"ChunkSizeSigned", Chunked("+1\r\na\r\n"), "failed 400\n"},
      {"ChunkSizePrefixed", Chunked("0x1\r\na\r\n0\r\n\r\n"), "failed 400\n"},
      {"ChunkSizeOverflow", Chunked("10000000000000001\r\na\r\n"), "failed 400\n"},
      {"ChunkWithoutLineEnd", Chunked("1\r\nab\r\n0\r\n\r\n"), "failed 400\n"},
      {"ChunkExtensionLineFeed", Chunked("1;a=\"\n\"\r\na\r\n"), "failed 400\n"},
      {"ChunkExtensionNul", Chunked(std::string("1;a=\"\0\"\r\na\r\n", 12)), "failed 400\n"},
      {"TrailerLength", Chunked("0\r\nContent-Length: 5\r\n\r\n"), "failed 400\n"},
      {"HostMissing", "GET / HTTP/1.1\r\n\r\n", "failed 400\n"},
      {"HostTwice", Get("host: i\r\n"), "failed 400\n"},
      {"HostEmpty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET /\n"},
      {"HostWithPort", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET /\n"},
      {"HostWithSpace", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "failed 400\n"},
      {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "failed 400\n"},
      {"HostWithUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "failed 400\n"},
      {"HostWithOddPort", "GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n", "failed 400\n"},
      {"HostTwiceIn10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "failed 400\n"},

      {"BareLineFeeds", "GET / HTTP/1.1\nHost: h\n\n", "failed 400\n"},
      {"BareLineFeedInHeader", Get("X-A: 1\nX-B: 2\r\n"), "failed 400\n"},
      {"BareReturn", Get("X-A: 1\rX-B: 2\r\n"), "failed 400\n"},
      {"NulInValue", Get(std::string("X-A: a\0b\r\n", 10)), "failed 400\n"},
      {"ControlInValue", Get("X-A: a\x01\r\n"), "failed 400\n"},
      {"NameEmpty", Get(": a\r\n"), "failed 400\n"},
      {"NameWithSpace", Get("X A: a\r\n"), "failed 400\n"},
      {"NoColon", Get("X-A\r\n"), "failed 400\n"},
      {"FoldedFirstField", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", "failed 400\n"},
      {"ConnectionNotAList", Get("Connection: \"x\r\n"), "failed 400\n"},
      {"Http09", "GET /\r\n\r\n", "failed 400\n"},
      {"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "failed 400\n"},
      {"VersionLowerCase", "GET / http/1.1\r\nHost: h\r\n\r\n", "failed 400\n"},
      {"VersionUnknown", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", "failed 400\n"},
      {"TargetWithSpace", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", "failed 400\n"},
      {"TwoSpaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "failed 400\n"},
      {"SpaceBefore", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", "failed 400\n"},
      {"TlsHello", "\x16\x03\x01\x02", "failed 400\n"},
      {"AfterAGoodOne", Get("") + "\x16\x03\x01\x02", "GET /\nfailed 400\n"},

      {"BodyOverLimit", WithLength("65", ""), "failed 413\n"},
      {"BodyAtLimit",
       WithLength("64", std::string(64, 'b')),
       "POST / [Content-Length: 64] '" + std::string(64, 'b') + "'\n"},
      {"ChunksOverLimit",
       Chunked("40\r\n" + std::string(64, 'b') + "\r\n1\r\nb\r\n0\r\n\r\n"),
       "failed 413\n"},
      {"HeaderOverLimit", Get("X-A: " + std::string(500, 'a') + "\r\n"), "failed 431\n"},
      {"TargetOverLimit", "GET /" + std::string(600, 'a'), "failed 431\n"},
      {"ExpectUnknown", Get("Expect: tea\r\n"), "failed 417\n"},
      {"TooLargeBeforeContinue",
       "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 65\r\n\r\n",
       "failed 413\n"},

      {"HalfARequestLine", "GET / HT", "unfinished\n"},
      {"HalfAHeader", "GET / HTTP/1.1\r\nHost: h\r\n", "unfinished\n"},
      {"HalfABody", WithLength("3", "ab"), "unfinished\n"},
      {"HalfAChunk", Chunked("3\r\nab"), "unfinished\n"},
      {"HalfALastChunk", Chunked("0\r\n"), "unfinished\n"},
      {"OnlyEmptyLines", "\r\n\r\n\r", ""},
  };
  return cases;
}

class RequestReaderTest : public testing::TestWithParam<Case> {};

TEST_P(RequestReaderTest, InOnePiece) {
  EXPECT_EQ(ReadInPieces({GetParam().bytes}), GetParam().out);
}

TEST_P(RequestReaderTest, ByteByByte) {
  std::vector<std::string> pieces;
  for (char c : GetParam().bytes) pieces.emplace_back(1, c);
  EXPECT_EQ(ReadInPieces(pieces), GetParam().out);
}

TEST_P(RequestReaderTest, CutAnywhere) {
  const std::string& bytes = GetParam().bytes;
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(ReadInPieces({bytes.substr(0, cut), bytes.substr(cut)}), GetParam().out) << cut;
  }
}

TEST_P(RequestReaderTest, InRandomPieces) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> pieces;
    for (std::string_view left = GetParam().bytes; !left.empty();) {
      const size_t size = std::min<size_t>(left.size(), random() % 23);
      pieces.emplace_back(left.substr(0, size));
      left.remove_prefix(size);
    }
    EXPECT_EQ(ReadInPieces(pieces), GetParam().out);
  }
}

INSTANTIATE_TEST_SUITE_P(Requests,
                         RequestReaderTest,
                         testing::ValuesIn(Cases()),
                         [](const auto& tested) { return tested.param.name; });

TEST(RequestReaderContinueTest, AsksOnlyWhileNoByteOfTheBodyIsHere) {
  const std::string head =
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  const std::string out = "POST / [Expect: 100-Continue] [Content-Length: 2] 'ab'\n";
  EXPECT_EQ(ReadInPieces({head, "ab"}), "continue\n" + out);
  EXPECT_EQ(ReadInPieces({head, "a", "b"}), "continue\n" + out);
  EXPECT_EQ(ReadInPieces({head + "a", "b"}), out);
  EXPECT_EQ(ReadInPieces({head + "ab"}), out);
  EXPECT_EQ(ReadInPieces({Chunked("", "Expect: 100-continue\r\n"), "0\r\n\r\n"}),
            "continue\nPOST / [Transfer-Encoding: chunked] [Expect: 100-continue]\n");
}

TEST(RequestReaderLimitTest, AHeaderThatTricklesInFieldByFieldHasTheSameLimit) {
  // Cut behind the first byte of each field: Beast alone would take these for ever.
  std::vector<std::string> pieces = {"GET / HTTP/1.1\r\nHost: h\r\nX"};
  for (int i = 0; i < 100; ++i) pieces.emplace_back("-A: 12345\r\nX");
  EXPECT_EQ(ReadInPieces(pieces), "failed 431\n");
}

TEST(RequestReaderLimitTest, AChunkLineAndATrailerAreBounded) {
  const std::string endless = "1;" + std::string(1000, 'x');
  EXPECT_EQ(ReadInPieces({Chunked(endless)}), "failed 400\n");
  EXPECT_EQ(ReadInPieces({Chunked("0\r\nX: " + std::string(1000, 'x'))}), "failed 400\n");
}

TEST(RequestReaderLimitTest, ManyFieldsAre431) {
  RequestReader reader({.header_bytes = 64 << 10, .body_bytes = 0});
  std::string fields;
  for (int i = 0; i < 300; ++i) fields += "a:\r\n";
  EXPECT_EQ(reader.Feed(Get(fields)), Step::kFailed);
  EXPECT_EQ(reader.failure().status, 431);
}

TEST(RequestReaderTest, KeepsWhatComesWhileARequestIsOut) {
  RequestReader reader(kLimits);
  EXPECT_EQ(reader.Feed(Get("")), Step::kRequest);
  EXPECT_EQ(reader.Feed(WithLength("1", "")), Step::kNeedMore);
  EXPECT_EQ(reader.Feed("a"), Step::kNeedMore);
  EXPECT_EQ(reader.kept(), WithLength("1", "a").size());
  EXPECT_EQ(reader.TakeRequest().method, "GET");
  EXPECT_EQ(reader.Next(), Step::kRequest);
  EXPECT_EQ(reader.TakeRequest().body, "a");
  EXPECT_EQ(reader.kept(), 0u);
  EXPECT_EQ(reader.Next(), Step::kNeedMore);
  EXPECT_FALSE(reader.mid_request());
}

}  // namespace
}  // namespace leadrelay::http
