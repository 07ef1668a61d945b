#pragma once
// What the configuration says about a Make destination.
//
//   settings:
//     url: ${MAKE_HOOK}          # https://hook.eu2.make.com/<token>, as Make shows it
//     api_key: ${MAKE_API_KEY}   # when the webhook has API keys
//     allow_http: false

#include <string>

#include "services/delivery/connectors/catch_hook.h"

namespace leadrelay::delivery::make {

struct Settings {
  CatchHook hook;
  std::string api_key;  // Empty: the webhook asks for none.
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

}  // namespace leadrelay::delivery::make
