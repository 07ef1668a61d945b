#include "tools/leadctl/terminal.h"

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "absl/time/clock.h"
#include <sys/ioctl.h>
#include <unistd.h>

namespace leadrelay::leadctl {
namespace {

constexpr absl::Duration kBetweenDraws = absl::Milliseconds(100);

int WidthOf(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool ColourWanted() {
  const char* none = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool refused = none != nullptr && *none != '\0';
  return !refused && (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace

Terminal::Terminal()
    : interactive_(isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1),
      bar_(isatty(STDERR_FILENO) == 1) {
  if (isatty(STDOUT_FILENO) == 1) look_ = {WidthOf(STDOUT_FILENO), ColourWanted()};
}

void Terminal::Print(const std::string& text) {
  Wipe();
  const bool shown = look_.width > 0;  // Somebody's file or program gets it as it is.
  std::cout << (shown ? WithoutHighControls(text) : text) << std::flush;
}

void Terminal::Note(const std::string& text) {
  Wipe();
  std::cerr << text << std::endl;
}

void Terminal::Draw(const Progress& progress) {
  const absl::Time now = absl::Now();
  if (!bar_ || now - last_ < kBetweenDraws) return;
  last_ = now;
  drawn_ = true;
  std::cerr << "\r\033[K" << ProgressLine(progress, WidthOf(STDERR_FILENO) - 1) << std::flush;
}

void Terminal::Wipe() {
  if (!drawn_) return;
  drawn_ = false;
  std::cerr << "\r\033[K" << std::flush;
}

bool Terminal::Confirm(const std::string& question) {
  Wipe();
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes" || answer == "Y";
}

}  // namespace leadrelay::leadctl
