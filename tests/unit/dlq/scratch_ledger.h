#pragma once
// A ledger's writing side and reading side on a file of its own, gone with the test.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "services/dlq/ledger/ledger.h"
#include "services/dlq/ledger/schema.h"

namespace leadrelay::test {

class ScratchFolder {
 public:
  ScratchFolder() {
    // In memory where there is such a thing: hundreds of files that live for a millisecond each.
    const bool in_memory = std::filesystem::is_directory("/dev/shm");
    const std::filesystem::path root =
        in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
    std::string pattern = (root / "leadrelay-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

class ScratchLedger {
 public:
  // `marking`: the destinations with mark_synced.
  explicit ScratchLedger(std::set<std::string> marking = {}) : marking_(std::move(marking)) {
    Open();
  }
  std::string path() const { return folder_ / "ledger.db"; }
  // As after the process has died and was started again.
  void Reopen() {
    reader_.reset();
    side_.reset();
    read_.reset();
    write_.reset();
    Open();
  }
  dlq::Database& database() { return *write_; }
  dlq::WriteSide& side() { return *side_; }
  dlq::Reader& reader() { return *reader_; }

  void Record(const std::vector<dlq::Entry>& entries,
              absl::Time now = absl::FromUnixSeconds(1'790'001'000)) {
    absl::Status recorded = side_->recorder.Record(entries, now);
    EXPECT_TRUE(recorded.ok()) << recorded;
  }
  dlq::Books books() { return side_->rows.ReadBooks(); }
  // Counted from the rows, to hold the kept books against.
  dlq::Books CountedBooks() {
    dlq::Books books;
    dlq::Statement all(*write_,
                       "SELECT destination, state, accepted, '', 0, '', '', '', NULL, NULL"
                       " FROM deliveries");
    dlq::Cursor cursor = all.Query();
    while (cursor.Next()) books[cursor.Text(0)].Count(dlq::ReadDelivery(cursor, 1), 1);
    return books;
  }
  dlq::LeadRecord Lead(const std::string& lead_id) {
    auto lead = reader_->Lead(lead_id);
    EXPECT_TRUE(lead.ok()) << lead.status();
    return lead.ok() && lead->has_value() ? **std::move(lead) : dlq::LeadRecord();
  }
  std::vector<dlq::DeadLetterRecord> Letters(dlq::DeadLetterFilter filter = {}) {
    auto letters = reader_->DeadLetters(filter, 0, 1000);
    EXPECT_TRUE(letters.ok()) << letters.status();
    return letters.ok() ? *std::move(letters) : std::vector<dlq::DeadLetterRecord>();
  }

 private:
  void Open() {
    using dlq::Database;
    auto write = Database::Open(path(), Database::Mode::kReadWrite);
    if (!write.ok()) std::abort();
    write_ = *std::move(write);
    write_->Execute(
        "PRAGMA synchronous=OFF");  // No test pulls the plug, and syncing takes its time.
    if (!dlq::Migrate(*write_).ok()) std::abort();
    auto read = Database::Open(path(), Database::Mode::kReadOnly);
    if (!read.ok()) std::abort();
    read_ = *std::move(read);
    side_ = std::make_unique<dlq::WriteSide>(*write_, marking_);
    reader_ = std::make_unique<dlq::Reader>(*read_);
  }

  const std::set<std::string> marking_;
  ScratchFolder folder_;
  std::unique_ptr<dlq::Database> write_;
  std::unique_ptr<dlq::Database> read_;
  std::unique_ptr<dlq::WriteSide> side_;
  std::unique_ptr<dlq::Reader> reader_;
};

}  // namespace leadrelay::test
