#include "services/delivery/connectors/zapier/settings.h"

namespace leadrelay::delivery::zapier {
namespace {

constexpr std::string_view kCatch = "/hooks/catch/";

// What follows /hooks/catch/; empty when the URL is none of a catch hook.
std::string_view HookOf(std::string_view url) {
  url = url.substr(0, url.find('?'));
  const size_t at = url.find(kCatch);
  if (at == std::string_view::npos) return {};
  url.remove_prefix(at + kCatch.size());
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  settings.hook = ReadCatchHook(setup);
  const std::string_view hook = HookOf(settings.hook.url);
  if (!settings.hook.url.empty() && hook.empty()) {
    setup.settings.AddFault("url",
                            "is no catch hook: copy the webhook's URL from the Zap's trigger; it "
                            "has /hooks/catch/ in it");
  }
  settings.legacy = hook.find('/') == std::string_view::npos;
  settings.arrays = setup.settings.Bool("arrays", false);
  return settings;
}

std::vector<config::RateWindow> LimitsOf(const Settings& settings) {
  return {{"1s", 30, absl::Seconds(1), ""},
          {"5m", settings.legacy ? 1'000 : 10'000, absl::Minutes(5), ""}};
}

}  // namespace leadrelay::delivery::zapier
