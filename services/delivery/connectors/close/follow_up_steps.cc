#include "services/delivery/connectors/close/follow_up_steps.h"

#include "absl/strings/ascii.h"

#include "services/delivery/connectors/close/kin_records.h"
#include "services/delivery/connectors/close/records.h"

namespace leadrelay::delivery::close {
namespace {

// Close may trim what it is given.
bool SameText(std::string_view a, std::string_view b) {
  return absl::StripAsciiWhitespace(std::string(a)) == absl::StripAsciiWhitespace(std::string(b));
}

std::unique_ptr<const Step> Create(std::string name,
                                   std::string url,
                                   std::string_view fact,
                                   std::function<std::string(const Job&)> body) {
  JobStep::Plan plan;
  plan.name = std::move(name);
  plan.creates = true;
  plan.build = [url = std::move(url), body = std::move(body)](const Job& job) {
    return JsonRequest("POST", url, body(job));
  };
  plan.absorb = [fact](Job& job, const Answer& answer, absl::Time /*now*/) {
    SaveId(job, fact, answer.body);
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

}  // namespace

Kin NoteKin() {
  Kin kin;
  kin.name = "note";
  kin.path = "/activity/note/";
  kin.found = kNoteId;
  kin.is_ours = [](const Job& job, const json::Value& note) {
    return SameText(note.Find("note").StringOr(""), NoteText(job)) && IsNoOlder(job, note);
  };
  return kin;
}

Kin TaskKin(const Settings& settings) {
  Kin kin;
  kin.name = "task";
  kin.path = "/task/";
  kin.found = kTaskId;
  kin.is_ours = [&settings](const Job& job, const json::Value& task) {
    return SameText(task.Find("text").StringOr(""), TaskText(job, settings)) &&
           IsNoOlder(job, task);
  };
  return kin;
}

std::unique_ptr<const Step> CreateNote(const Settings& settings) {
  return Create("create note", Url(settings, "/activity/note/"), kNoteId, &NewNote);
}

std::unique_ptr<const Step> CreateTask(const Settings& settings) {
  return Create("create task", Url(settings, "/task/"), kTaskId, [&settings](const Job& job) {
    return NewTask(job, settings);
  });
}

}  // namespace leadrelay::delivery::close
