#include "services/delivery/connectors/freshsales/steps.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/freshsales/account_steps.h"
#include "services/delivery/connectors/freshsales/records.h"
#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::freshsales {
namespace {

using Body = std::function<std::string(const Job& job)>;
using IsIt = std::function<bool(const Job& job, const json::Value& record)>;

// A create: `member` of the answer has the id, which goes to the progress.
JobStep::Plan Create(const Settings& settings,
                     std::string_view member,
                     std::string_view progress,
                     Body body) {
  JobStep::Plan plan;
  plan.name = absl::StrCat("create ", std::string(member));
  plan.creates = true;
  plan.build = [url = settings.Url(absl::StrCat("/", std::string(member), "s")),
                body = std::move(body)](const Job& job) {
    return JsonRequest("POST", url, body(job));
  };
  plan.absorb = [member, progress](Job& job, const Answer& answer, absl::Time) {
    std::string id = IdOf(answer.body.Find(member));
    if (!id.empty()) Set(job.progress, progress, std::move(id));
  };
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

struct LookUp {
  std::string name;
  std::string path;  // Below the contact: "/notes".
  std::string list;  // The member of the answer: "notes".
  std::string_view looked;
  std::string_view found;
  IsIt is_it;
};

// Longer is larger, as ids have no leading zeros.
bool IsNewer(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

JobStep::Plan Look(const Settings& settings, const LookUp& what) {
  JobStep::Plan plan;
  plan.name = what.name;
  plan.build = [&settings, path = what.path](const Job& job) {
    http::Request request;
    request.url = settings.Url(absl::StrCat("/contacts/", Get(job.progress, kContactId), path));
    return request;
  };
  plan.absorb = [what](Job& job, const Answer& answer, absl::Time) {
    const json::Value list = answer.body.Find(what.list);
    if (!list.IsArray()) return;
    for (const json::Value& record : list.Elements()) {
      std::string id = IdOf(record);
      if (id.empty() || !what.is_it(job, record)) continue;
      if (IsNewer(id, Get(job.progress, what.found))) Set(job.progress, what.found, std::move(id));
    }
    Set(job.scratch, what.looked, "yes");
  };
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

bool IsOurs(const Job& job, const json::Value& record) {
  return BearsReference(job, record.Find("description").StringOr(""));
}

// The stage's id; empty: there is none of these names.  `names` have | between.
std::string FindStageIn(const json::Value& stages,
                        const std::string& pipeline,
                        const std::string& names) {
  for (const absl::string_view each : absl::StrSplit(names, '|')) {
    const std::string name(absl::StripAsciiWhitespace(each));
    for (const json::Value& stage : stages.Elements()) {
      // Of whichever pipeline when none is configured, or when the answer does not tell.
      const std::string of = stage.Find("deal_pipeline_id").AsText().value_or(pipeline);
      if (!pipeline.empty() && of != pipeline) continue;
      if (absl::EqualsIgnoreCase(stage.Find("name").StringOr(""), name)) return IdOf(stage);
    }
  }
  return "";
}

}  // namespace

void RefuseUnlessGone(Job& job, const Verdict& verdict, const Answer& answer) {
  job.outcome = verdict.outcome;
  if (answer.response.status != 404) return;
  job.outcome =
      Outcome::Retry("HTTP 404: a record is not there any more; begun anew next time", 404);
  job.progress.clear();
  PutInDoubt(job);
}

std::string IdOf(const json::Value& record) {
  std::string id = record.Find("id").AsText().value_or("");
  return IsId(id) ? id : "";
}

JobStep::Plan UpsertContact(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "upsert contact";
  plan.build = [&settings](const Job& job) {
    const std::string_view query = WantsAccount(job, settings) ? kWithAccounts : "";
    return JsonRequest("POST",
                       settings.Url(absl::StrCat("/contacts/upsert", std::string(query))),
                       ContactBody(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time) {
    const json::Value contact = answer.body.Find("contact");
    std::string id = IdOf(contact);
    if (id.empty()) return;
    Set(job.progress, kContactId, std::move(id));
    NoteAccounts(job, answer);
    // A hint: there is no flag.
    const std::string created = contact.Find("created_at").StringOr("");
    const std::string updated = contact.Find("updated_at").StringOr("");
    if (created.empty() || updated.empty()) return;
    Set(job.progress, kContactEffect, created == updated ? "created" : "updated");
  };
  plan.refuse = [](Job& job, const Verdict& verdict, const Answer& answer) {
    job.outcome = verdict.outcome;
    if (answer.response.status != 404) return;
    job.outcome =
        Outcome::Unauthorized("HTTP 404: this is not where the account's API lives",
                              "set base_url to the bundle alias of Settings > API Settings",
                              404);
  };
  return plan;
}

JobStep::Plan LookForOurDeal(const Settings& settings) {
  return Look(
      settings,
      {"look for our deal",
       "?include=deals",
       "deals",
       kDealLooked,
       kDealId,
       [&settings](const Job& job, const json::Value& deal) {
         absl::Time created;
         std::string error;
         return absl::ParseTime(
                    absl::RFC3339_full, deal.Find("created_at").StringOr(""), &created, &error) &&
                created >= EarliestRecordOf(job) &&
                deal.Find("name").AsString() == DealNameOf(job, settings);
       }});
}

JobStep::Plan LookForDeal(const Settings& settings) {
  JobStep::Plan plan = Look(settings,
                            {"look for the deal",
                             "?include=deals",
                             "deals",
                             kDealLooked,
                             kDealId,
                             [&settings](const Job& job, const json::Value& deal) {
                               return deal.Find("name").AsString() == DealNameOf(job, settings);
                             }});
  plan.absorb = [look = plan.absorb](Job& job, const Answer& answer, absl::Time now) {
    look(job, answer, now);
    if (!Has(job.scratch, kDealLooked) || Has(job.progress, kDealId)) return;
    job.outcome =
        Outcome::Retry("the contact has no deal of that name yet", answer.response.status);
  };
  return plan;
}

JobStep::Plan LookForOurNote(const Settings& settings) {
  return Look(settings, {"look for our note", "/notes", "notes", kNoteLooked, kNoteId, &IsOurs});
}

JobStep::Plan LookForOurTask(const Settings& settings) {
  return Look(settings,
              {"look for our task", "?include=tasks", "tasks", kTaskLooked, kTaskId, &IsOurs});
}

JobStep::Plan FindStage(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "find stage";
  plan.build = [&settings](const Job&) {
    http::Request request;
    request.url = settings.Url("/selector/deal_stages");
    return request;
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time) {
    const json::Value stages = answer.body.Find("deal_stages");
    if (!stages.IsArray()) return;
    std::string id = FindStageIn(stages, settings.deal_pipeline, StageOf(job, settings));
    if (!id.empty()) return Set(job.scratch, kStageId, std::move(id));
    job.outcome = Outcome::Rejected(
        "there is no such stage as the deal's",
        "give the deal's stage a name or an id in deal_stages (`leadctl crm` shows what there is), "
        "then replay",
        answer.response.status);
  };
  return plan;
}

JobStep::Plan CreateDeal(const Settings& settings) {
  return Create(settings, "deal", kDealId, [&settings](const Job& job) {
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
  plan.refuse = &RefuseUnlessGone;
  return plan;
}

JobStep::Plan CreateNote(const Settings& settings) {
  return Create(settings, "note", kNoteId, &NoteBody);
}

JobStep::Plan CreateTask(const Settings& settings) {
  return Create(
      settings, "task", kTaskId, [&settings](const Job& job) { return TaskBody(job, settings); });
}

}  // namespace leadrelay::delivery::freshsales
