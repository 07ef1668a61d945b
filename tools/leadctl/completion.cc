#include "tools/leadctl/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace leadrelay::leadctl {
namespace {

constexpr char kBash[] = R"sh(# leadctl completion bash > /etc/bash_completion.d/leadctl
_leadctl() {
  local word path="" words=""
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "${path:+$path }$word" in
@PATHS@) path="${path:+$path }$word" ;;
    esac
  done
  case "$path" in
@WORDS@
  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _leadctl leadctl
)sh";

constexpr char kZsh[] = R"sh(#compdef leadctl
autoload -U +X bashcompinit && bashcompinit
)sh";

std::string Bash(const CompletionWords& words) {
  std::vector<std::string> paths;
  std::vector<std::string> cases;
  for (const auto& [path, candidates] : words) {
    if (!path.empty()) paths.push_back(absl::StrCat("'", path, "'"));
    cases.push_back(
        absl::StrCat("    '", path, "') words='", absl::StrJoin(candidates, " "), "' ;;"));
  }
  return absl::StrReplaceAll(
      kBash,
      {{"@PATHS@", "      " + absl::StrJoin(paths, "|")}, {"@WORDS@", absl::StrJoin(cases, "\n")}});
}

// fish asks by the commands seen: a word is offered when every word of its path is there and no
// sibling command is yet.
std::string Fish(const CompletionWords& words) {
  std::string script = "# leadctl completion fish > ~/.config/fish/completions/leadctl.fish\n";
  for (const auto& [path, candidates] : words) {
    std::string condition = "true";
    for (size_t at = 0; at < path.size();) {
      const size_t end = std::min(path.find(' ', at), path.size());
      absl::StrAppend(&condition, "; and __fish_seen_subcommand_from ", path.substr(at, end - at));
      at = end + 1;
    }
    std::vector<std::string> commands;
    for (const std::string& word : candidates) {
      if (!word.starts_with("-")) commands.push_back(word);
    }
    const std::string first = commands.empty()
                                  ? condition
                                  : absl::StrCat(condition,
                                                 "; and not __fish_seen_subcommand_from ",
                                                 absl::StrJoin(commands, " "));
    for (const std::string& word : candidates) {
      const bool flag = word.starts_with("--");
      absl::StrAppend(&script,
                      "complete -c leadctl -n '",
                      flag ? condition : first,
                      flag ? "' -l " : "' -f -a ",
                      flag ? word.substr(2) : word,
                      "\n");
    }
  }
  return script;
}

}  // namespace

std::string CompletionScript(const std::string& shell, const CompletionWords& words) {
  if (shell == "fish") return Fish(words);
  return (shell == "zsh" ? kZsh : "") + Bash(words);
}

}  // namespace leadrelay::leadctl
