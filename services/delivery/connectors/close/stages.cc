#include "services/delivery/connectors/close/stages.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"

namespace leadrelay::delivery::close {
namespace {

// leadrelay's words: the label in a new account's pipeline, the type when no label fits, and
// whether that type has one stage only, so that it is the very stage and not just one near it.
struct Word {
  std::string_view word;
  std::string_view label;
  std::string_view type;
  bool exact;
};
constexpr std::array<Word, 6> kWords = {{
    {"new", "New", "active", true},
    {"qualified", "Qualified", "active", false},
    {"demo", "Demo Completed", "active", false},
    {"proposal", "Proposal Sent", "active", false},
    {"won", "Won", "won", true},
    {"lost", "Lost", "lost", true},
}};

// Whether a status says which pipeline it is of is not documented.
bool IsIn(const json::Value& status, std::string_view pipeline) {
  const json::Value own = status.Find("pipeline_id");
  return pipeline.empty() || !own.IsString() || own.AsString() == pipeline;
}

template <typename Fits>
std::optional<std::string> FirstThat(const std::vector<json::Value>& statuses, Fits fits) {
  const auto found = std::ranges::find_if(statuses, fits);
  if (found == statuses.end()) return std::nullopt;
  return found->Find("id").StringOr("");
}

}  // namespace

std::string WantedStage(const Job& job, const Settings& settings) {
  for (const MappedField& field : settings.deal.Apply(FactsOf(job))) {
    if (field.field != "status_id") continue;
    const std::string stage = ToText(field.value);
    const auto known = settings.deal_stages.find(stage);
    return known == settings.deal_stages.end() ? stage : known->second;
  }
  return "";
}

bool IsStageId(std::string_view stage) {
  return stage.starts_with("stat_");
}

std::optional<std::string> FindStage(const json::Value& data,
                                     std::string_view stage,
                                     std::string_view pipeline,
                                     bool moved) {
  std::vector<json::Value> statuses;
  for (const json::Value& status : data.Elements()) {
    const bool usable = !status.Find("id").StringOr("").empty() && IsIn(status, pipeline);
    if (usable) statuses.push_back(status);
  }
  const auto labelled = [&statuses](std::string_view label) {
    return FirstThat(statuses, [label](const json::Value& status) {
      return SameLabel(status.Find("label").StringOr(""), label);
    });
  };
  if (std::optional<std::string> id = labelled(stage)) return id;
  const auto word = std::ranges::find_if(
      kWords, [stage](const Word& each) { return SameLabel(each.word, stage); });
  if (word == kWords.end()) return std::nullopt;
  if (std::optional<std::string> id = labelled(word->label)) return id;
  if (moved && !word->exact) return std::nullopt;
  return FirstThat(statuses, [word](const json::Value& status) {
    return status.Find("type").AsString() == word->type;
  });
}

bool SameLabel(std::string_view a, std::string_view b) {
  return absl::AsciiStrToLower(std::string(a)) == absl::AsciiStrToLower(std::string(b));
}

}  // namespace leadrelay::delivery::close
