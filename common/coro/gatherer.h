#pragma once
// Gatherer: many callers' items in one call, for services that charge by the call.
//
// What is added while `under_way` calls are out waits and goes into the next one together: alone
// and at once when little happens, in large calls under load.  Nothing is delayed in the hope of
// more.  Loop thread only.

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include "common/coro/completion.h"
#include "common/coro/loop.h"
#include "common/coro/scope.h"
#include "common/coro/task.h"

namespace leadrelay::coro {

struct GathererOptions {
  size_t max_weight = 500;  // Of one call; an item above it goes alone.
  int under_way = 2;        // Calls at once.
};

template <typename Item, typename Result>
class Gatherer {
 public:
  // One result for each item, in order.
  using Call = std::function<Task<std::vector<Result>>(std::vector<Item> items)>;

  Gatherer(Loop& loop, GathererOptions options, Call call)
      : loop_(loop), options_(options), call_(std::move(call)), calls_(loop) {}
  Gatherer(const Gatherer&) = delete;
  Gatherer& operator=(const Gatherer&) = delete;

  // What the call says of the item; `stopped` when `stop` came first, and the item is in a call all
  // the same.  The item is taken at once, before the task is awaited.
  Task<Result> Add(Item item, size_t weight, Result stopped, std::stop_token stop) {
    auto entry = std::make_shared<Entry>(loop_, std::move(item), weight);
    waiting_.push_back(entry);
    Pump();
    return Wait(std::move(entry), std::move(stopped), std::move(stop));
  }

  // Waits for the calls that are out.  To be awaited before the end, when nobody adds any more.
  Task<void> Close() { co_await calls_.Join(); }

 private:
  struct Entry {
    Entry(Loop& loop, Item what, size_t heavy) : item(std::move(what)), weight(heavy), done(loop) {}
    Item item;
    size_t weight;
    Completion<Result> done;
  };
  using Entries = std::vector<std::shared_ptr<Entry>>;

  static Task<Result> Wait(std::shared_ptr<Entry> entry, Result stopped, std::stop_token stop) {
    std::stop_callback on_stop(std::move(stop),
                               [&entry, &stopped] { entry->done.Set(std::move(stopped)); });
    co_return co_await entry->done;
  }

  void Pump() {
    while (under_way_ < options_.under_way && !waiting_.empty()) {
      ++under_way_;
      calls_.Spawn(Send(Take()));
    }
  }

  Entries Take() {
    Entries entries;
    size_t weight = 0;
    while (!waiting_.empty()) {
      weight += waiting_.front()->weight;
      if (weight > options_.max_weight && !entries.empty()) break;
      entries.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    return entries;
  }

  Task<void> Send(Entries entries) {
    std::vector<Item> items;
    items.reserve(entries.size());
    for (const std::shared_ptr<Entry>& entry : entries) items.push_back(std::move(entry->item));
    std::vector<Result> results = co_await call_(std::move(items));
    for (size_t i = 0; i < entries.size(); ++i) entries[i]->done.Set(std::move(results.at(i)));
    --under_way_;
    Pump();
  }

  Loop& loop_;
  const GathererOptions options_;
  const Call call_;
  std::deque<std::shared_ptr<Entry>> waiting_;
  int under_way_ = 0;
  Scope calls_;
};

}  // namespace leadrelay::coro
