#pragma once
// Waiting for a replay, with a progress bar.

#include <string>

#include "common/coro/task.h"
#include "tools/leadctl/operators.h"

namespace leadrelay::leadctl {

// Until the replay has ended or was paused, or Ctrl-C (which leaves it running).  Prints how it
// ended.  kOk when all of it was delivered, kPartly when some was not.
coro::Task<int> WaitForReplay(Context& context, Operators& operators, std::string id);

}  // namespace leadrelay::leadctl
