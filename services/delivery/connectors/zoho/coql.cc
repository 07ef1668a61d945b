#include "services/delivery/connectors/zoho/coql.h"

#include "absl/strings/str_cat.h"

#include "common/json/json.h"

namespace leadrelay::delivery::zoho {

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string In(std::string_view field, const std::set<std::string>& values) {
  std::string list;
  for (const std::string& value : values) {
    absl::StrAppend(&list, list.empty() ? "" : ",", Quoted(value));
  }
  return absl::StrCat(std::string(field), " in (", list, ")");
}

std::string SelectQuery(std::string_view fields,
                        std::string_view module,
                        std::string_view condition,
                        std::string_view order) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("select_query",
                absl::StrCat("select ",
                             std::string(fields),
                             " from ",
                             std::string(module),
                             " where ",
                             std::string(condition),
                             " order by ",
                             std::string(order),
                             " limit ",
                             kMostRows));
  writer.EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::zoho
