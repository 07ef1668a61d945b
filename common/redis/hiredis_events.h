#pragma once
// Runs a hiredis asynchronous context on the loop.  Ours and not hiredis' adapters/libuv.h, because
// that one ignores poll errors and asks the kernel to watch for writability once per command.
//
// What was written in one turn of the loop leaves in one write(2), right before the loop sleeps;
// only what the socket did not take waits for writability.

#include <functional>

#include <uv.h>

struct redisAsyncContext;

namespace leadrelay::redis {

// To be called once, right after redisAsyncConnect().  hiredis ends it when it frees the context.
// `on_error`: the socket reported an error that reading did not bring to light; the receiver drops
// the connection.
void AttachToLoop(redisAsyncContext* context, uv_loop_t* loop, std::function<void()> on_error);

}  // namespace leadrelay::redis
