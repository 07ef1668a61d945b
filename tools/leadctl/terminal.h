#pragma once
// Terminal: standard output and error, and what they are.
//
// Colour: on a terminal only, unless NO_COLOR is set or TERM is "dumb".  The progress bar is drawn
// on standard error when that is a terminal, at most ten times a second.

#include <string>

#include "absl/time/time.h"

#include "tools/leadctl/progress.h"
#include "tools/leadctl/table.h"

namespace leadrelay::leadctl {

class Terminal {
 public:
  Terminal();

  Look look() const { return look_; }
  bool interactive() const { return interactive_; }  // There is somebody to ask.

  void Print(const std::string& text);  // To standard output, after the bar was wiped.
  void Note(const std::string& text);   // A line on standard error, likewise.
  void Draw(const Progress& progress);
  void Wipe();

  // Asks on standard error; true for y or yes.  Blocks.
  bool Confirm(const std::string& question);

 private:
  Look look_;
  bool interactive_;
  bool bar_;
  bool drawn_ = false;
  absl::Time last_ = absl::InfinitePast();
};

}  // namespace leadrelay::leadctl
