#include "tests/sandbox/systems/activecampaign/account.h"

#include <algorithm>

namespace leadrelay::sandbox::activecampaign {
namespace {

bool IsBetween(const std::string& id, char first, char last) {
  return id.size() == 1 && id[0] >= first && id[0] <= last;
}

}  // namespace

bool IsStage(const std::string& id) {
  return std::ranges::find(kStages, id, &Stage::id) != kStages.end();
}

bool IsList(const std::string& id) {
  return IsBetween(id, '1', '3');
}

bool IsTaskType(const std::string& id) {
  return IsBetween(id, '1', '3');
}

bool IsCustomField(const std::string& id) {
  return IsBetween(id, '1', '9');
}

const std::map<std::string, std::string>& FirstTags() {
  static const std::map<std::string, std::string> tags = {{"20", "web lead"}, {"21", "to call"}};
  return tags;
}

}  // namespace leadrelay::sandbox::activecampaign
