#include "tools/leadctl/checkpoint.h"

#include <algorithm>

#include "common/json/json.h"

namespace leadrelay::leadctl {

std::string ToText(const Checkpoint& checkpoint) {
  json::Writer writer;
  writer.StartObject()
      .Member("leadctl_resume", 1)
      .Member("file_sha256", checkpoint.digest)
      .Member("key_column", checkpoint.key_column)
      .Member("rows", checkpoint.rows)
      .Member("accepted", checkpoint.accepted)
      .Member("rejected", checkpoint.rejected)
      .Member("rejected_bytes", checkpoint.rejected_bytes)
      .EndObject();
  return writer.Take() + "\n";
}

absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text) {
  absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok()) return document.status();
  const json::Value root = document->root();
  Checkpoint checkpoint;
  checkpoint.digest = root.Find("file_sha256").StringOr("");
  checkpoint.key_column = root.Find("key_column").StringOr("");
  checkpoint.rows = root.Find("rows").Int64Or(-1);
  checkpoint.accepted = root.Find("accepted").Int64Or(-1);
  checkpoint.rejected = root.Find("rejected").Int64Or(-1);
  checkpoint.rejected_bytes = root.Find("rejected_bytes").Int64Or(-1);
  const int64_t least = std::min(
      {checkpoint.rows, checkpoint.accepted, checkpoint.rejected, checkpoint.rejected_bytes});
  if (root.Find("leadctl_resume").Int64Or(0) != 1 || checkpoint.digest.size() != 64 || least < 0 ||
      checkpoint.accepted + checkpoint.rejected != checkpoint.rows) {
    return absl::InvalidArgumentError("it is no resume file of this version of leadctl");
  }
  return checkpoint;
}

}  // namespace leadrelay::leadctl
