// The values of the sandbox's spreadsheet: read, appended, updated, cleared.

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/google-sheets/answers.h"
#include "tests/sandbox/systems/google-sheets/google_sheets.h"

namespace leadrelay::sandbox::google_sheets {
namespace {

constexpr size_t kLongestCell = 50'000;

std::string Parameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

http::Response GoogleSheets::Values(const http::Request& request,
                                    std::string_view rest,
                                    absl::Time now) {
  const size_t colon = rest.find(':');  // Those of the range are encoded.
  const std::string range = http::PercentDecode(rest.substr(0, colon));
  const std::string_view verb = colon == std::string_view::npos ? "" : rest.substr(colon);
  const std::optional<Area> area = sheet_.Parse(range);
  if (!area.has_value()) return NoSuchRange(range);
  if (verb == ":append" && request.method == "POST") return Append(request, *area, now);
  if (verb == ":clear" && request.method == "POST") {
    sheet_.Clear(*area);
    return Json(200, "{}");
  }
  if (!verb.empty() || request.method != "GET") return NotFound();
  json::Writer writer;
  sheet_.WriteRange(*area, Parameter(request, "majorDimension") == "COLUMNS", writer);
  return Json(200, writer.Take());
}

http::Response GoogleSheets::Append(const http::Request& request,
                                    const Area& table,
                                    absl::Time now) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return InvalidArgument("Invalid JSON payload received.");
  const std::vector<json::Value> values = body->root().Find("values").Elements();
  for (const json::Value& row : values) {
    for (const json::Value& cell : row.Elements()) {
      if (cell.AsText().value_or("").size() <= kLongestCell) continue;
      return InvalidArgument(
          "Your input contains more than the maximum of 50000 characters in a single "
          "cell.");
    }
  }
  const bool overwrites = Parameter(request, "insertDataOption") != "INSERT_ROWS";
  const bool collides =
      overwrites && now - last_append_ < absl::Seconds(1) && sheet_.rows().size() > 1;
  last_append_ = now;
  const size_t first = sheet_.rows().size() - (collides ? 1 : 0);
  const bool raw = Parameter(request, "valueInputOption") == "RAW";
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values[i].size(); ++j) {
      sheet_.Put(first + i, table.first_column + j, values[i].At(j), raw);
    }
  }
  json::Writer writer;
  writer.StartObject().Member("spreadsheetId", std::string(kSpreadsheetId));
  writer.Key("updates").StartObject();
  writer.Member("updatedRange",
                absl::StrCat("Leads!",
                             CellName(first, table.first_column),
                             ":",
                             CellName(first + values.size() - 1, table.end_column - 1)));
  writer.Member("updatedRows", static_cast<int64_t>(values.size())).EndObject().EndObject();
  return Json(200, writer.Take());
}

http::Response GoogleSheets::BatchUpdate(const http::Request& request) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return InvalidArgument("Invalid JSON payload received.");
  const std::vector<json::Value> data = body->root().Find("data").Elements();
  std::vector<Area> areas;
  for (const json::Value& each : data) {
    const std::string range = each.Find("range").StringOr("");
    const std::optional<Area> area = sheet_.Parse(range);
    if (!area.has_value()) return NoSuchRange(range);
    areas.push_back(*area);
  }
  const bool raw = body->root().Find("valueInputOption").AsString() == "RAW";
  json::Writer writer;
  writer.StartObject().Member("totalUpdatedRows", static_cast<int64_t>(data.size()));
  writer.Key("responses").StartArray();
  for (size_t i = 0; i < data.size(); ++i) {
    const json::Value row = data[i].Find("values").At(0);
    for (size_t j = 0; j < row.size(); ++j) {
      sheet_.Put(areas[i].first_row, areas[i].first_column + j, row.At(j), raw);
    }
    writer.StartObject().Member("updatedRows", 1).EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

http::Response GoogleSheets::BatchGet(const http::Request& request) const {
  const bool by_columns = Parameter(request, "majorDimension") == "COLUMNS";
  json::Writer writer;
  writer.StartObject().Member("spreadsheetId", std::string(kSpreadsheetId));
  writer.Key("valueRanges").StartArray();
  for (const auto& [key, range] : http::ParseForm(http::QueryOf(request.url))) {
    if (key != "ranges") continue;
    const std::optional<Area> area = sheet_.Parse(range);
    if (!area.has_value()) return NoSuchRange(range);
    sheet_.WriteRange(*area, by_columns, writer);
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

}  // namespace leadrelay::sandbox::google_sheets
