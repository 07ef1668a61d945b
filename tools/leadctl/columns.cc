#include "tools/leadctl/columns.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/config/lead_paths.h"
#include "common/config/suggest.h"
#include "common/json/json.h"

namespace leadrelay::leadctl {
namespace {

std::string Trimmed(std::string text) {
  absl::StripAsciiWhitespace(&text);
  return text;
}

std::string Normal(std::string name) {
  name = absl::AsciiStrToLower(name);
  for (char& c : name) {
    if (c == ' ' || c == '-') c = '_';
  }
  return name;
}

// Names that forms and spreadsheets use for what the lead calls otherwise.
std::string PathOf(const std::string& name) {
  std::string path = Normal(name);
  if (path == "e_mail") return "email";
  if (path == "consent") return "consent_given";
  if (path.starts_with("utm_")) return "source." + path;
  return path;
}

void WriteCell(json::Writer& writer, const std::string& member, const std::string& cell) {
  if (member == "consent_given") {
    static const std::set<std::string> kYes = {"true", "yes", "y", "1", "x", "on"};
    static const std::set<std::string> kNo = {"false", "no", "n", "0", "off"};
    const std::string word = absl::AsciiStrToLower(cell);
    if (kYes.contains(word) || kNo.contains(word)) {
      writer.Member(member, kYes.contains(word));
      return;
    }
  }
  double number = 0;
  if (member == "value" && absl::SimpleAtod(cell, &number)) {
    writer.Member(member, number);
    return;
  }
  writer.Member(member, cell);
}

}  // namespace

absl::StatusOr<Columns> Columns::Read(const std::vector<std::string>& header,
                                      const std::string& key_column) {
  Columns columns;
  std::set<std::string> taken;
  bool keyed = key_column.empty();
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string name = Trimmed(header[i]);
    if (name.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("column ", i + 1, " has no name"));
    }
    Column column;
    if (name == key_column) {
      keyed = true;
    } else if (const std::string path = PathOf(name); config::IsLeadPath(path)) {
      // A field of form_data keeps the spelling that the file has.
      const size_t dot = path.find('.');
      if (dot != std::string::npos) column.group = path.substr(0, dot);
      column.member = column.group == "form_data" ? name.substr(dot + 1)
                      : dot == std::string::npos  ? path
                                                  : path.substr(dot + 1);
    } else {
      column = {"form_data", name, true};
    }
    if (!taken.insert(column.group + "." + column.member).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("column ", i + 1, " (", name, ") means the same as one before it"));
    }
    columns.columns_.push_back(std::move(column));
  }
  if (!keyed) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no column ", key_column, config::DidYouMean(key_column, header)));
  }
  return columns;
}

absl::StatusOr<Columns::Row> Columns::ToLead(const std::vector<std::string>& cells) const {
  if (cells.size() != columns_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the row has ", cells.size(), " cells, the header has ", columns_.size()));
  }
  Row row;
  json::Writer writer;
  writer.StartObject();
  for (const char* group : {"", "source", "deal", "form_data"}) {
    bool open = false;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (columns_[i].member.empty() || columns_[i].group != group) continue;
      const std::string cell = Trimmed(cells[i]);
      if (cell.empty()) continue;
      if (*group != '\0' && !open) writer.Key(group).StartObject();
      open = true;
      WriteCell(writer, columns_[i].member, cell);
    }
    if (*group != '\0' && open) writer.EndObject();
  }
  writer.EndObject();
  row.lead = writer.Take();
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!columns_[i].member.empty()) continue;
    row.key = Trimmed(cells[i]);
    if (row.key.empty()) return absl::InvalidArgumentError("the key column is empty");
  }
  return row;
}

std::vector<std::string> Columns::Unknown() const {
  std::vector<std::string> unknown;
  for (const Column& column : columns_) {
    if (column.unknown) unknown.push_back(column.member);
  }
  return unknown;
}

}  // namespace leadrelay::leadctl
