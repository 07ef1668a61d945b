#include "tools/leadctl/command_line.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

using Arguments = std::vector<std::string>;

template <typename Options>
Options Parse(const Arguments& arguments) {
  auto parsed = ParseCommandLine(arguments);
  const auto* invocation = std::get_if<Invocation>(&parsed);
  if (invocation == nullptr) {
    ADD_FAILURE() << std::get<Answered>(parsed).text;
    return {};
  }
  const auto* options = std::get_if<Options>(&invocation->command);
  if (options == nullptr) {
    ADD_FAILURE() << "another command";
    return {};
  }
  return *options;
}

TEST(CommandLineTest, Commands) {
  EXPECT_EQ(Parse<BooksOptions>({"books", "--wait", "--timeout", "90s"}).timeout,
            absl::Seconds(90));
  EXPECT_EQ(Parse<StatusOptions>({"status", "ld_1", "--json"}).lead_id, "ld_1");
  EXPECT_TRUE(Parse<DlqListOptions>({"dlq", "groups"}).groups);
  EXPECT_FALSE(Parse<DlqListOptions>({"dlq", "list"}).groups);
  EXPECT_EQ(Parse<DlqActOptions>({"dlq", "replay", "17", "18"}).ids,
            (std::vector<int64_t>{17, 18}));
  EXPECT_TRUE(Parse<DlqActOptions>({"dlq", "discard", "--all", "--yes"}).discard);
  EXPECT_EQ(Parse<DestinationsOptions>({"destinations"}).verb, "");
  const auto pause = Parse<DestinationsOptions>({"destinations", "pause", "crm", "--reason", "r"});
  EXPECT_EQ(pause.verb + pause.name + pause.reason, "pausecrmr");
  EXPECT_EQ(Parse<ReplaysOptions>({"replays", "cancel", "r1", "--abandon"}).verb, "cancel");
  EXPECT_TRUE(Parse<TestOptions>({"test", "--all"}).all);
  EXPECT_TRUE(Parse<TestOptions>({"test", "crm", "--dry"}).dry);
  const auto real = Parse<TestOptions>({"test", "crm", "--real", "--yes"});
  EXPECT_TRUE(real.real && real.yes && !real.dry);
  EXPECT_EQ(Parse<TestOptions>({"test", "crm", "--dry", "--lead-file", "/dev/null"}).lead_file,
            "/dev/null");
  EXPECT_TRUE(Parse<ConfigCheckOptions>({"config", "check", "--live"}).live);
  const auto search = Parse<CrmOptions>({"crm", "hubspot", "search", "ada@example.com"});
  EXPECT_EQ(search.destination + search.verb + search.text + search.object,
            "hubspotsearchada@example.comperson");
  const auto update =
      Parse<CrmOptions>({"crm", "hubspot", "--object", "deal", "update", "51", "amount=1", "b=2"});
  EXPECT_EQ(update.object + update.id, "deal51");
  EXPECT_EQ(update.fields, (Arguments{"amount=1", "b=2"}));
  EXPECT_EQ(Parse<SendOptions>({"send", "--email", "a@example.com", "--field", "a=b"}).fields,
            (Arguments{"a=b"}));
}

TEST(CommandLineTest, GlobalOptionsStandAnywhere) {
  for (const Arguments& arguments : {Arguments{"--api", "http://x", "--json", "dlq", "list"},
                                     Arguments{"dlq", "list", "--api", "http://x", "--json"}}) {
    auto parsed = ParseCommandLine(arguments);
    ASSERT_TRUE(std::holds_alternative<Invocation>(parsed)) << std::get<Answered>(parsed).text;
    EXPECT_EQ(std::get<Invocation>(parsed).global.api, "http://x");
    EXPECT_TRUE(std::get<Invocation>(parsed).global.json);
  }
}

TEST(CommandLineTest, Mistakes) {
  for (const Arguments& arguments : {Arguments{},
                                     Arguments{"bokos"},
                                     Arguments{"books", "--timeout", "90"},
                                     Arguments{"dlq"},
                                     Arguments{"dlq", "replay"},
                                     Arguments{"dlq", "replay", "17", "--all"},
                                     Arguments{"crm", "hubspot"},
                                     Arguments{"crm", "hubspot", "search"},
                                     Arguments{"crm", "hubspot", "update", "51", "no-equals"},
                                     Arguments{"dlq", "replay", "-5"},
                                     Arguments{"send"},
                                     Arguments{"send", "--email", "a", "--field", "novalue"},
                                     Arguments{"test"},
                                     Arguments{"test", "crm", "--all"},
                                     Arguments{"test", "crm", "--dry", "--real"},
                                     Arguments{"test", "crm", "--lead-file", "/dev/null"},
                                     Arguments{"test", "crm", "--dry", "--lead-file", "/absent"},
                                     Arguments{"completion", "csh"}}) {
    auto parsed = ParseCommandLine(arguments);
    ASSERT_TRUE(std::holds_alternative<Answered>(parsed)) << testing::PrintToString(arguments);
    EXPECT_EQ(std::get<Answered>(parsed).exit_code, 2) << testing::PrintToString(arguments);
  }
}

TEST(CommandLineTest, EveryCommandHasHelpWithAnExample) {
  for (Arguments arguments : {Arguments{},
                              Arguments{"send"},
                              Arguments{"status"},
                              Arguments{"dlq"},
                              Arguments{"dlq", "list"},
                              Arguments{"dlq", "groups"},
                              Arguments{"dlq", "show"},
                              Arguments{"dlq", "replay"},
                              Arguments{"dlq", "discard"},
                              Arguments{"replays"},
                              Arguments{"replays", "pause"},
                              Arguments{"destinations"},
                              Arguments{"destinations", "pause"},
                              Arguments{"test"},
                              Arguments{"config"},
                              Arguments{"config", "check"},
                              Arguments{"books"},
                              Arguments{"key"},
                              Arguments{"key", "new"},
                              Arguments{"completion"}}) {
    arguments.emplace_back("--help");
    auto parsed = ParseCommandLine(arguments);
    ASSERT_TRUE(std::holds_alternative<Answered>(parsed)) << testing::PrintToString(arguments);
    EXPECT_EQ(std::get<Answered>(parsed).exit_code, 0);
    EXPECT_NE(std::get<Answered>(parsed).text.find("Examples:\n  leadctl"), std::string::npos)
        << testing::PrintToString(arguments);
  }
}

TEST(CommandLineTest, CompletionKnowsTheCommands) {
  EXPECT_NE(Parse<PrintOptions>({"completion", "bash"}).text.find("'dlq') words='list groups show"),
            std::string::npos);
  EXPECT_TRUE(Parse<PrintOptions>({"completion", "zsh"}).text.starts_with("#compdef leadctl\n"));
  EXPECT_NE(Parse<PrintOptions>({"completion", "fish"}).text.find("-f -a send"), std::string::npos);
}

}  // namespace
}  // namespace leadrelay::leadctl
