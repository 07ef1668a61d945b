#pragma once
// Completion scripts for shells, made from the command line itself.  Pure.

#include <map>
#include <string>
#include <vector>

namespace leadrelay::leadctl {

// What can follow, by the subcommands so far: "" -> send, dlq, --json ...; "dlq" -> list, show ...
using CompletionWords = std::map<std::string, std::vector<std::string>>;

// `shell` is bash, zsh or fish.  Where nothing is known, files are offered.
std::string CompletionScript(const std::string& shell, const CompletionWords& words);

}  // namespace leadrelay::leadctl
