#include "tests/sandbox/systems/google-sheets/google_sheets.h"

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/google-sheets/answers.h"

namespace leadrelay::sandbox::google_sheets {
namespace {

constexpr int64_t kPerMinute = 60;

}  // namespace

GoogleSheets::GoogleSheets()
    : reads_("reads", kPerMinute, absl::Minutes(1)),
      writes_("writes", kPerMinute, absl::Minutes(1)) {}

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
  writer.Member("rows", static_cast<int64_t>(sheet_.rows().size()) - 1);
  writer.Member("formulas", sheet_.formulas()).Member("duplicates", sheet_.Duplicates());
  writer.Key("windows").StartArray();
  for (const Window* window : {&reads_, &writes_}) ReportWindow(*window, writer);
  writer.EndArray();
}

void GoogleSheets::Records(std::string_view /*type*/, json::Writer& writer) const {
  sheet_.WriteRows(writer);
}

std::unique_ptr<System> Make() {
  return std::make_unique<GoogleSheets>();
}

}  // namespace leadrelay::sandbox::google_sheets
