#include "tests/sandbox/systems/hubspot/search.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/text/clean.h"

namespace leadrelay::sandbox::hubspot {
namespace {

using text::LowerAscii;

bool HasLink(const Record& record, const std::string& to_type, const std::string& to_id) {
  return std::ranges::any_of(record.associations, [&](const Association& link) {
    return link.to_type == to_type && link.to_id == to_id;
  });
}

bool Holds(const Record& record, const json::Value& filter) {
  const std::string property = filter.Find("propertyName").StringOr("");
  const std::string wanted = filter.Find("value").AsText().value_or("");
  const std::string op = filter.Find("operator").StringOr("");
  constexpr std::string_view kAssociations = "associations.";
  if (property.starts_with(kAssociations)) {
    return HasLink(record, absl::StrCat(property.substr(kAssociations.size()), "s"), wanted);
  }
  if (property == "createdate" && op == "GTE") {
    return absl::ToUnixMillis(record.created_at) >= std::atoll(wanted.c_str());
  }
  const auto own = record.properties.find(property);
  const bool has = own != record.properties.end();
  if (op == "NOT_HAS_PROPERTY") return !has;
  if (!has) return false;
  if (op == "HAS_PROPERTY") return true;
  if (op == "EQ") return LowerAscii(own->second) == LowerAscii(wanted);
  if (op != "IN") return false;
  const std::vector<json::Value> values = filter.Find("values").Elements();
  return std::any_of(values.begin(), values.end(), [&](const json::Value& each) {
    return LowerAscii(own->second) == LowerAscii(each.StringOr(""));
  });
}

bool HasWords(const Record& record, const std::string& words) {
  return std::ranges::any_of(record.properties, [&words](const auto& property) {
    return LowerAscii(property.second).find(words) != std::string::npos;
  });
}

bool HoldsOne(const Record& record, const json::Value& groups) {
  for (const json::Value& group : groups.Elements()) {
    const std::vector<json::Value> filters = group.Find("filters").Elements();
    if (std::all_of(filters.begin(), filters.end(), [&record](const json::Value& filter) {
          return Holds(record, filter);
        })) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<const Record*> Search(const std::vector<Record>& records,
                                  const json::Value& request,
                                  absl::Time indexed_until) {
  const std::string words = LowerAscii(request.Find("query").StringOr(""));
  const json::Value groups = request.Find("filterGroups");
  std::vector<const Record*> found;
  for (const Record& record : records) {
    if (record.archived || record.updated_at > indexed_until) continue;
    const bool wanted = words.empty() ? HoldsOne(record, groups) : HasWords(record, words);
    if (wanted) found.push_back(&record);
  }
  return found;
}

}  // namespace leadrelay::sandbox::hubspot
