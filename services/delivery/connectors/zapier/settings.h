#pragma once
// What the configuration says about a Zapier destination.
//
//   settings:
//     url: ${ZAPIER_HOOK}   # https://hooks.zapier.com/hooks/catch/<user>/<hook>/, as Zapier shows
//     it allow_http: false arrays: false         # several leads in one request

#include <string>

#include "services/delivery/connectors/catch_hook.h"

namespace leadrelay::delivery::zapier {

struct Settings {
  CatchHook hook;
  bool arrays = false;
  bool legacy = false;  // A hook of the older kind, without the user in its path.
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

// help.zapier.com/hc/en-us/articles/29972220283789 (webhook rate limits) and
// docs.zapier.com/platform/build/operating-constraints, 2026-04.  The five minutes are the user's,
// for all hooks together.
std::vector<config::RateWindow> LimitsOf(const Settings& settings);

}  // namespace leadrelay::delivery::zapier
