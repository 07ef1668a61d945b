#include "tools/leadctl/findings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "tools/leadctl/progress.h"

namespace leadrelay::leadctl {
namespace {

constexpr std::string_view kIndent = "        ";

std::string Words(const Left& left) {
  std::string words = absl::StrCat(left.window, ": ", WithCommas(left.remaining));
  if (left.of.has_value()) absl::StrAppend(&words, " of ", WithCommas(*left.of));
  return words + " left";
}

void WriteAnswer(json::Writer& writer, const std::string& destination, const Finding& finding) {
  writer.StartObject()
      .Member("destination", destination)
      .Member("what", finding.what)
      .Member("ok", finding.answer.ok)
      .Member("message", finding.answer.message);
  if (!finding.answer.remedy.empty()) writer.Member("remedy", finding.answer.remedy);
  writer.EndObject();
}

void WriteLeft(json::Writer& writer, const std::string& destination, const Left& left) {
  writer.StartObject()
      .Member("destination", destination)
      .Member("window", left.window)
      .Member("remaining", left.remaining);
  if (left.of.has_value()) writer.Member("of", *left.of);
  writer.EndObject();
}

}  // namespace

bool Findings::ok() const {
  return std::ranges::all_of(answers, [](const Finding& one) { return one.answer.ok; });
}

void Note(const std::vector<delivery::QuotaHint>& hints,
          const std::vector<config::RateWindow>& windows,
          std::vector<Left>& left) {
  for (const delivery::QuotaHint& hint : hints) {
    Left news{hint.window, hint.remaining, std::nullopt};
    const auto window = std::ranges::find(windows, hint.window, &config::RateWindow::name);
    if (window != windows.end() && hint.remaining <= window->requests) news.of = window->requests;
    const auto known = std::ranges::find(left, hint.window, &Left::window);
    if (known == left.end()) {
      left.push_back(std::move(news));
    } else {
      *known = std::move(news);
    }
  }
}

bool HindersProbes(const config::Faults& faults, const std::string& destination) {
  const std::string own = absl::StrCat("destinations.", destination);
  const auto lies_in = [](std::string_view path, std::string_view part) {
    return path.starts_with(part) && (path.size() == part.size() || path[part.size()] == '.');
  };
  return std::ranges::any_of(faults.all(), [&](const config::Fault& fault) {
    return fault.path.empty() || fault.path == "destinations" || lies_in(fault.path, own) ||
           lies_in(fault.path, "redis") || lies_in(fault.path, "delivery");
  });
}

std::string Paragraph(bool ok,
                      const std::string& headline,
                      const std::vector<std::string>& lines,
                      Look look) {
  std::string text =
      absl::StrCat(Paint(ok ? "ok    " : "FAILED", ok ? Tone::kGood : Tone::kBad, look.colour),
                   "  ",
                   Printable(headline),
                   "\n");
  for (const std::string& line : lines) {
    if (!line.empty()) absl::StrAppend(&text, std::string(kIndent), Printable(line), "\n");
  }
  return text;
}

std::string FindingsView(const Findings& findings, Look look) {
  std::string text;
  for (const auto& [what, answer] : findings.answers) {
    text += Paragraph(answer.ok,
                      absl::StrCat(findings.destination, what.empty() ? "" : ": ", what),
                      {answer.message, answer.remedy},
                      look);
  }
  for (const Left& left : findings.left) {
    absl::StrAppend(&text, std::string(kIndent), Printable(Words(left)), "\n");
  }
  return text;
}

void WriteFindings(json::Writer& writer, const std::vector<Findings>& all) {
  writer.Key("findings").StartArray();
  for (const Findings& findings : all) {
    for (const Finding& one : findings.answers) WriteAnswer(writer, findings.destination, one);
  }
  writer.EndArray().Key("limits").StartArray();
  for (const Findings& findings : all) {
    for (const Left& left : findings.left) WriteLeft(writer, findings.destination, left);
  }
  writer.EndArray();
}

}  // namespace leadrelay::leadctl
