#include "services/dlq/ledger/sqlite.h"

#include <gtest/gtest.h>

#include "tests/unit/dlq/scratch_ledger.h"

namespace leadrelay::dlq {
namespace {

using test::ScratchFolder;

std::unique_ptr<Database> OpenNumbers(const ScratchFolder& folder) {
  auto database = Database::Open(folder / "numbers.db", Database::Mode::kReadWrite);
  EXPECT_TRUE(database.ok()) << database.status();
  (*database)->Execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY, t TEXT, b BLOB) STRICT");
  EXPECT_TRUE((*database)->TakeError().ok());
  return *std::move(database);
}

int64_t CountRows(Database& database) {
  Statement count(database, "SELECT count(*) FROM numbers");
  Cursor cursor = count.Query();
  return cursor.Next() ? cursor.Int(0) : -1;
}

TEST(SqliteTest, ValuesComeBackAsTheyWere) {
  ScratchFolder folder;
  auto database = OpenNumbers(folder);
  const std::string bytes("a\0b\xff", 4);
  Statement insert(*database, "INSERT INTO numbers VALUES (?1, ?2, ?3)");
  EXPECT_EQ(insert.Execute(1, "", Blob{bytes}), 1);
  EXPECT_EQ(insert.Execute(2, std::string_view(), Blob{""}), 1);
  EXPECT_EQ(insert.Execute(3, nullptr, nullptr), 1);

  Statement select(*database, "SELECT n, t, b FROM numbers ORDER BY n");
  Cursor cursor = select.Query();
  ASSERT_TRUE(cursor.Next());
  EXPECT_FALSE(cursor.IsNull(1));
  EXPECT_EQ(cursor.Text(2), bytes);
  ASSERT_TRUE(cursor.Next());
  EXPECT_FALSE(cursor.IsNull(1));
  EXPECT_FALSE(cursor.IsNull(2));
  ASSERT_TRUE(cursor.Next());
  EXPECT_TRUE(cursor.IsNull(1));
  EXPECT_EQ(cursor.Time(2), absl::InfinitePast());
  EXPECT_FALSE(cursor.Next());
}

TEST(SqliteTest, AnErrorSticksAndNothingOfTheTransactionStays) {
  ScratchFolder folder;
  auto database = OpenNumbers(folder);
  Statement insert(*database, "INSERT INTO numbers VALUES (?1, ?2, NULL)");
  {
    Transaction transaction(*database, Transaction::Kind::kWrite);
    insert.Execute(1, "one");
    insert.Execute(1, "one again");  // Breaks the key.
    EXPECT_EQ(insert.Execute(2, "two"), 0);
    const absl::Status committed = transaction.Commit();
    EXPECT_EQ(committed.code(), absl::StatusCode::kInternal) << committed;
  }
  EXPECT_EQ(CountRows(*database), 0);

  Transaction transaction(*database, Transaction::Kind::kWrite);
  EXPECT_EQ(insert.Execute(1, "one"), 1);
  EXPECT_TRUE(transaction.Commit().ok());
  EXPECT_EQ(CountRows(*database), 1);
}

TEST(SqliteTest, ATransactionThatIsLeftHasNotHappened) {
  ScratchFolder folder;
  auto database = OpenNumbers(folder);
  {
    Transaction transaction(*database, Transaction::Kind::kWrite);
    database->Execute("INSERT INTO numbers VALUES (1, 'one', NULL)");
  }
  EXPECT_EQ(CountRows(*database), 0);
}

TEST(SqliteTest, AFullDiskIsResourceExhaustedAndPasses) {
  ScratchFolder folder;
  auto database = OpenNumbers(folder);
  const int64_t pages = database->PragmaInt("page_count");
  database->Execute(absl::StrCat("PRAGMA max_page_count=", pages + 2));
  Statement insert(*database, "INSERT INTO numbers VALUES (?1, 'large', ?2)");
  const std::string large(64 << 10, 'x');
  {
    Transaction transaction(*database, Transaction::Kind::kWrite);
    insert.Execute(1, Blob{large});
    EXPECT_EQ(transaction.Commit().code(), absl::StatusCode::kResourceExhausted);
  }
  database->Execute("PRAGMA max_page_count=100000");
  Transaction transaction(*database, Transaction::Kind::kWrite);
  insert.Execute(1, Blob{large});
  EXPECT_TRUE(transaction.Commit().ok());
  EXPECT_EQ(CountRows(*database), 1);
}

TEST(SqliteTest, WhatIsNoDatabaseIsDataLoss) {
  ScratchFolder folder;
  const std::string path = folder / "text.db";
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  for (int i = 0; i < 1000; ++i) std::fputs("this is no database ", file);
  std::fclose(file);
  EXPECT_EQ(Database::Open(path, Database::Mode::kReadWrite).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace leadrelay::dlq
