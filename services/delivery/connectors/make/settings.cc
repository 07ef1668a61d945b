#include "services/delivery/connectors/make/settings.h"

#include <algorithm>

#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::make {
namespace {

constexpr size_t kLongestApiKey = 512;  // apps.make.com/gateway

// Webhooks live on a host of their own in every zone: hook.eu2.make.com.  The zones are not listed
// here: there will be others.
bool IsPageOfMake(const std::string& host) {
  return (host == "make.com" || host.ends_with(".make.com")) && !host.starts_with("hook.");
}

bool IsApiKey(const std::string& key) {
  return key.size() <= kLongestApiKey && IsHeaderValue(key) &&
         std::ranges::all_of(key, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

Settings ReadSettings(Setup& setup) {
  Settings settings;
  settings.hook = ReadCatchHook(setup);
  if (IsPageOfMake(HostOf(settings.hook.url))) {
    setup.settings.AddFault("url",
                            "is a page of Make and no webhook: copy the address from the webhook "
                            "module; its host begins with hook.");
  }
  settings.api_key = setup.settings.Secret("api_key");
  if (!IsApiKey(settings.api_key)) {
    setup.settings.AddFault("api_key",
                            "is no API key: those are at most 512 characters of ASCII, without "
                            "control characters and without a space at either end");
  }
  return settings;
}

}  // namespace leadrelay::delivery::make
