#pragma once
// YAML documents as JSON, by YAML 1.2's core schema; aliases are written out.

#include <string>

namespace leadrelay::test {

// Throws YAML::Exception when the file cannot be read.
std::string YamlFileToJson(const std::string& path);

}  // namespace leadrelay::test
