#include "common/service/arguments.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::service {
namespace {

class ArgumentsTest : public testing::Test {
 protected:
  void SetUp() override { unsetenv("LEADRELAY_CONFIG"); }
  void TearDown() override { unsetenv("LEADRELAY_CONFIG"); }

  std::variant<Arguments, Answered> Parse(std::vector<std::string> words) {
    Flag flag;
    flag.name = "--destinations";
    flag.placeholder = "NAME,...";
    flag.help = "Serve only these";
    flag.set = [this](const std::string& value) {
      destinations_ = value;
      return value == "none" ? absl::InvalidArgumentError("there is no destination none")
                             : absl::OkStatus();
    };
    return ParseArguments("leadrelay-test", "Tests.", words, {flag});
  }

  std::string destinations_;
};

TEST_F(ArgumentsTest, SayWhatToRun) {
  EXPECT_EQ(std::get<Arguments>(Parse({})), (Arguments{"leadrelay.yaml", false}));
  EXPECT_EQ(std::get<Arguments>(Parse({"--check", "--config", "a.yaml"})),
            (Arguments{"a.yaml", true}));
  setenv("LEADRELAY_CONFIG", "b.yaml", 1);
  EXPECT_EQ(std::get<Arguments>(Parse({})), (Arguments{"b.yaml", false}));
  EXPECT_EQ(std::get<Arguments>(Parse({"--config=a.yaml"})), (Arguments{"a.yaml", false}));
}

TEST_F(ArgumentsTest, OfOneServiceAreItsOwn) {
  EXPECT_EQ(std::get<Arguments>(Parse({"--destinations", "a,b"})), Arguments());
  EXPECT_EQ(destinations_, "a,b");
}

TEST_F(ArgumentsTest, AnswersAreNotErrors) {
  EXPECT_EQ(std::get<Answered>(Parse({"--version"})),
            (Answered{0, "leadrelay-test " LEADRELAY_VERSION "\n"}));
  const Answered help = std::get<Answered>(Parse({"--help"}));
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.text, testing::HasSubstr("--destinations NAME,..."));
}

TEST_F(ArgumentsTest, MistakesAreUsageErrors) {
  struct Case {
    std::vector<std::string> words;
    const char* says;
  };
  const Case cases[] = {{{"--frobnicate"}, "--frobnicate"},
                        {{"--config"}, "--config"},
                        {{"leads"}, "leads"},
                        {{"--destinations", "none"}, "there is no destination none"}};
  for (const Case& c : cases) {
    const auto parsed = Parse(c.words);
    ASSERT_TRUE(std::holds_alternative<Answered>(parsed)) << c.says;
    EXPECT_EQ(std::get<Answered>(parsed).exit_code, 2);
    EXPECT_THAT(std::get<Answered>(parsed).text, testing::HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace leadrelay::service
