#include "tests/sandbox/systems/google-sheets/google_sheets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "common/crypto/rsa.h"

namespace leadrelay::sandbox::google_sheets {
namespace {

constexpr int64_t kPerMinute = 60;
constexpr size_t kLongestCell = 50'000;
constexpr size_t kColumns = 26;
constexpr std::string_view kSheet = "Leads";

http::Response Json(int status, std::string body) {
  return http::Response{
      status, {{"Content-Type", "application/json; charset=UTF-8"}}, std::move(body)};
}

http::Response Refused(int code,
                       const char* status,
                       const std::string& message,
                       const char* reason = "") {
  json::Writer writer;
  writer.StartObject().Key("error").StartObject();
  writer.Member("code", code).Member("message", message).Member("status", status);
  if (*reason != '\0') {
    writer.Key("details").StartArray().StartObject();
    writer.Member("@type", "type.googleapis.com/google.rpc.ErrorInfo").Member("reason", reason);
    writer.Member("domain", "googleapis.com").EndObject().EndArray();
  }
  writer.EndObject().EndObject();
  return Json(code, writer.Take());
}

http::Response NoSuchRange(const std::string& range) {
  return Refused(400, "INVALID_ARGUMENT", absl::StrCat("Unable to parse range: ", range));
}

http::Response NotFound() {
  return Refused(404, "NOT_FOUND", "Requested entity was not found.");
}

std::string Parameter(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

std::string CellName(size_t row, size_t column) {
  return absl::StrCat(std::string(1, static_cast<char>('A' + column)), row + 1);
}

// "A12": the parts that are there, counted from 0.
bool ParseCell(std::string_view text, std::optional<size_t>& row, std::optional<size_t>& column) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    column = static_cast<size_t>(text[0] - 'A');
    text.remove_prefix(1);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {  // Beyond what this sheet has.
      column = kColumns - 1;
      text.remove_prefix(1);
    }
  }
  if (text.empty()) return column.has_value();
  size_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<size_t>(c - '0');
  }
  row = number - 1;
  return number > 0;
}

std::optional<json::Document> Part(std::string_view encoded) {
  std::string text(encoded);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  const std::optional<std::string> bytes = crypto::FromBase64(text);
  if (!bytes.has_value()) return std::nullopt;
  absl::StatusOr<json::Document> document = json::Document::Parse(*bytes);
  if (!document.ok()) return std::nullopt;
  return *std::move(document);
}

// Whether the account's key signed it: signatures of this kind are the same every time.
bool IsSigned(std::string_view assertion) {
  static const crypto::RsaKey key = *crypto::RsaKey::Parse(kPrivateKey);
  const size_t last = assertion.rfind('.');
  if (last == std::string_view::npos) return false;
  return crypto::Base64Url(key.Sign(assertion.substr(0, last))) == assertion.substr(last + 1);
}

}  // namespace

GoogleSheets::GoogleSheets()
    : reads_("reads", kPerMinute, absl::Minutes(1)),
      writes_("writes", kPerMinute, absl::Minutes(1)) {
  Row& header = rows_.emplace_back();
  for (const char* name : {"Delivery ID",
                           "Received",
                           "Name",
                           "Email",
                           "Phone",
                           "Company",
                           "Note",
                           "Deal",
                           "Score",
                           "crm_synced"}) {
    header.push_back(json::Writer().String(name).Take());
  }
}

std::vector<Window*> GoogleSheets::WindowsFor(const http::Request& request) {
  if (http::PathOf(request.url) == "/google-sheets/token") return {};
  return {request.method == "GET" ? &reads_ : &writes_};
}

http::Response GoogleSheets::Refuse(const Window& window, absl::Time /*now*/) {
  const char* what = window.name() == "reads" ? "Read" : "Write";
  return Refused(429,
                 "RESOURCE_EXHAUSTED",
                 absl::StrCat("Quota exceeded for quota metric '",
                              what,
                              " requests' and limit '",
                              what,
                              " requests per minute per user' of service 'sheets.googleapis.com' "
                              "for consumer 'project_number:123'."),
                 "RATE_LIMIT_EXCEEDED");
}

http::Response GoogleSheets::Handle(const http::Request& request, absl::Time now) {
  std::string_view path = http::PathOf(request.url);
  if (path == "/google-sheets/token") return Token(request, now);
  const std::string authorization(request.headers.Get("authorization"));
  if (!authorization.starts_with("Bearer ") || !tokens_.contains(authorization.substr(7))) {
    return Refused(401,
                   "UNAUTHENTICATED",
                   "Request had invalid authentication credentials. Expected OAuth 2 access "
                   "token, login cookie or other valid authentication credential.");
  }
  const std::string own =
      absl::StrCat("/google-sheets/v4/spreadsheets/", std::string(kSpreadsheetId));
  if (!path.starts_with(own)) return NotFound();
  path.remove_prefix(own.size());
  if (path.empty() && request.method == "GET") {
    return Json(200,
                absl::StrCat(R"({"spreadsheetId":")",
                             std::string(kSpreadsheetId),
                             R"(","sheets":[{"properties":{"sheetId":0,"title":"Leads"}}]})"));
  }
  if (path == "/values:batchGet") return BatchGet(request);
  if (path == "/values:batchUpdate") return BatchUpdate(request);
  constexpr std::string_view kValues = "/values/";
  if (!path.starts_with(kValues)) return NotFound();
  return Values(request, path.substr(kValues.size()), now);
}

http::Response GoogleSheets::Token(const http::Request& request, absl::Time now) {
  std::map<std::string, std::string> form;
  for (auto& [key, value] : http::ParseForm(request.body)) form[key] = value;
  if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    return Json(400, R"({"error":"unsupported_grant_type"})");
  }
  const std::string& assertion = form["assertion"];
  const size_t first = assertion.find('.');
  const size_t last = assertion.rfind('.');
  if (first == last || !IsSigned(assertion)) {
    return Json(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})");
  }
  const std::optional<json::Document> parsed =
      Part(std::string_view(assertion).substr(first + 1, last - first - 1));
  const json::Value claims = parsed.has_value() ? parsed->root() : json::Value();
  const int64_t issued = claims.Find("iat").Int64Or(0);
  const int64_t expires = claims.Find("exp").Int64Or(0);
  const bool in_time = issued <= absl::ToUnixSeconds(now) + 60 &&
                       expires > absl::ToUnixSeconds(now) && expires - issued <= 3600;
  // Google's own clients mean Google's own endpoint wherever they are sent.
  const std::string audience = claims.Find("aud").StringOr("");
  const bool is_meant = audience == "https://oauth2.googleapis.com/token" ||
                        audience.ends_with("/google-sheets/token");
  if (claims.Find("iss").AsString() != kEmail || !in_time || !is_meant) {
    return Json(400,
                R"({"error":"invalid_grant","error_description":"Invalid JWT: Token must be a )"
                R"(short-lived token (60 minutes) and in a reasonable timeframe."})");
  }
  if (claims.Find("scope").AsString() != "https://www.googleapis.com/auth/spreadsheets") {
    return Json(400, R"({"error":"invalid_scope"})");
  }
  const std::string token = absl::StrCat("ya29.sandbox", ++issued_);
  tokens_.insert(token);
  return Json(
      200,
      absl::StrCat(R"({"access_token":")", token, R"(","expires_in":3599,"token_type":"Bearer"})"));
}

http::Response GoogleSheets::Values(const http::Request& request,
                                    std::string_view rest,
                                    absl::Time now) {
  const size_t colon = rest.find(':');  // Those of the range are encoded.
  const std::string range = http::PercentDecode(rest.substr(0, colon));
  const std::string_view verb = colon == std::string_view::npos ? "" : rest.substr(colon);
  const std::optional<Area> area = Parse(range);
  if (!area.has_value()) return NoSuchRange(range);
  if (verb == ":append" && request.method == "POST") return Append(request, *area, now);
  if (verb == ":clear" && request.method == "POST") return Clear(*area);
  if (!verb.empty() || request.method != "GET") return NotFound();
  json::Writer writer;
  WriteRange(*area, Parameter(request, "majorDimension") == "COLUMNS", writer);
  return Json(200, writer.Take());
}

http::Response GoogleSheets::Append(const http::Request& request,
                                    const Area& table,
                                    absl::Time now) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Refused(400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
  const std::vector<json::Value> values = body->root().Find("values").Elements();
  for (const json::Value& row : values) {
    for (const json::Value& cell : row.Elements()) {
      if (cell.AsText().value_or("").size() <= kLongestCell) continue;
      return Refused(400,
                     "INVALID_ARGUMENT",
                     "Your input contains more than the maximum of 50000 characters in a single "
                     "cell.");
    }
  }
  const bool overwrites = Parameter(request, "insertDataOption") != "INSERT_ROWS";
  const bool collides = overwrites && now - last_append_ < absl::Seconds(1) && rows_.size() > 1;
  last_append_ = now;
  const size_t first = rows_.size() - (collides ? 1 : 0);
  const bool raw = Parameter(request, "valueInputOption") == "RAW";
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values[i].size(); ++j) {
      Put(first + i, table.first_column + j, values[i].At(j), raw);
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
  if (!body.ok()) return Refused(400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
  const std::vector<json::Value> data = body->root().Find("data").Elements();
  std::vector<Area> areas;
  for (const json::Value& each : data) {
    const std::string range = each.Find("range").StringOr("");
    const std::optional<Area> area = Parse(range);
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
      Put(areas[i].first_row, areas[i].first_column + j, row.At(j), raw);
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
    const std::optional<Area> area = Parse(range);
    if (!area.has_value()) return NoSuchRange(range);
    WriteRange(*area, by_columns, writer);
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

http::Response GoogleSheets::Clear(const Area& area) {
  for (size_t row = area.first_row; row < std::min(area.end_row, rows_.size()); ++row) {
    for (size_t column = area.first_column; column < rows_[row].size(); ++column) {
      rows_[row][column].clear();
    }
  }
  return Json(200, "{}");
}

// "'Leads'!A1:H1", "Leads!A:A", "Leads!12:12", "Leads!B2"
std::optional<GoogleSheets::Area> GoogleSheets::Parse(std::string_view range) const {
  const size_t mark = range.rfind('!');
  if (mark == std::string_view::npos) return std::nullopt;
  std::string_view sheet = range.substr(0, mark);
  if (sheet.size() > 2 && sheet.front() == '\'') sheet = sheet.substr(1, sheet.size() - 2);
  if (sheet != kSheet) return std::nullopt;
  const std::string_view cells = range.substr(mark + 1);
  const size_t colon = cells.find(':');
  std::optional<size_t> rows[2];
  std::optional<size_t> columns[2];
  const std::string_view from = cells.substr(0, colon);
  const std::string_view to = colon == std::string_view::npos ? from : cells.substr(colon + 1);
  if (!ParseCell(from, rows[0], columns[0]) || !ParseCell(to, rows[1], columns[1])) {
    return std::nullopt;
  }
  return Area{rows[0].value_or(0),
              rows[1].has_value() ? *rows[1] + 1 : rows_.size(),
              columns[0].value_or(0),
              columns[1].value_or(kColumns - 1) + 1};
}

void GoogleSheets::Put(size_t row, size_t column, const json::Value& value, bool raw) {
  if (value.IsNull()) {
    if (row >= rows_.size()) rows_.resize(row + 1);
    return;
  }
  const std::string text = value.AsText().value_or("");
  if (!raw && !text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) {
    ++formulas_;
  }
  if (row >= rows_.size()) rows_.resize(row + 1);
  if (column >= rows_[row].size()) rows_[row].resize(column + 1);
  rows_[row][column] = value.ToJson();
}

// As Google answers: nothing after the last value, neither rows nor cells.
void GoogleSheets::WriteRange(const Area& area, bool by_columns, json::Writer& writer) const {
  const auto at = [this](size_t row, size_t column) -> std::string {
    if (row >= rows_.size() || column >= rows_[row].size()) return "";
    return rows_[row][column];
  };
  const size_t rows = std::min(area.end_row, rows_.size()) - std::min(area.first_row, rows_.size());
  const size_t columns = area.end_column - area.first_column;
  std::vector<std::vector<std::string>> lines(by_columns ? columns : rows);
  for (size_t i = 0; i < rows * columns; ++i) {
    const size_t row = i / columns;
    const size_t column = i % columns;
    const std::string cell = at(area.first_row + row, area.first_column + column);
    if (cell.empty()) continue;
    std::vector<std::string>& line = lines[by_columns ? column : row];
    line.resize((by_columns ? row : column) + 1, "\"\"");
    line.back() = cell;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  writer.StartObject().Member("range", "Leads!A1:Z1000");
  writer.Member("majorDimension", by_columns ? "COLUMNS" : "ROWS");
  if (!lines.empty()) {
    writer.Key("values").StartArray();
    for (const std::vector<std::string>& line : lines) {
      writer.StartArray();
      for (const std::string& cell : line) writer.Raw(cell.empty() ? "\"\"" : cell);
      writer.EndArray();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

Window* GoogleSheets::FindWindow(std::string_view name) {
  for (Window* each : {&reads_, &writes_}) {
    if (each->name() == name) return each;
  }
  return nullptr;
}

void GoogleSheets::Reset() {
  *this = GoogleSheets();
}

void GoogleSheets::Report(json::Writer& writer) const {
  int64_t duplicates = 0;
  std::set<std::string> seen;
  for (const Row& row : rows_) {
    if (!row.empty() && !row[0].empty() && !seen.insert(row[0]).second) ++duplicates;
  }
  writer.Member("rows", static_cast<int64_t>(rows_.size()) - 1);
  writer.Member("formulas", formulas_).Member("duplicates", duplicates);
  writer.Key("windows").StartArray();
  for (const Window* window : {&reads_, &writes_}) ReportWindow(*window, writer);
  writer.EndArray();
}

// Each row as an object by the headings.
void GoogleSheets::Records(std::string_view /*type*/, json::Writer& writer) const {
  writer.StartArray();
  for (size_t i = 1; i < rows_.size(); ++i) {
    writer.StartObject();
    for (size_t j = 0; j < std::min(rows_[i].size(), rows_[0].size()); ++j) {
      if (rows_[i][j].empty()) continue;
      const absl::StatusOr<json::Document> heading = json::Document::Parse(rows_[0][j]);
      if (heading.ok()) writer.Key(heading->root().StringOr("")).Raw(rows_[i][j]);
    }
    writer.EndObject();
  }
  writer.EndArray();
}

std::unique_ptr<System> Make() {
  return std::make_unique<GoogleSheets>();
}

}  // namespace leadrelay::sandbox::google_sheets
