#include "tests/sandbox/systems/airtable/list.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/airtable/airtable.h"
#include "tests/sandbox/systems/airtable/formula.h"

namespace leadrelay::sandbox::airtable {
namespace {

constexpr int64_t kLargestPage = 100;

int64_t NumberOr(const std::string& text, int64_t otherwise) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number : otherwise;
}

std::string TextIn(const Record& record, const std::string& field) {
  const auto cell = record.cells.find(field);
  return cell == record.cells.end() ? "" : TextOf(cell->second);
}

Fault UnknownField(const std::string& name) {
  return {422, "UNKNOWN_FIELD_NAME", absl::StrCat("Unknown field name: \"", name, "\"")};
}

}  // namespace

ListRequest ReadListRequest(const http::Fields& query) {
  ListRequest list;
  std::map<std::string, std::pair<std::string, bool>> order;  // By its index.
  for (const auto& [name, value] : query) {
    if (name == "filterByFormula") list.formula = value;
    if (name == "fields[]") list.fields.push_back(value);
    if (name == "maxRecords") list.most = NumberOr(value, -1);
    if (name == "pageSize") list.page = NumberOr(value, kLargestPage);
    if (name == "offset") list.offset = value;
    if (name == "returnFieldsByFieldId") list.by_id = value == "true" || value == "1";
    if (!name.starts_with("sort[")) continue;
    const std::string index = name.substr(0, name.find(']'));
    if (name.ends_with("[field]")) order[index].first = value;
    if (name.ends_with("[direction]")) order[index].second = value == "desc";
  }
  for (auto& [index, each] : order) list.order.push_back(std::move(each));
  return list;
}

ListRequest ReadListRequest(const json::Value& body) {
  ListRequest list;
  list.formula = body.Find("filterByFormula").StringOr("");
  for (const json::Value& name : body.Find("fields").Elements()) {
    list.fields.push_back(name.StringOr(""));
  }
  for (const json::Value& each : body.Find("sort").Elements()) {
    list.order.emplace_back(each.Find("field").StringOr(""),
                            each.Find("direction").AsString() == "desc");
  }
  list.most = body.Find("maxRecords").Int64Or(-1);
  list.page = body.Find("pageSize").Int64Or(kLargestPage);
  list.offset = body.Find("offset").StringOr("");
  list.by_id = body.Find("returnFieldsByFieldId").BoolOr(false);
  return list;
}

http::Response Airtable::List(Table& table, const ListRequest& list) {
  for (const std::string& name : list.fields) {
    if (table.FindField(name) == nullptr) return Refused(UnknownField(name));
  }
  const auto passes = [&](const Record& record) {
    return Passes(list.formula, record.id, [&](const std::string& name) {
      const Field* field = table.FindField(name);
      return field == nullptr ? std::nullopt : std::optional(TextIn(record, field->name));
    });
  };
  if (!list.formula.empty() && !passes(Record()).has_value()) {
    return Refused({422,
                    "INVALID_FILTER_BY_FORMULA",
                    "The formula for filtering records is invalid: Invalid formula."});
  }
  std::vector<const Record*> found;
  for (const Record& record : table.records) {
    if (list.formula.empty() || passes(record).value_or(false)) found.push_back(&record);
  }
  for (auto key = list.order.rbegin(); key != list.order.rend(); ++key) {
    const Field* field = table.FindField(key->first);
    if (field == nullptr) return Refused(UnknownField(key->first));
    std::ranges::stable_sort(found, [&](const Record* left, const Record* right) {
      if (key->second) std::swap(left, right);
      return TextIn(*left, field->name) < TextIn(*right, field->name);
    });
  }
  if (list.most >= 0) found.resize(std::min(found.size(), static_cast<size_t>(list.most)));

  size_t from = 0;
  if (!list.offset.empty()) {
    from = std::ranges::find(
               found, list.offset, [](const Record* each) { return "itr/" + each->id; }) -
           found.begin();
    if (from == found.size()) return Refused({422, "INVALID_OFFSET_VALUE", ""});
  }
  const auto page = static_cast<size_t>(std::clamp<int64_t>(list.page, 1, kLargestPage));
  const size_t to = std::min(found.size(), from + page);
  json::Writer writer;
  writer.StartObject().Key("records").StartArray();
  for (size_t i = from; i < to; ++i) {
    airtable::Write(table, *found[i], list.by_id, writer, list.fields);
  }
  writer.EndArray();
  if (to < found.size()) writer.Member("offset", "itr/" + found[to]->id);
  writer.EndObject();
  return Json(200, writer.Take());
}

}  // namespace leadrelay::sandbox::airtable
