#pragma once
// Lua's cmsgpack as Redis has it (deps/lua/src/lua_cmsgpack.c), for arrays of numbers: all that our
// scripts pack.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::simulation {

std::string PackNumbers(const std::vector<double>& numbers);
// Nothing when it is something else.
std::optional<std::vector<double>> UnpackNumbers(std::string_view packed);

}  // namespace leadrelay::simulation
