#pragma once
// Schema: the modules of one Zoho account and their fields, with the layouts that every account
// begins with.  Pure.

#include <map>
#include <string>
#include <vector>

namespace leadrelay::sandbox::zoho {

struct Field {
  std::string name;
  std::string type = "text";  // As in data_type.
  bool mandatory = false;
  bool unique = false;              // "Do not allow duplicate values".
  bool system = false;              // A duplicate check field without being unique.
  size_t longest = 255;             // Characters of a text.
  std::string module;               // Of a lookup; empty: any.
  std::vector<std::string> values;  // Of a picklist.
};

using Schema = std::map<std::string, std::vector<Field>>;  // By module.

Schema StandardSchema();

}  // namespace leadrelay::sandbox::zoho
