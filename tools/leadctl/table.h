#pragma once
// Table: rows of text in columns, as wide as the terminal allows.  Pure.

#include <string>
#include <vector>

namespace leadrelay::leadctl {

enum class Tone { kPlain, kGood, kWarning, kBad, kFaint };

struct Cell {
  Cell(std::string t, Tone n = Tone::kPlain) : text(std::move(t)), tone(n) {}  // NOLINT
  Cell(const char* t) : text(t) {}                                             // NOLINT
  std::string text;
  Tone tone;
};

struct Look {
  int width = 0;  // Columns of the terminal; 0: no limit.
  bool colour = false;
};

class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;    // Numbers.
    bool shrinks = false;  // Gives way, with "…", when the table is too wide.
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void Add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }

  // Ends with a line end.  Control characters in cells are shown as spaces: what a CRM wrote into a
  // reason must not steer the operator's terminal.
  std::string ToText(Look look) const;

 private:
  std::vector<size_t> Widths(int limit) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

size_t DisplayWidth(const std::string& text);  // Code points.
std::string Paint(const std::string& text, Tone tone, bool colour);
std::string Printable(const std::string& text);  // Control characters as spaces.
// DEL and U+0080 to U+009F as spaces: what JSON lets stand and a terminal may obey.
std::string WithoutHighControls(const std::string& text);

}  // namespace leadrelay::leadctl
