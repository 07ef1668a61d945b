#include "services/delivery/connectors/pipedrive/note_text.h"

#include <algorithm>

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr size_t kLongestEntity = 10;

bool IsLetter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// How much of `html` is one tag or one entity; 0: it begins with neither.
size_t MarkLength(std::string_view html) {
  const size_t end = html.find(html.front() == '<' ? '>' : ';');
  if (end == std::string_view::npos) return 0;
  if (html.front() == '<') return end + 1;
  return html.front() == '&' && end < kLongestEntity ? end + 1 : 0;
}

}  // namespace

std::string NoteHtml(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\n':
        html += "<br>";
        break;
      case '\r':
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string NoteLetters(std::string_view html) {
  std::string letters;
  while (!html.empty()) {
    const size_t mark = MarkLength(html);
    if (mark == 0 && IsLetter(html.front())) letters += html.front();
    html.remove_prefix(std::max<size_t>(mark, 1));
  }
  return letters;
}

}  // namespace leadrelay::delivery::pipedrive
