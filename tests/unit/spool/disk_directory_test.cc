// The real file system: names, permissions, the lock, and errors in the system's words.

#include "services/ingest/spool/disk_directory.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace leadrelay::ingest {
namespace {

namespace fs = std::filesystem;

class DiskDirectoryTest : public testing::Test {
 public:
  DiskDirectoryTest() {
    std::string name = fs::temp_directory_path() / "leadrelay-spool-XXXXXX";  // mkdtemp fills in.
    if (mkdtemp(name.data()) == nullptr) std::abort();
    scratch_ = name;
  }
  ~DiskDirectoryTest() override { fs::remove_all(scratch_); }

 protected:
  static unsigned ModeOf(const fs::path& path) {
    struct stat facts {};
    EXPECT_EQ(stat(path.c_str(), &facts), 0);
    return facts.st_mode & 07777;
  }

  fs::path scratch_;
};

TEST_F(DiskDirectoryTest, IsForItsOwnerAlone) {
  const mode_t before = umask(0);
  auto directory = DiskDirectory::Open(scratch_ / "spool");
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_TRUE((*directory)->Create("a").ok());
  umask(before);
  EXPECT_FALSE((*directory)->open_to_others());
  EXPECT_EQ(ModeOf(scratch_ / "spool"), 0700u);
  EXPECT_EQ(ModeOf(scratch_ / "spool" / "a"), 0600u);
  EXPECT_EQ(ModeOf(scratch_ / "spool" / "lock"), 0600u);

  fs::create_directory(scratch_ / "open");
  fs::permissions(scratch_ / "open", fs::perms::others_read | fs::perms::owner_all);
  auto open = DiskDirectory::Open(scratch_ / "open");
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_TRUE((*open)->open_to_others());
}

TEST_F(DiskDirectoryTest, FilesAreWrittenReadRenamedAndRemoved) {
  auto directory = DiskDirectory::Open(scratch_ / "spool");
  ASSERT_TRUE(directory.ok()) << directory.status();
  Directory& disk = **directory;
  {
    auto file = disk.Create("b");
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_EQ(*(*file)->Write("one "), 4u);
    EXPECT_EQ(*(*file)->Write("two"), 3u);
    EXPECT_TRUE((*file)->Sync().ok());
  }
  EXPECT_TRUE(absl::IsAlreadyExists(disk.Create("b").status()));
  ASSERT_TRUE(disk.Create("a").ok());
  fs::create_directory(scratch_ / "spool" / "folder");
  EXPECT_TRUE(disk.Sync().ok());
  EXPECT_EQ(*disk.List(), (std::vector<Directory::Entry>{{"a", 0}, {"b", 7}, {"lock", 0}}));
  EXPECT_EQ(*disk.Read("b"), "one two");
  EXPECT_TRUE(disk.Rename("b", "c").ok());
  EXPECT_TRUE(disk.Remove("a").ok());
  EXPECT_EQ(*disk.List(), (std::vector<Directory::Entry>{{"c", 7}, {"lock", 0}}));
  EXPECT_TRUE(absl::IsNotFound(disk.Remove("a")));
  EXPECT_TRUE(absl::IsNotFound(disk.Rename("a", "d")));
  EXPECT_TRUE(absl::IsNotFound(disk.Read("a").status()));
}

TEST_F(DiskDirectoryTest, OneProcessAtATime) {
  auto first = DiskDirectory::Open(scratch_ / "spool");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(absl::IsFailedPrecondition(DiskDirectory::Open(scratch_ / "spool").status()));
  first->reset();
  EXPECT_TRUE(DiskDirectory::Open(scratch_ / "spool").ok());
}

TEST_F(DiskDirectoryTest, AFolderThatCannotBeMadeIsAnError) {
  std::ofstream(scratch_ / "file") << "";
  EXPECT_FALSE(DiskDirectory::Open(scratch_ / "file").ok());
  EXPECT_TRUE(absl::IsNotFound(DiskDirectory::Open(scratch_ / "not" / "there").status()));
}

TEST_F(DiskDirectoryTest, NoRoomIsTold) {
  signal(SIGXFSZ, SIG_IGN);
  auto directory = DiskDirectory::Open(scratch_ / "spool");
  ASSERT_TRUE(directory.ok()) << directory.status();
  auto file = (*directory)->Create("a");
  ASSERT_TRUE(file.ok());
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 10;
  setrlimit(RLIMIT_FSIZE, &small);
  absl::StatusOr<size_t> part = (*file)->Write("fifteen letters");
  absl::StatusOr<size_t> none = (*file)->Write("more");
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(*part, 10u);
  EXPECT_FALSE(none.ok());
  EXPECT_NE(none.status().ToString().find("write a"), std::string::npos) << none.status();
}

}  // namespace
}  // namespace leadrelay::ingest
