#include "services/dlq/ledger/schema.h"

#include <gtest/gtest.h>

#include "tests/support/run_on_loop.h"
#include "tests/unit/dlq/scratch_ledger.h"

namespace leadrelay::dlq {
namespace {

using test::ScratchFolder;

std::unique_ptr<Database> Open(const std::string& path) {
  auto database = Database::Open(path, Database::Mode::kReadWrite);
  EXPECT_TRUE(database.ok()) << database.status();
  return *std::move(database);
}

TEST(SchemaTest, MigratingAgainChangesNothing) {
  ScratchFolder folder;
  auto database = Open(folder / "ledger.db");
  EXPECT_TRUE(Migrate(*database).ok());
  const int64_t version = database->PragmaInt("schema_version");
  EXPECT_TRUE(Migrate(*database).ok());
  EXPECT_EQ(database->PragmaInt("schema_version"), version);
}

// A file in the field, as the version before marks left it.
TEST(SchemaTest, AnOlderFileIsBroughtUpToDate) {
  ScratchFolder folder;
  auto database = Open(folder / "ledger.db");
  EXPECT_TRUE(Migrate(*database).ok());
  database->Execute("DROP TABLE marks");
  database->Execute("ALTER TABLE leads DROP COLUMN operation");
  database->Execute("INSERT INTO leads (lead_id, accepted_at) VALUES ('l-1', 7)");
  database->Execute("PRAGMA user_version=1");
  EXPECT_TRUE(Migrate(*database).ok());
  Statement old(*database, "SELECT lead_id, operation FROM leads");
  Cursor cursor = old.Query();
  ASSERT_TRUE(cursor.Next());
  EXPECT_EQ(cursor.Text(0), "l-1");
  EXPECT_EQ(cursor.Text(1), "");
}

TEST(SchemaTest, AnothersFileAndANewerOneAreLeftAlone) {
  ScratchFolder folder;
  auto others = Open(folder / "others.db");
  others->Execute("CREATE TABLE t (x)");
  EXPECT_EQ(Migrate(*others).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(others->PragmaInt("user_version"), 0);

  auto newer = Open(folder / "newer.db");
  EXPECT_TRUE(Migrate(*newer).ok());
  newer->Execute("PRAGMA user_version=1000");
  EXPECT_EQ(Migrate(*newer).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(SchemaTest, ACommittedTransactionSurvivesPowerLoss) {
  ScratchFolder folder;
  auto database = Open(folder / "ledger.db");
  EXPECT_EQ(database->PragmaInt("synchronous"), 2);  // FULL: the log is synced at every commit.
  Statement mode(*database, "PRAGMA journal_mode");
  Cursor cursor = mode.Query();
  ASSERT_TRUE(cursor.Next());
  EXPECT_EQ(cursor.Text(0), "wal");
}

coro::Task<void> OpenTwice(test::OnLoop& on, std::string path) {
  {
    auto first = Ledger::Open(on.loop, on.timers, path);
    EXPECT_TRUE(first.ok()) << first.status();
    auto second = Ledger::Open(on.loop, on.timers, path);
    EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  }
  EXPECT_TRUE(Ledger::Open(on.loop, on.timers, path).ok());
  co_return;
}

TEST(LedgerTest, OneProcessPerFile) {
  ScratchFolder folder;
  const std::string path = folder / "ledger.db";
  test::RunOnLoop([&path](test::OnLoop& on) { return OpenTwice(on, path); });
}

}  // namespace
}  // namespace leadrelay::dlq
