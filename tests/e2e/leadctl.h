#pragma once
// Leadctl: leadctl as an operator of a Stack runs it.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {

inline constexpr milliseconds kLeadctlPatience = seconds(60);

class Leadctl {
 public:
  explicit Leadctl(Stack& stack) : stack_(stack) {}

  std::unique_ptr<test::Process> Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), LEADRELAY_BINARY_DIR "/bin/leadctl");
    std::map<std::string, std::string> environment = stack_.environment();
    environment["LEADRELAY_CONFIG"] = stack_.config_path();
    environment["LEADRELAY_API_KEY"] = std::string(kApiKey);
    output_ = absl::StrCat(stack_.folder(), "/leadctl-", ++runs_, ".log");
    return std::make_unique<test::Process>(std::move(arguments), environment, output_);
  }

  // The exit code; -1 when it does not end.
  int Run(std::vector<std::string> arguments) {
    return Start(std::move(arguments))->Wait(kLeadctlPatience).value_or(-1);
  }

  std::string Output() const { return test::ReadWholeFile(output_); }
  json::Document Json() const {
    absl::StatusOr<json::Document> document = json::Document::Parse(Output());
    return document.ok() ? *document : json::Document();
  }

 private:
  Stack& stack_;
  std::string output_;
  int runs_ = 0;
};

}  // namespace leadrelay::e2e
