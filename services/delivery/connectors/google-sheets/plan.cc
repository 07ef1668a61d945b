#include "services/delivery/connectors/google-sheets/plan.h"

#include <algorithm>
#include <cctype>

#include "services/delivery/connectors/google-sheets/mark_step.h"
#include "services/delivery/connectors/google-sheets/rows_step.h"

namespace leadrelay::delivery::google_sheets {
namespace {

using Jobs = std::vector<const Job*>;

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) {
    return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
  });
  return text;
}

http::Request Read(std::string url) {
  http::Request request;
  request.url = std::move(url);
  return request;
}

std::string ColumnRange(const Settings& settings, const Header& header, std::string_view name) {
  const std::string column = ColumnName(header.Find(name).value_or(0));
  return Range(settings.sheet, absl::StrCat(column, ":", column));
}

std::string NewRow(const Job& job, const Settings& settings) {
  std::vector<MappedField> fields = FieldsOf(job, settings);
  fields.push_back({settings.delivery_column, job.delivery_id});
  // Only a lead's row is ever marked.
  if (settings.mark_synced && OperationOf(job.lead) == Operation::kLead) {
    fields.push_back({settings.synced_column, false});
  }
  return RowOf(HeaderOf(job), fields);
}

void Written(Job& job, size_t row, const char* effect) {
  Set(job.progress, kRow, absl::StrCat(row));
  Set(job.progress, kEffect, effect);
}

std::unique_ptr<const Step> ReadHeader(const Settings& settings) {
  RowsStep::Plan plan;
  plan.name = "read headings";
  plan.scope = kReads;
  plan.build = [&settings](const Jobs&) { return Read(ValuesUrl(settings, "1:1")); };
  plan.absorb = [](const std::vector<Job*>& jobs, const Answer& answer) {
    // An empty row has no values at all.
    if (!answer.body.Find("range").IsString()) return;
    const std::string header = Header::Of(answer.body).ToText();
    for (Job* job : jobs) Set(job->scratch, kHeader, header);
  };
  return std::make_unique<RowsStep>(std::move(plan));
}

// Whether an earlier attempt's row is there, and which row is to be marked.  There is no way but to
// read the whole column: people sort and filter, so the last rows are not the latest.
std::unique_ptr<const Step> ReadIds(const Settings& settings) {
  RowsStep::Plan plan;
  plan.name = "read delivery ids";
  plan.scope = kReads;
  plan.build = [&settings](const Jobs& jobs) {
    const std::string column =
        ColumnName(HeaderOf(*jobs.front()).Find(settings.delivery_column).value_or(0));
    return Read(absl::StrCat(ValuesUrl(settings, absl::StrCat(column, ":", column)),
                             "?majorDimension=COLUMNS"));
  };
  plan.absorb = [](const std::vector<Job*>& jobs, const Answer& answer) {
    if (!answer.body.Find("range").IsString()) return;
    const std::vector<std::string> ids = ColumnOf(answer.body);
    for (Job* job : jobs) {
      const auto found = std::ranges::find(ids, RowIdOf(*job));
      const size_t row = static_cast<size_t>(found - ids.begin()) + 1;
      if (found != ids.end() && MarksRow(*job)) Set(job->scratch, kFound, absl::StrCat(row));
      if (found != ids.end() && !MarksRow(*job)) Written(*job, row, "created");
      Set(job->scratch, kLooked, found == ids.end() ? "not there" : "there");
      job->unknown = false;
    }
  };
  return std::make_unique<RowsStep>(std::move(plan));
}

http::Request AppendRequest(const Settings& settings, const Jobs& jobs) {
  const Header header = HeaderOf(*jobs.front());
  const std::string cells = absl::StrCat("A1:", header.LastColumn(), "1");
  json::Writer writer;
  writer.StartObject().Member("range", Range(settings.sheet, cells));
  writer.Member("majorDimension", "ROWS").Key("values").StartArray();
  for (const Job* job : jobs) writer.Raw(NewRow(*job, settings));
  writer.EndArray().EndObject();
  // RAW: what begins with "=" is a text and no formula.  INSERT_ROWS: two appends at a time do not
  // land on one row.
  return JsonRequest("POST",
                     absl::StrCat(ValuesUrl(settings, cells),
                                  ":append?valueInputOption=RAW&insertDataOption=INSERT_ROWS&"
                                  "includeValuesInResponse=false"),
                     writer.Take());
}

// The rows stand in the order in which they were sent, and all of them or none.  An answer that
// says otherwise leaves the jobs as they are: unknown.
void AbsorbAppend(const std::vector<Job*>& jobs, const Answer& answer) {
  const json::Value updates = answer.body.Find("updates");
  const size_t first = FirstRowOf(updates.Find("updatedRange").StringOr(""));
  if (first == 0 || updates.Find("updatedRows").Int64Or(0) != static_cast<int64_t>(jobs.size())) {
    return;
  }
  for (size_t i = 0; i < jobs.size(); ++i) Written(*jobs[i], first + i, "created");
}

std::unique_ptr<const Step> Append(const Settings& settings) {
  RowsStep::Plan plan;
  plan.name = "append rows";
  plan.scope = kWrites;
  plan.creates = true;
  plan.build = [&settings](const Jobs& jobs) { return AppendRequest(settings, jobs); };
  plan.absorb = AbsorbAppend;
  plan.bytes = [&settings](const Job& job) { return NewRow(job, settings).size(); };
  return std::make_unique<RowsStep>(std::move(plan));
}

http::Request UpdateRequest(const Settings& settings, const Jobs& jobs) {
  json::Writer writer;
  writer.StartObject().Member("valueInputOption", "RAW").Key("data").StartArray();
  for (const Job* job : jobs) {
    const Header header = HeaderOf(*job);
    const std::string row = Get(job->scratch, kFound);
    writer.StartObject();
    writer.Member("range",
                  Range(settings.sheet, absl::StrCat("A", row, ":", header.LastColumn(), row)));
    writer.Member("majorDimension", "ROWS").Key("values").StartArray();
    writer.Raw(RowOf(header, FieldsOf(*job, settings))).EndArray().EndObject();
  }
  writer.EndArray().EndObject();
  return JsonRequest("POST", BatchUpdateUrl(settings), writer.Take());
}

std::unique_ptr<const Step> Update(const Settings& settings) {
  RowsStep::Plan plan;
  plan.name = "update rows";
  plan.scope = kWrites;
  plan.build = [&settings](const Jobs& jobs) { return UpdateRequest(settings, jobs); };
  plan.absorb = [](const std::vector<Job*>& jobs, const Answer& answer) {
    if (answer.body.Find("responses").size() != jobs.size()) return;
    for (Job* job : jobs) {
      size_t row = FirstRowOf(Get(job->scratch, kFound));
      Written(*job, row, "updated");
    }
  };
  plan.bytes = [&settings](const Job& job) {
    return RowOf(HeaderOf(job), FieldsOf(job, settings)).size();
  };
  return std::make_unique<RowsStep>(std::move(plan));
}

std::vector<std::string> KeyColumns(const Settings& settings, const Header& header) {
  std::vector<std::string> columns;
  for (const std::string& column : settings.key_columns) {
    if (header.Find(column).has_value()) columns.push_back(column);
  }
  return columns;
}

void FindRow(const Settings& settings, Job& job, const json::Value& ranges) {
  const auto [column, key] = KeyOf(job, settings);
  const std::vector<std::string> columns = KeyColumns(settings, HeaderOf(job));
  const auto at = std::ranges::find(columns, column);
  if (at == columns.end()) return;
  const json::Value range = ranges.At(static_cast<size_t>(at - columns.begin()));
  if (!range.IsObject()) return;
  const std::vector<std::string> cells = ColumnOf(range);
  Set(job.scratch, kLooked, "yes");
  job.unknown = false;
  for (size_t row = 1; row < cells.size(); ++row) {  // The first one is the heading.
    if (Lower(cells[row]) != key) continue;
    Set(job.scratch, kFound, absl::StrCat(row + 1));
    return;
  }
}

// Two operations on one person do not travel together: the second has to find the first one's row.
std::unique_ptr<const Step> ReadKeys(const Settings& settings) {
  RowsStep::Plan plan;
  plan.name = "read keys";
  plan.scope = kReads;
  plan.key = [&settings](const Job& job) { return KeyOf(job, settings).second; };
  plan.build = [&settings](const Jobs& jobs) {
    const Header header = HeaderOf(*jobs.front());
    std::string url = absl::StrCat(settings.base_url,
                                   "/v4/spreadsheets/",
                                   settings.spreadsheet_id,
                                   "/values:batchGet?majorDimension=COLUMNS");
    for (const std::string& column : KeyColumns(settings, header)) {
      absl::StrAppend(&url, "&ranges=", http::PercentEncode(ColumnRange(settings, header, column)));
    }
    return Read(std::move(url));
  };
  plan.absorb = [&settings](const std::vector<Job*>& jobs, const Answer& answer) {
    const json::Value ranges = answer.body.Find("valueRanges");
    for (Job* job : jobs) FindRow(settings, *job, ranges);
  };
  return std::make_unique<RowsStep>(std::move(plan));
}

}  // namespace

std::string ValuesUrl(const Settings& settings, std::string_view cells) {
  return absl::StrCat(settings.base_url,
                      "/v4/spreadsheets/",
                      settings.spreadsheet_id,
                      "/values/",
                      http::PercentEncode(Range(settings.sheet, cells)));
}

std::string BatchUpdateUrl(const Settings& settings) {
  return absl::StrCat(
      settings.base_url, "/v4/spreadsheets/", settings.spreadsheet_id, "/values:batchUpdate");
}

Header HeaderOf(const Job& job) {
  return Header::FromText(Get(job.scratch, kHeader));
}

std::vector<MappedField> FieldsOf(const Job& job, const Settings& settings) {
  return settings.row.Apply(FactsOf(job));
}

std::pair<std::string, std::string> KeyOf(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = FieldsOf(job, settings);
  for (const std::string& column : settings.key_columns) {
    const auto found = std::ranges::find(fields, column, &MappedField::field);
    if (found != fields.end()) return {column, Lower(ToText(found->value))};
  }
  return {};
}

bool UpdatesPerson(const Job& job) {
  return OperationOf(job.lead) == Operation::kUpdatePerson;
}

Plan::Plan(const Settings& settings)
    : read_header_(ReadHeader(settings)),
      read_ids_(ReadIds(settings)),
      mark_(MarkRows(settings)),
      append_(Append(settings)),
      update_(Update(settings)),
      read_keys_(ReadKeys(settings)),
      // What was found is written before anything else is looked for.
      steps_{read_header_.get(),
             read_ids_.get(),
             mark_.get(),
             append_.get(),
             update_.get(),
             read_keys_.get()} {}

const Step* Plan::Next(const Job& job) const {
  if (Has(job.progress, kRow)) return nullptr;
  if (!Has(job.scratch, kHeader)) return read_header_.get();
  const bool looked = Has(job.scratch, kLooked);
  if (MarksRow(job)) {
    if (!looked) return read_ids_.get();
    return Has(job.scratch, kFound) ? mark_.get() : nullptr;
  }
  if (UpdatesPerson(job)) {
    if (!looked) return read_keys_.get();
    return Has(job.scratch, kFound) ? update_.get() : append_.get();
  }
  return job.unknown && !looked ? read_ids_.get() : append_.get();
}

}  // namespace leadrelay::delivery::google_sheets
