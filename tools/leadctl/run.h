#pragma once
// The commands.  Each prints its answer and returns the exit code.

#include "common/coro/task.h"
#include "tools/leadctl/context.h"

namespace leadrelay::leadctl {

coro::Task<int> Run(Context& context, SendOptions options);
coro::Task<int> Run(Context& context, StatusOptions options);
coro::Task<int> Run(Context& context, DlqListOptions options);
coro::Task<int> Run(Context& context, DlqShowOptions options);
coro::Task<int> Run(Context& context, DlqActOptions options);
coro::Task<int> Run(Context& context, ReplaysOptions options);
coro::Task<int> Run(Context& context, DestinationsOptions options);
coro::Task<int> Run(Context& context, TestOptions options);
coro::Task<int> Run(Context& context, CrmOptions options);
coro::Task<int> Run(Context& context, ConfigCheckOptions options);
coro::Task<int> Run(Context& context, BooksOptions options);
coro::Task<int> Run(Context& context, KeyNewOptions options);
coro::Task<int> Run(Context& context, PrintOptions options);

}  // namespace leadrelay::leadctl
