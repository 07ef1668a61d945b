#pragma once
// The bulk jobs of the sandbox's Salesforce: people in as CSV, written in the org's own time. Pure.
// Facts: Bulk API 2.0 Developer Guide v67.0, "Bulk API 2.0 Ingest"; the form of sf__Error as
// jsforce 3.10 tests it against an org; the failed job as github.com/amp-labs/connectors/pull/118
// shows it.
//
// What it holds to:
//   - a job takes one upload, and begins once it is closed: it waits for half a second, then works
//     for one, and only then can anybody see what it wrote;
//   - a column that is no field, or lines that end in another way than was said, fail the whole
//   job;
//   - otherwise each row succeeds or fails for itself, and no header allows duplicates;
//   - an empty cell leaves a field as it is, #N/A empties it;
//   - results have every cell in quotes, and their rows in another order than the upload.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/http/message.h"
#include "tests/sandbox/systems/salesforce/database.h"

namespace leadrelay::sandbox::salesforce {

class Ingest {
 public:
  explicit Ingest(Database& database) : database_(database) {}

  // Writes what is due by now.
  void Work(absl::Time now);

  // `path` is what follows jobs/ingest.
  http::Response Handle(const http::Request& request,
                        const std::vector<std::string>& path,
                        absl::Time now);
  void Clear();

  int64_t created() const { return next_id_ - 1; }
  int64_t processed() const { return processed_; }

 private:
  using Cells = std::vector<std::string>;
  struct Job {
    std::string id;
    std::string operation;
    std::string object;
    std::string key_field;
    std::string line_ending;
    std::string state = "Open";  // "UploadComplete" includes "InProgress".
    std::string fault;
    bool uploaded = false;
    std::string csv;
    absl::Time created;
    absl::Time closed;
    Cells columns;
    std::vector<Cells> successes;  // sf__Id, sf__Created, columns.
    std::vector<Cells> failures;   // sf__Id, sf__Error, columns.
  };

  http::Response Create(const http::Request& request, absl::Time now);
  http::Response Change(Job& job, const http::Request& request, absl::Time now);
  static http::Response Upload(Job& job, const http::Request& request);
  static http::Response Show(int status, const Job& job, absl::Time now);
  static http::Response Results(const Job& job, const std::string& which);
  void Process(Job& job, absl::Time now);
  void ProcessRow(Job& job, const Cells& row, bool twice, absl::Time now);

  Database& database_;
  std::map<std::string, Job, std::less<>> jobs_;
  int64_t next_id_ = 1;
  int64_t processed_ = 0;
};

}  // namespace leadrelay::sandbox::salesforce
