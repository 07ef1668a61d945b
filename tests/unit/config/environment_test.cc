#include "common/config/environment.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

Environment TestEnvironment() {
  return FixedEnvironment(
      {{"HOST", "crm.example.com"}, {"EMPTY", ""}, {"NESTED", "${HOST}"}, {"_a1", "x"}},
      {{"/run/secrets/token", "s3cret\n"},
       {"/run/secrets/two", "a\nb\n\n"},
       {"/run/secrets/dos", "a\r\n"},
       {"/run/secrets/bare", "a"}});
}

TEST(Substitute, PutsInVariablesAndFiles) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"plain", "plain"},
      {"https://${HOST}/x", "https://crm.example.com/x"},
      {"${HOST}${_a1}", "crm.example.comx"},
      {"[${EMPTY}]", "[]"},
      {"${NESTED}", "${HOST}"},  // What is put in is not searched again.
      {"${file:/run/secrets/token}", "s3cret"},
      {"${file:/run/secrets/two}", "a\nb\n"},  // One line end goes, no more.
      {"${file:/run/secrets/dos}", "a"},
      {"${file:/run/secrets/bare}", "a"},
      {"$HOST", "$HOST"},
      {"5 $ {HOST}", "5 $ {HOST}"},
      {"$${HOST}", "${HOST}"},
      {"$${HOST} is ${HOST}", "${HOST} is crm.example.com"},
      {"$$", "$$"},
      {"a}", "a}"},
  };
  for (const auto& [text, expected] : cases) {
    const absl::StatusOr<std::string> result = Substitute(text, TestEnvironment());
    ASSERT_TRUE(result.ok()) << text << ": " << result.status();
    EXPECT_EQ(*result, expected) << text;
  }
}

TEST(Substitute, NamesWhatIsMissing) {
  const std::string neither =
      "between ${ and } stands neither the name of an environment variable nor file:PATH; "
      "write $${ where the two characters themselves are meant";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"${ABSENT}", "the environment variable ABSENT is not set"},
      {"x${HOST}${ABSENT}", "the environment variable ABSENT is not set"},
      {"${file:/nowhere}", "the file /nowhere cannot be read"},
      {"${HOST", "${ without its }"},
      {"${}", neither},
      {"${file:}", neither},
      {"${1A}", neither},
      {"${HOST:-localhost}", neither},
      {"${my pa$$word}", neither},
  };
  for (const auto& [text, expected] : cases) {
    const absl::StatusOr<std::string> result = Substitute(text, TestEnvironment());
    EXPECT_EQ(result.status(), absl::InvalidArgumentError(expected)) << text;
  }
}

TEST(Substitute, WithoutAnEnvironmentNothingIsThere) {
  EXPECT_FALSE(Substitute("${HOST}", Environment{}).ok());
  EXPECT_FALSE(Substitute("${file:/x}", Environment{}).ok());
}

TEST(IsReference, OneReferenceAndNothingElse) {
  for (const char* text : {"${TOKEN}", "${file:/run/secrets/token}", "${_t1}"}) {
    EXPECT_TRUE(IsReference(text)) << text;
  }
  for (const char* text : {"",
                           "TOKEN",
                           "$TOKEN",
                           "${TOKEN",
                           "x${TOKEN}",
                           "${TOKEN}x",
                           "${A}${B}",
                           "${}",
                           "${file:}",
                           "$${TOKEN}",
                           "${pa ss}"}) {
    EXPECT_FALSE(IsReference(text)) << text;
  }
}

class ProcessEnvironment : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      absl::StrCat("leadrelay-environment-", absl::GetCurrentTimeNanos());
  const Environment environment_ = Environment::Process();
};

TEST_F(ProcessEnvironment, ReadsVariables) {
  ASSERT_EQ(setenv("LEADRELAY_TEST_VARIABLE", "value", 1), 0);
  EXPECT_EQ(environment_.variable("LEADRELAY_TEST_VARIABLE"), "value");
  ASSERT_EQ(unsetenv("LEADRELAY_TEST_VARIABLE"), 0);
  EXPECT_EQ(environment_.variable("LEADRELAY_TEST_VARIABLE"), std::nullopt);
}

TEST_F(ProcessEnvironment, ReadsFilesOfUpToOneMebibyte) {
  const std::string largest(1 << 20, 'a');
  EXPECT_EQ(environment_.file(Write("empty", "")), "");
  EXPECT_EQ(environment_.file(Write("binary", std::string("a\0b\n", 4))), std::string("a\0b\n", 4));
  EXPECT_EQ(environment_.file(Write("largest", largest)), largest);
  EXPECT_EQ(environment_.file(Write("larger", largest + "a")), std::nullopt);
  EXPECT_EQ(environment_.file(folder_ / "absent"), std::nullopt);
  EXPECT_EQ(environment_.file(folder_), std::nullopt);
}

TEST_F(ProcessEnvironment, LoadFileReadsAConfiguration) {
  const absl::StatusOr<Config> config = LoadFile(Write("leadrelay.yaml", "name: here\n"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->name, "here");
}

TEST_F(ProcessEnvironment, LoadFileListsEveryFault) {
  const std::string path = Write("leadrelay.yaml", "name: x\nnmae: y\nlog: {level: loud}\n");
  EXPECT_EQ(LoadFile(path).status(),
            absl::InvalidArgumentError(absl::StrCat(
                path,
                ":2: nmae: unknown key; did you mean \"name\"?\n",
                path,
                ":3: log.level: \"loud\" is not one of debug, info, warning, error\n")));
}

TEST_F(ProcessEnvironment, LoadFileSaysWhenThereIsNoFile) {
  const std::string path = folder_ / "absent.yaml";
  EXPECT_EQ(LoadFile(path).status(),
            absl::NotFoundError("cannot read the configuration file " + path));
}

}  // namespace
}  // namespace leadrelay::config
