#include "tests/sandbox/systems/salesforce/ingest.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "common/text/csv.h"
#include "tests/sandbox/systems/salesforce/answers.h"

namespace leadrelay::sandbox::salesforce {
namespace {

constexpr absl::Duration kQueued = absl::Milliseconds(500);
constexpr absl::Duration kWorking = absl::Seconds(1);
constexpr std::string_view kNull = "#N/A";

std::string CsvRow(const std::vector<std::string>& cells) {
  std::string row;
  for (const std::string& cell : cells) {
    absl::StrAppend(
        &row, row.empty() ? "" : ",", "\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
  }
  return row + "\n";
}

http::Response Csv(std::string body) {
  return http::Response{200, {{"Content-Type", "text/csv"}}, std::move(body)};
}

http::Response NoSuchJob() {
  return Error(404, "NOT_FOUND", "The requested resource does not exist");
}

http::Response WrongState(const std::string& state) {
  return Error(400, "INVALIDJOBSTATE", absl::StrCat("the job is ", state));
}

json::Document BodyOf(const http::Request& request) {
  absl::StatusOr<json::Document> document = json::Document::Parse(request.body);
  return document.ok() ? *std::move(document) : json::Document();
}

bool EndsItsLines(std::string_view csv, std::string_view ending) {
  const size_t at = csv.find('\n');
  const bool crlf = at != std::string_view::npos && at > 0 && csv[at - 1] == '\r';
  return crlf == (ending == "CRLF");
}

}  // namespace

void Ingest::Work(absl::Time now) {
  for (auto& [id, job] : jobs_) {
    if (job.state == "UploadComplete" && now >= job.closed + kQueued + kWorking) Process(job, now);
  }
}

http::Response Ingest::Handle(const http::Request& request,
                              const std::vector<std::string>& path,
                              absl::Time now) {
  if (path.empty()) {
    return request.method == "POST" ? Create(request, now)
                                    : Error(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed");
  }
  const auto found = jobs_.find(path[0]);
  if (found == jobs_.end()) return NoSuchJob();
  Job& job = found->second;
  if (path.size() == 2 && path[1] == "batches") return Upload(job, request);
  if (path.size() == 2) return Results(job, path[1]);
  if (request.method == "PATCH") return Change(job, request, now);
  if (request.method == "DELETE") {
    jobs_.erase(found);
    return http::Response{204, {}, ""};
  }
  return Show(200, job, now);
}

http::Response Ingest::Create(const http::Request& request, absl::Time now) {
  const json::Document body = BodyOf(request);
  const auto text = [&body](const char* name, const char* fallback) {
    return body.root().Find(name).StringOr(fallback);
  };
  Job job;
  job.object = text("object", "");
  job.operation = text("operation", "");
  job.key_field = text("externalIdFieldName", "");
  job.line_ending = text("lineEnding", "LF");
  job.created = now;
  const Object* object = database_.FindObject(job.object);
  if (object == nullptr) return Error(400, "INVALIDENTITY", "no such object: " + job.object);
  const auto key = object->fields.find(job.key_field);
  const bool upsert = job.operation == "upsert";
  if (!upsert && job.operation != "insert") {
    return Error(400, "INVALIDOPERATION", "no such operation: " + job.operation);
  }
  if (upsert && (key == object->fields.end() || !key->second.unique)) {
    return Error(400, "INVALIDJOB", "InvalidJob : Field name provided is not an external id");
  }
  job.id = absl::StrFormat("7505g%010dAAA", next_id_++);
  const std::string id = job.id;
  return Show(200, jobs_.emplace(id, std::move(job)).first->second, now);
}

http::Response Ingest::Upload(Job& job, const http::Request& request) {
  if (request.method != "PUT") return Error(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed");
  if (!request.headers.Get("content-type").starts_with("text/csv")) {
    return Error(415, "UNSUPPORTED_MEDIA_TYPE", "text/csv is taken");
  }
  if (job.state != "Open") return WrongState(job.state);
  if (job.uploaded) return Error(400, "INVALIDJOB", "Found multiple contents for job");
  job.uploaded = true;
  job.csv = request.body;
  return http::Response{201, {}, ""};
}

http::Response Ingest::Change(Job& job, const http::Request& request, absl::Time now) {
  const std::string state = BodyOf(request).root().Find("state").StringOr("");
  if (job.state != "Open") return WrongState(job.state);
  if (state != "UploadComplete" && state != "Aborted") return WrongState(state);
  job.state = state;
  job.closed = now;
  return Show(200, job, now);
}

http::Response Ingest::Show(int status, const Job& job, absl::Time now) {
  const bool working = job.state == "UploadComplete" && now >= job.closed + kQueued;
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3S+0000", job.created, absl::UTCTimeZone());
  json::Writer writer;
  writer.StartObject()
      .Member("id", job.id)
      .Member("operation", job.operation)
      .Member("object", job.object)
      .Member("createdById", "0055g000000sandAAA")
      .Member("createdDate", time)
      .Member("systemModstamp", time)
      .Member("state", working ? "InProgress" : job.state)
      .Member("concurrencyMode", "Parallel")
      .Member("contentType", "CSV")
      .Member("apiVersion", 67.0)
      .Member("contentUrl", absl::StrCat("services/data/v67.0/jobs/ingest/", job.id, "/batches"))
      .Member("lineEnding", job.line_ending)
      .Member("columnDelimiter", "COMMA")
      .Member("jobType", "V2Ingest")
      .Member("numberRecordsProcessed",
              static_cast<int64_t>(job.successes.size() + job.failures.size()))
      .Member("numberRecordsFailed", static_cast<int64_t>(job.failures.size()));
  if (!job.key_field.empty()) writer.Member("externalIdFieldName", job.key_field);
  if (!job.fault.empty()) writer.Member("errorMessage", job.fault);
  writer.EndObject();
  return Json(status, writer);
}

http::Response Ingest::Results(const Job& job, const std::string& which) {
  if (job.state == "Open" || job.state == "UploadComplete") return WrongState(job.state);
  const bool successes = which == "successfulResults";
  if (!successes && which != "failedResults" && which != "unprocessedrecords") return NoSuchJob();
  // Who was not processed is told by the columns that were sent alone; here, that is nobody.
  Cells header;
  if (which != "unprocessedrecords") header = {"sf__Id", successes ? "sf__Created" : "sf__Error"};
  header.insert(header.end(), job.columns.begin(), job.columns.end());
  std::string csv = CsvRow(header);
  if (which == "unprocessedrecords") return Csv(csv);
  const std::vector<Cells>& rows = successes ? job.successes : job.failures;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) csv += CsvRow(*row);
  return Csv(csv);
}

void Ingest::Process(Job& job, absl::Time now) {
  const Object& object = *database_.FindObject(job.object);
  text::CsvReader reader(job.csv);
  if (std::optional<text::CsvRecord> header = reader.Next()) job.columns = header->cells;
  job.state = "Failed";
  if (!EndsItsLines(job.csv, job.line_ending)) {
    job.fault = absl::StrCat(
        "ClientInputError : LineEnding is invalid on user data. Current "
        "LineEnding setting is ",
        job.line_ending);
    return;
  }
  for (const std::string& column : job.columns) {
    if (column == "Id" || object.fields.contains(column)) continue;
    job.fault = absl::StrCat("InvalidBatch : Field name not found : ", column);
    return;
  }
  const auto key = std::ranges::find(job.columns, job.key_field);
  if (job.operation == "upsert" && key == job.columns.end()) {
    job.fault = absl::StrCat("InvalidBatch : Field name not found : ", job.key_field);
    return;
  }
  std::vector<Cells> rows;
  std::map<std::string, int> times;
  while (std::optional<text::CsvRecord> record = reader.Next()) {
    record->cells.resize(job.columns.size());
    if (key != job.columns.end()) {
      ++times[Lower(record->cells[static_cast<size_t>(key - job.columns.begin())])];
    }
    rows.push_back(std::move(record->cells));
  }
  for (const Cells& row : rows) {
    const bool twice = key != job.columns.end() &&
                       times[Lower(row[static_cast<size_t>(key - job.columns.begin())])] > 1;
    ProcessRow(job, row, twice, now);
  }
  job.state = "JobComplete";
}

void Ingest::ProcessRow(Job& job, const Cells& row, bool twice, absl::Time now) {
  ++processed_;
  json::Writer writer;
  writer.StartObject();
  std::string key;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i].empty()) continue;
    if (job.columns[i] == job.key_field) key = row[i];
    writer.Member(job.columns[i], row[i] == kNull ? std::string() : row[i]);
  }
  writer.EndObject();
  const json::Document values = *json::Document::Parse(writer.Take());
  Record* old = database_.FindBy(job.object, job.key_field, key);
  std::optional<Refusal> refusal = database_.Check(job.object, values.root(), old, false);
  if (twice) {
    refusal =
        Refusal{"DUPLICATE_VALUE", "Duplicate external id specified: " + key, {job.key_field}, {}};
  }
  Cells result;
  if (refusal.has_value()) {
    result = {
        "",
        absl::StrCat(
            refusal->code, ":", refusal->message, ":", absl::StrJoin(refusal->fields, ","), " --")};
  } else if (old != nullptr) {
    Database::Patch(*old, values.root());
    result = {old->id, "false"};
  } else {
    result = {database_.Create(job.object, values.root(), now).id, "true"};
  }
  result.insert(result.end(), row.begin(), row.end());
  (refusal.has_value() ? job.failures : job.successes).push_back(std::move(result));
}

void Ingest::Clear() {
  jobs_.clear();
  next_id_ = 1;
  processed_ = 0;
}

}  // namespace leadrelay::sandbox::salesforce
