#include "services/delivery/connectors/activecampaign/steps.h"

#include <limits>

#include "absl/strings/match.h"

#include "services/delivery/connectors/activecampaign/errors.h"
#include "services/delivery/connectors/activecampaign/lookups.h"
#include "services/delivery/connectors/activecampaign/records.h"
#include "services/delivery/connectors/doubt.h"

namespace leadrelay::delivery::activecampaign {
namespace {

constexpr size_t kMostLists = 100;  // Of an answer: what is more may not be shown.

using Body = std::function<std::string(const Job& job)>;

// A create: `member` of the answer has the id, which goes to the progress.
JobStep::Plan Create(const Settings& settings,
                     std::string_view what,
                     std::string_view path,
                     std::string_view member,
                     std::string_view progress,
                     Body body) {
  JobStep::Plan plan;
  plan.name = absl::StrCat("create ", std::string(what));
  plan.creates = true;
  plan.build = [url = settings.Url(path), body = std::move(body)](const Job& job) {
    return JsonRequest("POST", url, body(job));
  };
  plan.absorb = [member, progress](Job& job, const Answer& answer, absl::Time) {
    std::string id = IdOf(answer.body.Find(member));
    if (!id.empty()) Set(job.progress, progress, std::move(id));
  };
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

// Whether the answer shows that the contact is as new as its last change: a hint, there is no flag.
std::string EffectOf(const json::Value& contact) {
  const std::string created = contact.Find("cdate").StringOr("");
  const std::string changed = contact.Find("udate").StringOr("");
  if (created.empty() || changed.empty()) return "";
  return created == changed ? "created" : "updated";
}

int64_t OrderOf(const json::Value& stage) {
  const std::optional<Scalar> order =
      ParseScalar(stage.Find("order").AsText().value_or(""), ScalarType::kNumber);
  const auto* number = order.has_value() ? std::get_if<int64_t>(&*order) : nullptr;
  return number == nullptr ? std::numeric_limits<int64_t>::max() : *number;
}

// The stage's id; empty: the pipeline has none like it.
std::string FindStageIn(const json::Value& stages,
                        const std::string& pipeline,
                        const std::string& wanted) {
  std::string found;
  int64_t first = std::numeric_limits<int64_t>::max();
  for (const json::Value& stage : stages.Elements()) {
    // A filter that is not obeyed shows the stages of every pipeline.
    if (stage.Find("group").AsText().value_or(pipeline) != pipeline) continue;
    if (wanted == kFirst) {
      if (!found.empty() && OrderOf(stage) >= first) continue;
      first = OrderOf(stage);
      found = IdOf(stage);
    } else if (absl::EqualsIgnoreCase(stage.Find("title").StringOr(""), wanted)) {
      return IdOf(stage);
    }
  }
  return found;
}

}  // namespace

void RefuseUnlessGone(Job& job, const Verdict& verdict, const Answer& answer) {
  job.outcome = verdict.outcome;
  if (!ReadError(answer.body).contact_gone) return;
  job.outcome = Outcome::Retry(absl::StrCat(verdict.outcome.reason, "; made again next time"),
                               answer.response.status);
  job.progress.clear();
  PutInDoubt(job);
}

JobStep::Plan SyncContact(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "sync contact";
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url("/contact/sync"), ContactBody(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time) {
    const json::Value contact = answer.body.Find("contact");
    std::string id = IdOf(contact);
    if (id.empty()) return;
    Set(job.progress, kContactId, std::move(id));
    Set(job.progress, kContactEffect, EffectOf(contact));
  };
  return plan;
}

JobStep::Plan ReadLists(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "read lists";
  plan.build = [&settings](const Job& job) {
    http::Request request;
    request.url =
        settings.Url(absl::StrCat("/contacts/", Get(job.progress, kContactId), "/contactLists"));
    return request;
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time) {
    const json::Value entries = answer.body.Find("contactLists");
    if (!entries.IsArray()) return;
    for (const std::string& list : settings.lists) {
      bool known = entries.size() >= kMostLists;
      for (const json::Value& entry : entries.Elements()) {
        known = known || entry.Find("list").AsText() == list;
      }
      if (known) Set(job.progress, ListKey(list), "left as it was");
    }
    Set(job.scratch, kListsRead, "yes");
  };
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

JobStep::Plan Subscribe(const Settings& settings, const std::string& list) {
  JobStep::Plan plan;
  plan.name = absl::StrCat("subscribe to list ", list);
  plan.build = [&settings, list](const Job& job) {
    return JsonRequest("POST", settings.Url("/contactLists"), SubscribeBody(job, list));
  };
  plan.absorb = [list](Job& job, const Answer&, absl::Time) {
    Set(job.progress, ListKey(list), "subscribed");
  };
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

JobStep::Plan AddTag(const Settings& settings, const std::string& tag) {
  JobStep::Plan plan;
  plan.name = absl::StrCat("add tag ", tag);
  plan.build = [&settings, tag](const Job& job) {
    return JsonRequest("POST", settings.Url("/contactTags"), TagBody(job, tag));
  };
  plan.absorb = [tag](Job& job, const Answer&, absl::Time) {
    Set(job.progress, TagKey(tag), "yes");
  };
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

JobStep::Plan FindStage(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "find stage";
  plan.build = [&settings](const Job&) {
    http::Request request;
    request.url = settings.Url(
        absl::StrCat("/dealStages?filters%5Bd_groupid%5D=", settings.deal_pipeline, "&limit=100"));
    return request;
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time) {
    const json::Value stages = answer.body.Find("dealStages");
    if (!stages.IsArray()) return;
    std::string id = FindStageIn(stages, settings.deal_pipeline, StageOf(job, settings));
    if (!id.empty()) return Set(job.scratch, kStageId, std::move(id));
    job.outcome = Outcome::Rejected(
        absl::StrCat("pipeline ", settings.deal_pipeline, " has no such stage as the deal's"),
        "give the deal's stage a title or an id in deal_stages (`leadctl crm` shows what there "
        "is), then replay",
        answer.response.status);
  };
  return plan;
}

JobStep::Plan CreateDeal(const Settings& settings) {
  return Create(settings, "deal", "/deals", "deal", kDealId, [&settings](const Job& job) {
    return NewDealBody(job, settings, Get(job.scratch, kStageId));
  });
}

JobStep::Plan MoveDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "move deal";
  plan.build = [&settings](const Job& job) {
    return JsonRequest("PUT",
                       settings.Url(absl::StrCat("/deals/", Get(job.progress, kDealId))),
                       MovedDealBody(job, settings, Get(job.scratch, kStageId)));
  };
  plan.absorb = [](Job& job, const Answer&, absl::Time) { Set(job.progress, kDealMoved, "yes"); };
  plan.refuse = [](Job& job, const Verdict& verdict, const Answer& answer) {
    job.outcome = verdict.outcome;
    if (answer.response.status == 404) job.progress.erase(std::string(kDealId));  // It is gone.
  };
  return plan;
}

JobStep::Plan CreateNote(const Settings& settings) {
  return Create(settings, "note", "/notes", "note", kNoteId, &NoteBody);
}

JobStep::Plan CreateTask(const Settings& settings) {
  return Create(settings, "task", "/dealTasks", "dealTask", kTaskId, [&settings](const Job& job) {
    return TaskBody(job, settings);
  });
}

}  // namespace leadrelay::delivery::activecampaign
