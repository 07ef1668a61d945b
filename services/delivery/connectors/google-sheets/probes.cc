// `leadctl test` for Google Sheets: may the account see the spreadsheet, is the tab there, has it
// the columns.  Whether it may also write shows only in writing.

#include <algorithm>

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"
#include "services/delivery/connectors/google-sheets/google_sheets.h"

namespace leadrelay::delivery::google_sheets {
namespace {

constexpr std::string_view kSpreadsheet = "the spreadsheet is shared and has the tab";
constexpr std::string_view kColumns = "the tab has the mapped columns";

Finding JudgeTabs(const Settings& settings, const json::Value& body) {
  std::vector<std::string> titles;
  for (const json::Value& sheet : body.Find("sheets").Elements()) {
    titles.push_back(sheet.Find("properties").Find("title").StringOr(""));
  }
  if (std::ranges::find(titles, settings.sheet) != titles.end()) {
    return {true, std::string(kSpreadsheet), ""};
  }
  return {false,
          absl::StrCat("the spreadsheet has no tab ",
                       settings.sheet,
                       config::DidYouMean(settings.sheet, titles)),
          absl::StrCat("set `sheet` to one of: ", absl::StrJoin(titles, ", "))};
}

}  // namespace

std::vector<Probe> GoogleSheets::Probes(absl::Time /*now*/) const {
  std::vector<Probe> probes(2);
  probes[0].what = kSpreadsheet;
  probes[0].request.url =
      absl::StrCat(settings_.base_url,
                   "/v4/spreadsheets/",
                   settings_.spreadsheet_id,
                   "?fields=spreadsheetId%2Csheets.properties(sheetId%2Ctitle)");
  probes[1].what = kColumns;
  probes[1].request.url = ValuesUrl(settings_, "1:1");
  return probes;
}

Finding GoogleSheets::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const Verdict verdict =
      JudgeReply({response, body}, false, settings_.account.email, absl::UnixEpoch());
  if (verdict.reach != Verdict::Reach::kNone) {
    const std::string& remedy = verdict.outcome.remedy;
    return {false,
            verdict.outcome.reason,
            remedy.empty() ? "Google is in trouble or over its limit: try again later" : remedy};
  }
  if (!body.IsObject()) {
    return {false,
            "the answer is not Google's: it is no JSON object",
            "check base_url: is it https://sheets.googleapis.com?"};
  }
  if (probe.what == kSpreadsheet) return JudgeTabs(settings_, body);

  const Header header = Header::Of(body);
  std::vector<std::string> faults;
  if (const std::optional<std::string> fault = FaultIn(header)) faults.push_back(*fault);
  std::vector<std::string> wanted = settings_.row.Fields();
  if (settings_.mark_synced) wanted.push_back(settings_.synced_column);
  for (const std::string& column : wanted) {
    if (header.Find(column).has_value()) continue;
    faults.push_back(
        absl::StrCat("the tab has no column ", column, config::DidYouMean(column, header.names())));
  }
  if (faults.empty()) return {true, std::string(kColumns), ""};
  return {false,
          absl::StrJoin(faults, "; "),
          "put the headings into the first row of the tab, from its first cell on, or correct the "
          "mapping"};
}

}  // namespace leadrelay::delivery::google_sheets
