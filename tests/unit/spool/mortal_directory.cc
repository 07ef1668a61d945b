#include "tests/unit/spool/mortal_directory.h"

#include <utility>

namespace leadrelay::ingest {
namespace {

size_t Part(MortalDirectory::Share share, size_t whole) {
  switch (share) {
    case MortalDirectory::Share::kNothing:
      return 0;
    case MortalDirectory::Share::kHalf:
      return whole / 2;
    case MortalDirectory::Share::kWhole:
      break;
  }
  return whole;
}

std::string LeftOf(const std::string& bytes, size_t synced, MortalDirectory::Bytes left) {
  const size_t loose = bytes.size() - synced;
  switch (left) {
    case MortalDirectory::Bytes::kAll:
      return bytes;
    case MortalDirectory::Bytes::kNone:
      return bytes.substr(0, synced);
    case MortalDirectory::Bytes::kHalf:
      return bytes.substr(0, synced + loose / 2);
    case MortalDirectory::Bytes::kZeros:
      break;
  }
  return bytes.substr(0, synced) + std::string(loose, '\0');
}

}  // namespace

class MortalDirectory::File final : public AppendedFile {
 public:
  File(MortalDirectory& in, std::shared_ptr<Content> content)
      : in_(in), content_(std::move(content)) {}

  absl::StatusOr<size_t> Write(std::string_view bytes) override {
    const std::lock_guard<std::mutex> lock(in_.mutex_);
    if (content_->failed) ++in_.uses_after_failure_;
    const Fate fate = in_.Next();
    const size_t written = Part(fate.share, bytes.size());
    content_->bytes.append(bytes.substr(0, written));
    if (!fate.answer.ok()) {
      content_->failed = true;
      return fate.answer;
    }
    return written;
  }

  absl::Status Sync() override {
    if (in_.on_sync_) in_.on_sync_();
    const std::lock_guard<std::mutex> lock(in_.mutex_);
    if (content_->failed) ++in_.uses_after_failure_;
    const Fate fate = in_.Next();
    content_->synced += Part(fate.share, content_->bytes.size() - content_->synced);
    if (!fate.answer.ok()) content_->failed = true;
    return fate.answer;
  }

 private:
  MortalDirectory& in_;
  std::shared_ptr<Content> content_;
};

void MortalDirectory::DieAt(int call, Share share) {
  dies_at_ = call;
  dying_share_ = share;
}

void MortalDirectory::FailAt(int call, absl::Status with) {
  fails_at_ = call;
  failure_ = std::move(with);
}

void MortalDirectory::FailAlways(std::optional<absl::Status> with) {
  const std::lock_guard<std::mutex> lock(mutex_);
  always_ = std::move(with);
}

MortalDirectory::Fate MortalDirectory::Next() {
  ++calls_;
  if (dead_) return {Share::kNothing, absl::InternalError("dead")};
  if (calls_ == dies_at_) {
    dead_ = true;
    return {dying_share_, absl::InternalError("died")};
  }
  if (calls_ == fails_at_) return {Share::kHalf, failure_};
  if (always_.has_value()) return {Share::kNothing, *always_};
  return {};
}

std::unique_ptr<MortalDirectory> MortalDirectory::Survivor(Names names, Bytes bytes) const {
  auto survivor = std::make_unique<MortalDirectory>();
  for (const auto& [name, content] : names == Names::kAll ? names_ : synced_names_) {
    survivor->Put(name, LeftOf(content->bytes, content->synced, bytes));
  }
  return survivor;
}

void MortalDirectory::Put(const std::string& name, const std::string& bytes) {
  auto content = std::make_shared<Content>(Content{bytes, bytes.size()});
  names_[name] = content;
  synced_names_[name] = content;
}

std::map<std::string, std::string> MortalDirectory::Files() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::map<std::string, std::string> files;
  for (const auto& [name, content] : names_) files[name] = content->bytes;
  return files;
}

absl::StatusOr<std::vector<Directory::Entry>> MortalDirectory::List() {
  std::vector<Entry> entries;
  for (const auto& [name, bytes] : Files()) {
    entries.push_back({name, static_cast<int64_t>(bytes.size())});
  }
  return entries;
}

absl::StatusOr<std::string> MortalDirectory::Read(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = names_.find(name);
  if (found == names_.end()) return absl::NotFoundError(name);
  return found->second->bytes;
}

absl::StatusOr<std::unique_ptr<AppendedFile>> MortalDirectory::Create(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Fate fate = Next();
  if (names_.contains(name)) return absl::AlreadyExistsError(name);
  auto content = std::make_shared<Content>();
  if (fate.share != Share::kNothing && (fate.answer.ok() || dead_)) names_[name] = content;
  if (!fate.answer.ok()) return fate.answer;
  return std::make_unique<File>(*this, std::move(content));
}

absl::Status MortalDirectory::Rename(const std::string& from, const std::string& to) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Fate fate = Next();
  const auto found = names_.find(from);
  if (found == names_.end()) return absl::NotFoundError(from);
  if (fate.share != Share::kNothing && (fate.answer.ok() || dead_)) {
    auto content = found->second;
    names_.erase(found);
    names_[to] = std::move(content);
  }
  return fate.answer;
}

absl::Status MortalDirectory::Remove(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Fate fate = Next();
  if (!names_.contains(name)) return absl::NotFoundError(name);
  if (fate.share != Share::kNothing && (fate.answer.ok() || dead_)) names_.erase(name);
  return fate.answer;
}

absl::Status MortalDirectory::Sync() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Fate fate = Next();
  if (fate.share == Share::kWhole) synced_names_ = names_;
  return fate.answer;
}

}  // namespace leadrelay::ingest
