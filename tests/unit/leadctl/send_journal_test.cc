#include "tools/leadctl/send_journal.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

namespace fs = std::filesystem;

const std::string kDigest(64, 'a');
const std::string kOther(64, 'b');

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::app) << text;
}

class SendJournalTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "leadrelay-journal-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    file_ = folder_ + "/leads.csv";
    Append(file_, "email\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  absl::StatusOr<SendJournal> Open(const std::string& digest = kDigest,
                                   const std::string& key_column = "id") {
    return SendJournal::Open(file_, digest, key_column);
  }

  std::string folder_;
  std::string file_;
};

TEST_F(SendJournalTest, GoesOnWhereTheLastRunStopped) {
  {
    absl::StatusOr<SendJournal> journal = Open();
    ASSERT_EQ(journal.status(), absl::OkStatus());
    EXPECT_EQ(journal->checkpoint(), (Checkpoint{kDigest, "id", 0, 0, 0, 0}));
    EXPECT_EQ(journal->Advance(3, 0, ""), absl::OkStatus());
    EXPECT_EQ(journal->Advance(1, 1, "{\"row\":4}\n"), absl::OkStatus());
  }
  absl::StatusOr<SendJournal> again = Open();
  ASSERT_EQ(again.status(), absl::OkStatus());
  EXPECT_EQ(again->checkpoint(), (Checkpoint{kDigest, "id", 5, 4, 1, 10}));
}

TEST_F(SendJournalTest, DropsRejectedRowsThatTheCheckpointDoesNotKnow) {
  {
    absl::StatusOr<SendJournal> journal = Open();
    ASSERT_EQ(journal.status(), absl::OkStatus());
    EXPECT_EQ(journal->Advance(0, 1, "one\n"), absl::OkStatus());
    Append(journal->rejected_path(), "two, and then the power went");
  }
  absl::StatusOr<SendJournal> again = Open();
  ASSERT_EQ(again.status(), absl::OkStatus());
  EXPECT_EQ(again->Advance(0, 1, "two\n"), absl::OkStatus());
  EXPECT_EQ(ReadAll(again->rejected_path()), "one\ntwo\n");
}

TEST_F(SendJournalTest, RefusesAFileThatHasChanged) {
  EXPECT_EQ(Open()->Advance(2, 0, ""), absl::OkStatus());
  EXPECT_EQ(
      Open(kOther).status(),
      absl::FailedPreconditionError(absl::StrCat(file_, " was sent up to row 2 and then changed")));
  EXPECT_EQ(Open(kDigest, "email").status(),
            absl::FailedPreconditionError(
                absl::StrCat(file_, " was sent up to row 2 and then with another --key-column")));
}

TEST_F(SendJournalTest, RefusesAResumeFileThatCannotBeRead) {
  Append(file_ + ".leadctl-resume", "{");
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SendJournalTest, OneAtATime) {
  absl::StatusOr<SendJournal> first = Open();
  ASSERT_EQ(first.status(), absl::OkStatus());
  EXPECT_EQ(Open().status(),
            absl::UnavailableError(absl::StrCat("another leadctl is sending ", file_)));
}

TEST_F(SendJournalTest, FinishedItLeavesOnlyTheRejectedRows) {
  {
    absl::StatusOr<SendJournal> journal = Open();
    ASSERT_EQ(journal.status(), absl::OkStatus());
    EXPECT_EQ(journal->Advance(1, 1, "one\n"), absl::OkStatus());
    journal->Finish();
    EXPECT_FALSE(fs::exists(journal->resume_path()));
    EXPECT_EQ(ReadAll(journal->rejected_path()), "one\n");
  }
  absl::StatusOr<SendJournal> next = Open(kOther);
  ASSERT_EQ(next.status(), absl::OkStatus());
  EXPECT_EQ(next->checkpoint(), (Checkpoint{kOther, "id", 0, 0, 0, 0}));
  EXPECT_FALSE(fs::exists(next->rejected_path()));
}

TEST_F(SendJournalTest, SaysWhatItCannotWrite) {
  absl::StatusOr<SendJournal> journal = Open();
  ASSERT_EQ(journal.status(), absl::OkStatus());
  fs::remove_all(folder_);
  EXPECT_EQ(journal->Advance(1, 0, ""),
            absl::UnavailableError(absl::StrCat(
                "cannot write ", journal->resume_path(), ".new: No such file or directory")));
}

}  // namespace
}  // namespace leadrelay::leadctl
