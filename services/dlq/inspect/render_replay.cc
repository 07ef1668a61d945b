#include "services/dlq/inspect/render_replay.h"

#include <cmath>

#include "absl/strings/str_cat.h"

#include "common/json/json.h"
#include "services/dlq/inspect/render.h"

namespace leadrelay::dlq {
namespace {

int64_t SecondsFor(int64_t items, double per_second) {
  return static_cast<int64_t>(std::ceil(static_cast<double>(items) / per_second));
}

void WriteReplay(json::Writer& writer,
                 const ReplayRecord& replay,
                 const std::vector<ReplayItemRecord>& failed) {
  writer.StartObject()
      .Member("id", replay.replay_id)
      .Member("state", replay.state)
      .Member("rate_per_second", replay.per_second);
  WriteTime(writer, "created_at", replay.created_at);
  WriteTime(writer, "finished_at", replay.finished_at);
  writer.Key("selection").Raw(replay.selection);
  writer.Member("total", replay.total()).Member("skipped", replay.skipped);
  writer.Key("items")
      .StartObject()
      .Member("pending", replay.pending)
      .Member("sending", replay.sending)
      .Member("published", replay.published)
      .Member("delivered", replay.delivered)
      .Member("suppressed", replay.suppressed)
      .Member("dead", replay.dead)
      .Member("failed", replay.failed)
      .Member("cancelled", replay.cancelled)
      .EndObject();
  if (replay.pending + replay.sending > 0) {
    writer.Member("publishing_takes_seconds",
                  SecondsFor(replay.pending + replay.sending, replay.per_second));
  }
  if (!failed.empty()) {
    writer.Key("failures").StartArray();
    for (const ReplayItemRecord& item : failed) {
      writer.StartObject()
          .Member("dead_letter", item.dead_letter)
          .Member("destination", item.destination)
          .Member("reason", item.reason)
          .EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

}  // namespace

std::string RenderReplay(const ReplayRecord& replay, const std::vector<ReplayItemRecord>& failed) {
  json::Writer writer;
  WriteReplay(writer, replay, failed);
  return writer.Take();
}

std::string RenderReplays(const std::vector<ReplayRecord>& replays, int limit) {
  json::Writer writer;
  writer.StartObject().Key("replays").StartArray();
  for (const ReplayRecord& replay : replays) WriteReplay(writer, replay, {});
  writer.EndArray();
  if (std::ssize(replays) == limit) {
    writer.Member("next_cursor", absl::StrCat(replays.back().number));
  }
  writer.EndObject();
  return writer.Take();
}

std::string RenderPlan(const ReplayPlan& plan, double per_second) {
  json::Writer writer;
  writer.StartObject()
      .Member("dry_run", true)
      .Member("matching", plan.matching)
      .Member("would_replay", plan.total())
      .Key("by_destination")
      .StartObject();
  for (const auto& [destination, count] : plan.replayable) writer.Member(destination, count);
  writer.EndObject()
      .Key("skipped")
      .StartObject()
      .Member("already_replaying", plan.already_replaying)
      .Member("already_resolved", plan.already_resolved)
      .Member("unreadable", plan.unreadable)
      .Member("not_configured", plan.not_configured)
      .EndObject()
      .Member("rate_per_second", per_second)
      .Member("publishing_takes_seconds", SecondsFor(plan.total(), per_second))
      .EndObject();
  return writer.Take();
}

}  // namespace leadrelay::dlq
