#include "services/dlq/inspect/api.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "common/observe/log.h"
#include "services/dlq/inspect/access.h"
#include "services/dlq/inspect/render_replay.h"

namespace leadrelay::dlq {
namespace {

constexpr absl::Duration kTurn = absl::Seconds(10);
constexpr int kShownFailures = 20;

http::Response Json(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("content-type", "application/json");
  response.headers.Add("cache-control", "no-store");
  response.body = std::move(body);
  return response;
}

http::Response Refused(const absl::Status& status) {
  return ToResponse(FromStatus(status));
}

}  // namespace

Api::Api(coro::Timers& timers,
         const config::Config& config,
         Ledger& ledger,
         amqp::Inlet& inlet,
         Runner& runner,
         redis::Client& redis)
    : timers_(timers),
      config_(config),
      ledger_(ledger),
      inlet_(inlet),
      runner_(runner),
      redis_(redis) {
  for (const config::Destination& destination : config.destinations) {
    configured_.insert(destination.name);
  }
}

coro::Task<http::Response> Api::Handle(http::ServerRequest request, std::stop_token stop) {
  std::optional<Problem> refused = CheckAccess(request, request.peer, config_.dlq.operator_token);
  if (refused.has_value()) co_return ToResponse(*refused);
  std::variant<Command, Problem> read = ReadCommand(request);
  if (const auto* problem = std::get_if<Problem>(&read)) co_return ToResponse(*problem);
  auto perform = [&](auto& command) { return Do(std::move(command), std::move(stop)); };
  co_return co_await std::visit(perform, std::get<Command>(read));
}

Api::Answer Api::Do(ShowLead command, std::stop_token stop) {
  auto work = [&command](Reader& reader) { return reader.Lead(command.lead_id); };
  absl::StatusOr<std::optional<LeadRecord>> lead =
      co_await ledger_.Read(std::move(work), kTurn, std::move(stop));
  if (!lead.ok()) co_return Refused(lead.status());
  if (!lead->has_value()) {
    co_return ToResponse(NotFound(
        "the ledger does not know this lead; one that was accepted just now needs a moment"));
  }
  co_return Json(200, RenderLead(**lead, command.include_lead));
}

Api::Answer Api::Do(ListDeadLetters command, std::stop_token stop) {
  auto work = [&command](Reader& reader) {
    return reader.DeadLetters(command.filter, command.page.before, command.page.limit);
  };
  absl::StatusOr<std::vector<DeadLetterRecord>> letters =
      co_await ledger_.Read(std::move(work), kTurn, std::move(stop));
  if (!letters.ok()) co_return Refused(letters.status());
  co_return Json(200, RenderDeadLetters(*letters, command.page.limit));
}

Api::Answer Api::Do(GroupDeadLetters command, std::stop_token stop) {
  auto work = [&command](Reader& reader) { return reader.Groups(command.filter, command.limit); };
  absl::StatusOr<std::vector<DeadLetterGroup>> groups =
      co_await ledger_.Read(std::move(work), kTurn, std::move(stop));
  if (!groups.ok()) co_return Refused(groups.status());
  co_return Json(200, RenderGroups(*groups));
}

Api::Answer Api::Do(ShowDeadLetter command, std::stop_token stop) {
  auto find_letter = [&command](Reader& reader) { return reader.DeadLetter(command.id); };
  absl::StatusOr<std::optional<DeadLetterRecord>> letter =
      co_await ledger_.Read(std::move(find_letter), kTurn, stop);
  if (!letter.ok()) co_return Refused(letter.status());
  if (!letter->has_value()) co_return ToResponse(NotFound("there is no such dead letter"));
  auto find_lead = [&letter](Reader& reader) { return reader.Lead((*letter)->lead_id); };
  absl::StatusOr<std::optional<LeadRecord>> lead =
      co_await ledger_.Read(std::move(find_lead), kTurn, std::move(stop));
  if (!lead.ok()) co_return Refused(lead.status());
  co_return Json(200, RenderDeadLetter(**letter, lead->value_or(LeadRecord())));
}

Api::Answer Api::Do(Discard command, std::stop_token stop) {
  const absl::Time now = timers_.clock().Now();
  auto work = [&command, now](WriteSide& side) {
    return side.orders.Discard(command.selection, command.note, now);
  };
  absl::StatusOr<int64_t> discarded =
      co_await ledger_.Write(std::move(work), kTurn, std::move(stop));
  if (!discarded.ok()) co_return Refused(discarded.status());
  observe::Info("dead letters discarded by an operator").Number("count", *discarded);
  json::Writer writer;
  writer.StartObject().Member("discarded", *discarded).EndObject();
  co_return Json(200, writer.Take());
}

Api::Answer Api::Do(StartReplay command, std::stop_token stop) {
  const double most = config_.dlq.replay_per_second;
  const double per_second = std::min(command.per_second.value_or(most), most);
  if (command.dry_run) return Plan(std::move(command), per_second, std::move(stop));
  return Start(std::move(command), per_second, std::move(stop));
}

Api::Answer Api::Plan(StartReplay command, double per_second, std::stop_token stop) {
  auto work = [this, &command](WriteSide& side) {
    return side.orders.Plan(command.selection, configured_);
  };
  absl::StatusOr<ReplayPlan> plan = co_await ledger_.Write(std::move(work), kTurn, std::move(stop));
  if (!plan.ok()) co_return Refused(plan.status());
  co_return Json(200, RenderPlan(*plan, per_second));
}

Api::Answer Api::Start(StartReplay command, double per_second, std::stop_token stop) {
  const std::string replay_id = absl::StrCat("rp_", crypto::Base32(crypto::RandomBytes(10)));
  const absl::Time now = timers_.clock().Now();
  auto work = [this, &command, &replay_id, per_second, now](WriteSide& side) {
    return side.orders.Create(
        command.selection, command.selection_json, per_second, configured_, replay_id, now);
  };
  absl::StatusOr<Orders::Replay> created = co_await ledger_.Write(std::move(work), kTurn, stop);
  if (!created.ok()) co_return Refused(created.status());
  observe::Info("replay ordered by an operator")
      .Text("replay_id", replay_id)
      .Number("items", created->plan.total())
      .Real("per_second", per_second);
  runner_.Wake();
  co_return co_await AnswerReplay(replay_id, 202, std::move(stop));
}

Api::Answer Api::AnswerReplay(std::string replay_id, int status, std::stop_token stop) {
  auto find = [&replay_id](Reader& reader) { return reader.Replay(replay_id); };
  absl::StatusOr<std::optional<ReplayRecord>> replay =
      co_await ledger_.Read(std::move(find), kTurn, stop);
  if (!replay.ok()) co_return Refused(replay.status());
  if (!replay->has_value()) co_return ToResponse(NotFound("there is no replay " + replay_id));
  std::vector<ReplayItemRecord> failed;
  if ((*replay)->failed > 0) {
    auto list = [&replay](Reader& reader) {
      return reader.FailedItems((*replay)->number, kShownFailures);
    };
    absl::StatusOr<std::vector<ReplayItemRecord>> items =
        co_await ledger_.Read(std::move(list), kTurn, std::move(stop));
    if (!items.ok()) co_return Refused(items.status());
    failed = *std::move(items);
  }
  http::Response response = Json(status, RenderReplay(**replay, failed));
  if (status == 202) response.headers.Add("location", "/v1/replays/" + replay_id);
  co_return response;
}

Api::Answer Api::Do(ListReplays command, std::stop_token stop) {
  auto work = [&command](Reader& reader) {
    return reader.Replays(command.page.before, command.page.limit);
  };
  absl::StatusOr<std::vector<ReplayRecord>> replays =
      co_await ledger_.Read(std::move(work), kTurn, std::move(stop));
  if (!replays.ok()) co_return Refused(replays.status());
  co_return Json(200, RenderReplays(*replays, command.page.limit));
}

Api::Answer Api::Do(ShowReplay command, std::stop_token stop) {
  co_return co_await AnswerReplay(std::move(command.replay_id), 200, std::move(stop));
}

Api::Answer Api::Do(ControlReplay command, std::stop_token stop) {
  const absl::Time now = timers_.clock().Now();
  auto work = [&command, now](WriteSide& side) {
    switch (command.action) {
      case ControlReplay::Action::kPause:
        return side.orders.Pause(command.replay_id);
      case ControlReplay::Action::kResume:
        return side.orders.Resume(command.replay_id);
      case ControlReplay::Action::kCancel:
        break;
    }
    return side.orders.Cancel(command.replay_id, command.abandon, now);
  };
  absl::Status done = co_await ledger_.Write(std::move(work), kTurn, stop);
  if (!done.ok()) co_return Refused(done);
  observe::Info("replay controlled by an operator")
      .Text("replay_id", command.replay_id)
      .Text("action", Name(command.action));
  if (command.action == ControlReplay::Action::kResume) runner_.Wake();
  co_return co_await AnswerReplay(std::move(command.replay_id), 200, std::move(stop));
}

Api::Answer Api::Do(ShowBooks, std::stop_token) {
  Books books = ledger_.books();
  for (const std::string& name : configured_) books.try_emplace(name);
  co_return Json(200, RenderBooks(books));
}

}  // namespace leadrelay::dlq
