#include "common/service/arguments.h"

#include <cstdlib>
#include <sstream>

#include "absl/strings/str_cat.h"
#include <CLI/CLI.hpp>

#include "common/status/abseil.h"

namespace leadrelay::service {

std::variant<Arguments, Answered> ParseArguments(const std::string& program,
                                                 const std::string& summary,
                                                 const std::vector<std::string>& arguments,
                                                 const std::vector<Flag>& flags) {
  Arguments parsed;
  if (const char* path = std::getenv("LEADRELAY_CONFIG")) parsed.config_path = path;

  CLI::App app(summary, program);
  app.add_option("--config", parsed.config_path, "The configuration file (LEADRELAY_CONFIG)")
      ->type_name("PATH")
      ->capture_default_str();
  app.add_flag("--check", parsed.check, "Read and check the configuration, print its faults, exit");
  app.set_version_flag("--version", absl::StrCat(program, " ", LEADRELAY_VERSION));
  for (const Flag& flag : flags) {
    app.add_option_function<std::string>(
           flag.name,
           [&flag](const std::string& value) {
             absl::Status set = flag.set(value);
             if (!set.ok())
               throw CLI::ValidationError(flag.name, std::string(ToStd(set.message())));
           },
           flag.help)
        ->type_name(flag.placeholder);
  }

  // CLI11 takes its arguments last one first.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream mistake;
    const bool answered = app.exit(error, out, mistake) == 0;
    return answered ? Answered{0, out.str()} : Answered{2, mistake.str()};
  }
  return parsed;
}

}  // namespace leadrelay::service
