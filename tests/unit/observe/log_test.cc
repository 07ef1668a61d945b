#include "common/observe/log.h"

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "common/json/json.h"

namespace leadrelay::observe {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kAsLongAsItTakes = absl::Minutes(1);

std::string ReadAll(int fd) {
  std::string text;
  char piece[65536];
  for (ssize_t got = 0; (got = read(fd, piece, sizeof piece)) > 0;) {
    text.append(piece, static_cast<size_t>(got));
  }
  return text;
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    if (end == std::string::npos) {
      ADD_FAILURE() << "the last line has no end: " << text.substr(begin);
      break;
    }
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

json::Document Parsed(const std::string& line) {
  absl::StatusOr<json::Document> document = json::Document::Parse(line);
  EXPECT_TRUE(document.ok()) << line << ": " << document.status();
  return document.ok() ? *document : json::Document();
}

// The line without its time, which is another each time.
std::string WithoutTime(const std::string& line) {
  constexpr size_t kPrefix = sizeof(R"({"time":"2026-03-01T10:00:00.123Z",)") - 1;
  return line.size() > kPrefix ? "{" + line.substr(kPrefix) : line;
}

// A log into a file: what is written stays there, however much it is.
class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "leadrelay-log-XXXXXX";
    fd_ = mkstemp(path.data());
    unlink(path.c_str());
  }
  void TearDown() override {
    StopLog();
    close(fd_);
  }

  std::vector<std::string> Lines() {
    StopLog();
    lseek(fd_, 0, SEEK_SET);
    return SplitLines(ReadAll(fd_));
  }

  int fd_ = -1;
};

TEST_F(LogTest, ALineIsAnObjectWithEveryKindOfField) {
  StartLog("ingest", Level::kDebug, fd_);
  const absl::Time before = absl::Now();
  Info("lead accepted")
      .Text("lead_id", "01h")
      .Number("destinations", -3)
      .Real("share", 0.5)
      .Flag("replayed", true)
      .Time("due", absl::FromUnixMillis(1'790'000'000'123))
      .Millis("took_ms", absl::Milliseconds(1500))
      .Error(absl::UnavailableError("broker gone"));
  const absl::Time after = absl::Now();
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(WithoutTime(lines[0]),
            R"({"level":"info","service":"ingest","message":"lead accepted","lead_id":"01h",)"
            R"("destinations":-3,"share":0.5,"replayed":true,"due":"2026-09-21T14:13:20.123Z",)"
            R"("took_ms":1500,"error":"UNAVAILABLE: broker gone"})");

  absl::Time time;
  std::string error;
  const json::Document document = Parsed(lines[0]);
  ASSERT_TRUE(absl::ParseTime(
      "%Y-%m-%dT%H:%M:%E3SZ", document.root().Find("time").StringOr(""), &time, &error))
      << error;
  EXPECT_GE(time, before - absl::Milliseconds(1));
  EXPECT_LE(time, after);
}

TEST_F(LogTest, WritesTheLevelsThatAreAskedFor) {
  const std::vector<std::pair<Level, std::vector<std::string>>> cases = {
      {Level::kDebug, {"debug", "info", "warning", "error"}},
      {Level::kInfo, {"info", "warning", "error"}},
      {Level::kWarning, {"warning", "error"}},
      {Level::kError, {"error"}},
  };
  for (const auto& [level, expected] : cases) {
    ASSERT_EQ(ftruncate(fd_, 0), 0);
    lseek(fd_, 0, SEEK_SET);
    StartLog("test", level, fd_);
    Debug("d").Text("a", "b").Number("c", 1).Error(absl::OkStatus());
    Info("i");
    Warning("w");
    Error("e");
    std::vector<std::string> levels;
    for (const std::string& line : Lines()) {
      levels.push_back(Parsed(line).root().Find("level").StringOr(""));
    }
    EXPECT_EQ(levels, expected);
  }
}

TEST(ParseLevel, KnowsTheFour) {
  EXPECT_EQ(ParseLevel("debug"), Level::kDebug);
  EXPECT_EQ(ParseLevel("info"), Level::kInfo);
  EXPECT_EQ(ParseLevel("warning"), Level::kWarning);
  EXPECT_EQ(ParseLevel("error"), Level::kError);
  EXPECT_EQ(ParseLevel("loud"), Level::kInfo);
}

// Whatever is in a value, a line stays one line of JSON with that value in it.
TEST_F(LogTest, HostileTextStaysInsideItsValue) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"quote\" and \\", "quote\" and \\"},
      {"two\nlines\r\n", "two\nlines\r\n"},
      {"\",\"level\":\"error", "\",\"level\":\"error"},
      {std::string("nul\0byte", 8), std::string("nul\0byte", 8)},
      {"\x1b[31mred\x7f", "\x1b[31mred\x7f"},
      {"\xc2\x80\xc2\x9b[2J\xc2\x9f\xc2\xa0", "\xc2\x80\xc2\x9b[2J\xc2\x9f\xc2\xa0"},
      {"%v {} %s {0}", "%v {} %s {0}"},
      {"not utf-8 \xff\xfe!", "not utf-8 \xef\xbf\xbd\xef\xbf\xbd!"},
      {"\xe2\x80\xa8 gr\xc3\xbc\xc3\x9f", "\xe2\x80\xa8 gr\xc3\xbc\xc3\x9f"},
      {"</script>", "</script>"},
  };
  StartLog("test", Level::kInfo, fd_);
  for (const auto& [hostile, expected] : cases) {
    Info(hostile).Text("value", hostile).Error(absl::InternalError(hostile));
  }
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    const json::Document document = Parsed(lines[i]);
    EXPECT_EQ(document.root().Find("message").StringOr(""), cases[i].second);
    EXPECT_EQ(lines[i].find_first_of("\x1b\x7f\r\n"), std::string::npos) << lines[i];
    EXPECT_EQ(lines[i].find("\xc2\x9b"), std::string::npos) << lines[i];
    EXPECT_EQ(document.root().Find("value").StringOr(""), cases[i].second);
    EXPECT_EQ(document.root().Find("error").StringOr(""), "INTERNAL: " + cases[i].second);
    EXPECT_EQ(document.root().size(), 6u);
  }
}

TEST_F(LogTest, LongTextIsCutBetweenCharacters) {
  std::string characters;
  for (int i = 0; i < 300; ++i) characters += "\xe2\x82\xac";  // Three bytes each.
  std::string kept;
  for (int i = 0; i < 166; ++i) kept += "\xe2\x82\xac";  // 498 bytes: the 167th would be split.
  const std::vector<std::pair<std::string, std::string>> cases = {
      {std::string(500, 'a'), std::string(500, 'a')},
      {std::string(501, 'a'), std::string(500, 'a') + "..."},
      {std::string(1 << 20, 'a'), std::string(500, 'a') + "..."},
      {characters, kept + "..."},
  };
  StartLog("test", Level::kInfo, fd_);
  for (const auto& [text, expected] : cases) Info("x").Text("value", text);
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(Parsed(lines[i]).root().Find("value").StringOr(""), cases[i].second);
  }
}

TEST_F(LogTest, WithoutALogLinesGoNowhere) {
  Info("before");
  StartLog("test", Level::kInfo, fd_);
  EXPECT_EQ(LinesDropped(), 0);
  StopLog();
  Info("after");
  {
    StartLog("test", Level::kInfo, fd_);
    Line line = Info("under way when the log stops");
    StopLog();
  }
  StopLog();
  EXPECT_THAT(Lines(), IsEmpty());
  EXPECT_EQ(LinesDropped(), 0);
}

TEST_F(LogTest, LinesOfManyThreadsStayWhole) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  StartLog("test", Level::kInfo, fd_);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([i] {
      for (int j = 0; j < kEach; ++j) Info("line").Number("thread", i).Number("n", j);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<int64_t> next(kThreads, 0);
  for (const std::string& line : Lines()) {
    const json::Document document = Parsed(line);
    const int64_t thread = document.root().Find("thread").Int64Or(0);
    EXPECT_EQ(document.root().Find("n").Int64Or(-1), next[static_cast<size_t>(thread)]++);
  }
  EXPECT_THAT(next, ElementsAre(kEach, kEach, kEach, kEach));
}

// A log into a pipe, whose reader the test is.
class LogPipeTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    read_end_ = ends[0];
    write_end_ = ends[1];
    signal(SIGPIPE, SIG_IGN);  // As every service does.
  }
  void TearDown() override {
    StopLog();
    if (read_end_ >= 0) close(read_end_);
    close(write_end_);
  }

  int read_end_ = -1;
  int write_end_ = -1;
};

// That this returns at all is half of the test: nobody reads while the lines are logged.
TEST_F(LogPipeTest, AReaderThatStallsCostsLinesAndIsTold) {
  constexpr int64_t kLines = 3 * static_cast<int64_t>(kLogQueue);
  StartLog("test", Level::kInfo, write_end_);
  for (int64_t i = 0; i < kLines; ++i)
    Info("line").Number("n", i).Text("pad", std::string(200, 'x'));
  const int64_t dropped = LinesDropped();
  EXPECT_GT(dropped, 0);

  std::string text;
  std::thread reader([&] { text = ReadAll(read_end_); });
  StopLog(kAsLongAsItTakes);
  close(write_end_);
  write_end_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
  reader.join();

  int64_t written = 0;
  int64_t announced = 0;
  int64_t last = -1;
  for (const std::string& line : SplitLines(text)) {
    const json::Document document = Parsed(line);
    if (const std::optional<int64_t> lost = document.root().Find("dropped").AsInt64()) {
      EXPECT_EQ(document.root().Find("level").StringOr(""), "warning");
      announced += *lost;
      continue;
    }
    const int64_t n = document.root().Find("n").Int64Or(-1);
    EXPECT_GT(n, last);
    last = n;
    ++written;
  }
  EXPECT_EQ(last, kLines - 1);  // It is the oldest that go.
  EXPECT_EQ(announced, dropped);
  EXPECT_EQ(written + announced, kLines);
}

// A process must end although nobody reads its log.
TEST_F(LogPipeTest, StoppingDoesNotWaitForAReaderForEver) {
  StartLog("test", Level::kInfo, write_end_);
  for (size_t i = 0; i < kLogQueue; ++i) Info("line").Text("pad", std::string(200, 'x'));
  StopLog(absl::Milliseconds(10));
}

TEST_F(LogPipeTest, AReaderThatIsGoneIsNoTrouble) {
  close(std::exchange(read_end_, -1));
  StartLog("test", Level::kInfo, write_end_);
  for (int i = 0; i < 100; ++i) Info("line");
  StopLog();
}

TEST_F(LogPipeTest, AnEndThatDoesNotBlockLosesNothing) {
  ASSERT_EQ(fcntl(write_end_, F_SETFL, O_NONBLOCK), 0);
  constexpr int kLines = kLogQueue - 1000;  // More than a pipe holds, fewer than the queue.
  std::string text;
  std::thread reader([&] { text = ReadAll(read_end_); });
  StartLog("test", Level::kInfo, write_end_);
  for (int i = 0; i < kLines; ++i) Info("line").Number("n", i);
  StopLog(kAsLongAsItTakes);
  close(write_end_);
  write_end_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
  reader.join();
  EXPECT_EQ(SplitLines(text).size(), static_cast<size_t>(kLines));
}

}  // namespace
}  // namespace leadrelay::observe
