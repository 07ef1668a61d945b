// `leadctl crm` for Google Sheets: rows searched, read, changed and emptied by their number, and
// the headings.  A row is changed by columns' letters, since one request cannot ask for their
// headings.

#include <algorithm>
#include <cctype>

#include "services/delivery/connectors/google-sheets/google_sheets.h"

namespace leadrelay::delivery::google_sheets {
namespace {

using Kind = Question::Kind;

bool IsRowNumber(std::string_view text) {
  return !text.empty() && text.size() <= 8 && text != "0" && text.front() != '0' && text != "1" &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool IsColumn(std::string_view text) {
  return !text.empty() && text.size() <= 3 &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= 'A' && c <= 'Z'; });
}

std::string Lower(std::string text) {
  std::ranges::transform(
      text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string SpreadsheetUrl(const Settings& settings) {
  return absl::StrCat(settings.base_url, "/v4/spreadsheets/", settings.spreadsheet_id);
}

std::optional<http::Request> AskToUpdate(const Settings& settings, const Question& question) {
  json::Writer writer;
  writer.StartObject().Member("valueInputOption", "RAW").Key("data").StartArray();
  for (const auto& [column, value] : question.fields) {
    if (!IsColumn(column)) return std::nullopt;
    writer.StartObject().Member("range", Range(settings.sheet, column + question.id));
    writer.Key("values").StartArray().StartArray().String(value).EndArray().EndArray();
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return JsonRequest(
      "POST", absl::StrCat(SpreadsheetUrl(settings), "/values:batchUpdate"), writer.Take());
}

Found ReadRow(const Header& header, const json::Value& row, size_t number) {
  Found found{absl::StrCat(number), {}};
  for (size_t i = 0; i < row.size(); ++i) {
    std::string value = row.At(i).AsText().value_or("");
    if (value.empty()) continue;
    const bool named = i < header.names().size() && !header.names()[i].empty();
    found.fields.emplace_back(named ? header.names()[i] : ColumnName(i), std::move(value));
  }
  return found;
}

std::vector<Found> Search(const json::Value& body, const std::string& text) {
  const Header header = Header::Of(body);
  const std::vector<json::Value> rows = body.Find("values").Elements();
  std::vector<Found> all;
  for (size_t i = 1; i < rows.size(); ++i) {
    Found row = ReadRow(header, rows[i], i + 1);
    const bool matches = std::ranges::any_of(row.fields, [&text](const auto& field) {
      return Lower(field.second).find(Lower(text)) != std::string::npos;
    });
    if (matches) all.push_back(std::move(row));
  }
  return all;
}

absl::Status Refusal(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::kUnauthorized) {
    return absl::UnauthenticatedError(absl::StrCat(outcome.reason, ": ", outcome.remedy));
  }
  if (outcome.kind == Outcome::Kind::kRejected) {
    const std::string message = absl::StrCat(outcome.reason, ": ", outcome.remedy);
    return outcome.status == 404 ? absl::NotFoundError(message)
                                 : absl::InvalidArgumentError(message);
  }
  return absl::UnavailableError(absl::StrCat("Google does not answer now: ", outcome.reason));
}

}  // namespace

std::optional<http::Request> GoogleSheets::Ask(const Question& question) const {
  if (question.object != "person") return std::nullopt;
  const bool by_id = question.kind == Kind::kGet || question.kind == Kind::kUpdate ||
                     question.kind == Kind::kDelete;
  if (by_id && !IsRowNumber(question.id)) return std::nullopt;
  const std::string row = absl::StrCat(question.id, ":", question.id);
  http::Request request;
  switch (question.kind) {
    case Kind::kSearch:
      request.url = ValuesUrl(settings_, "A:ZZ");
      return request;
    case Kind::kGet:
      request.url = absl::StrCat(SpreadsheetUrl(settings_),
                                 "/values:batchGet?ranges=",
                                 http::PercentEncode(Range(settings_.sheet, "1:1")),
                                 "&ranges=",
                                 http::PercentEncode(Range(settings_.sheet, row)));
      return request;
    case Kind::kUpdate:
      return AskToUpdate(settings_, question);
    case Kind::kDelete:
      return JsonRequest("POST", absl::StrCat(ValuesUrl(settings_, row), ":clear"), "{}");
    case Kind::kFields:
      request.url = ValuesUrl(settings_, "1:1");
      return request;
    case Kind::kStages:
      return std::nullopt;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Found>> GoogleSheets::ReadAnswer(const Question& question,
                                                            const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict =
      JudgeReply({response, body}, false, settings_.account.email, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) return Refusal(verdict.outcome);
  if (!body.IsObject()) return absl::UnavailableError("the answer is not Google's");
  switch (question.kind) {
    case Kind::kSearch:
      return Search(body, question.text);
    case Kind::kGet: {
      const json::Value ranges = body.Find("valueRanges");
      const json::Value row = ranges.At(1).Find("values").At(0);
      if (row.size() == 0) return absl::NotFoundError("the row is empty");
      const size_t number = FirstRowOf(question.id);
      return std::vector<Found>{ReadRow(Header::Of(ranges.At(0)), row, number)};
    }
    case Kind::kFields: {
      std::vector<Found> all;
      const Header header = Header::Of(body);
      for (size_t i = 0; i < header.names().size(); ++i) {
        all.push_back({ColumnName(i), {{"name", header.names()[i]}}});
      }
      return all;
    }
    default:
      return std::vector<Found>{{question.id, {}}};
  }
}

}  // namespace leadrelay::delivery::google_sheets
