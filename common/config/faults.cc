#include "common/config/faults.h"

namespace leadrelay::config {

Faults::Faults() : list_(std::make_shared<std::vector<Fault>>()) {}

void Faults::Add(int line, std::string path, std::string message) {
  Fault fault{line, std::move(path), std::move(message)};
  if (std::find(list_->begin(), list_->end(), fault) != list_->end()) return;
  const auto later = [](const Fault& a, const Fault& b) { return a.line < b.line; };
  list_->insert(std::upper_bound(list_->begin(), list_->end(), fault, later), std::move(fault));
}

std::string Faults::ToText(std::string_view file) const {
  std::string text;
  for (const Fault& fault : *list_) {
    text += file;
    if (fault.line > 0) text += absl::StrCat(":", fault.line);
    text += ": ";
    if (!fault.path.empty()) text += fault.path + ": ";
    text += fault.message + "\n";
  }
  return text;
}

}  // namespace leadrelay::config
