#include "services/delivery/connectors/salesforce/person_steps.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

// Of a URL, 16,384 bytes with its host and the headers; the rest of the query is short.
constexpr size_t kMostQueryBytes = 12'000;

bool IsDuplicate(const Settings& settings, const ApiError& error) {
  return error.code == "DUPLICATES_DETECTED" && settings.duplicates == Duplicates::kUpdate;
}

// Ids begin with three characters that tell the object.
bool IsPersonId(const Settings& settings, std::string_view id) {
  return IsId(id) && id.starts_with(settings.person == Person::kLead ? "00Q" : "003");
}

// The record that has the unique value is the person.
bool AdoptOwnerOfValue(const Settings& settings, Job& job, const ApiError& error) {
  if (error.code != "DUPLICATE_VALUE" || !IsPersonId(settings, error.record_id)) return false;
  Set(job.scratch, kPersonFound, error.record_id);
  return true;
}

class FindPersonsStep final : public delivery::Step {
 public:
  explicit FindPersonsStep(const Settings& settings) : settings_(settings) {}

  std::string_view name() const override { return "find persons"; }
  size_t MaxJobs() const override { return 200; }
  // Counted in bytes of the query.
  size_t Inputs(const Job& job) const override {
    return http::PercentEncode(Quoted(IdentityOf(job, settings_).value)).size() + 3;
  }
  size_t MaxInputs() const override { return kMostQueryBytes; }
  std::string Key(const Job& job) const override { return IdentityOf(job, settings_).value; }

  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Settings& settings_;
};

http::Request FindPersonsStep::Build(const std::vector<const Job*>& jobs) const {
  std::vector<std::string> terms;
  for (const std::string_view field : {"Email", "Phone"}) {
    std::vector<std::string> values;
    for (const Job* job : jobs) {
      const Identity identity = IdentityOf(*job, settings_);
      if (identity.field == field) values.push_back(Quoted(identity.value));
    }
    if (values.empty()) continue;
    terms.push_back(absl::StrCat(std::string(field), " IN (", absl::StrJoin(values, ","), ")"));
  }
  std::string where = absl::StrJoin(terms, " OR ");
  if (settings_.person == Person::kLead) {
    where = absl::StrCat("(", where, ") AND IsConverted = false");
  }
  return Query(settings_,
               absl::StrCat("SELECT Id, Email, Phone FROM ",
                            settings_.person_object(),
                            " WHERE ",
                            where,
                            " ORDER BY CreatedDate"));
}

void FindPersonsStep::Absorb(const Batch& /*batch*/,
                             const std::vector<Job*>& jobs,
                             const Answer& answer) const {
  if (!answer.body.Find("records").IsArray()) return;
  const std::vector<json::Value> records = answer.body.Find("records").Elements();
  for (Job* job : jobs) {
    const Identity identity = IdentityOf(*job, settings_);
    // The oldest, where there are several.
    const auto found = std::ranges::find_if(records, [&](const json::Value& record) {
      return LowerCase(record.Find(identity.field).StringOr("")) == identity.value &&
             IsId(record.Find("Id").StringOr(""));
    });
    if (found != records.end()) {
      Set(job->scratch, kPersonFound, found->Find("Id").StringOr(""));
    } else if (answer.body.Find("done").BoolOr(false)) {
      Set(job->scratch, kPersonLooked, "not there");
    }
  }
}

}  // namespace

void PersonWritten(Job& job, std::string id, bool created) {
  Set(job.progress, kPersonId, std::move(id));
  Set(job.progress, kPersonEffect, created ? "created" : "updated");
  // Nothing can belong to a person who was not there.
  if (created) job.unknown = false;
}

bool PersonGoesOn(const Settings& settings, Job& job, const ApiError& error) {
  if (IsDuplicate(settings, error)) {
    Set(job.scratch, kPersonDuplicate, "yes");
    return true;
  }
  // Whoever has the key by now was written at the same moment.
  if (error.code == "DUPLICATE_VALUE" &&
      std::ranges::find(error.fields, settings.key_field) != error.fields.end()) {
    job.outcome = Outcome::Retry("DUPLICATE_VALUE: written by two at the same time", 0);
    return true;
  }
  const bool lacks = NewPersonOf(job, settings).size() > PersonOf(job, settings).size();
  if (Has(job.scratch, kPersonNew) || !lacks || error.code != "REQUIRED_FIELD_MISSING") {
    return false;
  }
  Set(job.scratch, kPersonNew, "yes");
  return true;
}

std::unique_ptr<const delivery::Step> UpsertPersons(const Settings& settings, bool is_new) {
  CollectionStep::Plan plan;
  plan.name = is_new ? "upsert new persons" : "upsert persons";
  plan.how = CollectionStep::How::kUpsert;
  plan.object = settings.person_object();
  plan.key_field = settings.key_field;
  plan.fields = [&settings, is_new](const Job& job) {
    return is_new ? NewPersonOf(job, settings) : PersonOf(job, settings);
  };
  plan.key = [&settings](const Job& job) { return KeyOf(job, settings); };
  plan.written = &PersonWritten;
  plan.refused = [&settings](Job& job, const ApiError& error) {
    return PersonGoesOn(settings, job, error);
  };
  return std::make_unique<CollectionStep>(settings, std::move(plan));
}

std::unique_ptr<const delivery::Step> CreatePersons(const Settings& settings) {
  CollectionStep::Plan plan;
  plan.name = "create persons";
  plan.how = CollectionStep::How::kCreate;
  plan.object = settings.person_object();
  plan.fields = [&settings](const Job& job) { return NewPersonOf(job, settings); };
  plan.key = [&settings](const Job& job) { return IdentityOf(job, settings).value; };
  plan.written = &PersonWritten;
  plan.refused = [&settings](Job& job, const ApiError& error) {
    if (AdoptOwnerOfValue(settings, job, error)) return true;
    if (!IsDuplicate(settings, error)) return false;
    Set(job.scratch, kPersonDuplicate, "yes");
    return true;
  };
  return std::make_unique<CollectionStep>(settings, std::move(plan));
}

std::unique_ptr<const delivery::Step> UpdatePersons(const Settings& settings) {
  CollectionStep::Plan plan;
  plan.name = "update persons";
  plan.how = CollectionStep::How::kUpdate;
  plan.object = settings.person_object();
  plan.fields = [&settings](const Job& job) { return PersonOf(job, settings); };
  plan.key = [](const Job& job) { return Get(job.scratch, kPersonFound); };
  plan.written = [](Job& job, std::string id, bool /*created*/) {
    PersonWritten(job, std::move(id), false);
  };
  return std::make_unique<CollectionStep>(settings, std::move(plan));
}

std::unique_ptr<const delivery::Step> AskAboutDuplicates(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "ask about duplicates";
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    const std::string key = KeyOf(job, settings);
    Fields fields = NewPersonOf(job, settings);
    std::string url = settings.Url(absl::StrCat("/sobjects/", settings.person_object()));
    if (!key.empty()) {
      // A key in the address may not be in the body as well.
      std::erase_if(fields, [&](const MappedField& f) { return f.field == settings.key_field; });
      absl::StrAppend(&url, "/", settings.key_field, "/", http::PercentEncode(key));
    }
    json::Writer writer;
    writer.StartObject();
    WriteFields(fields, writer);
    writer.EndObject();
    return JsonRequest(key.empty() ? "POST" : "PATCH", std::move(url), writer.Take());
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    const std::string id = answer.body.Find("id").StringOr("");
    if (IsId(id)) PersonWritten(job, id, answer.response.status == 201);
  };
  plan.refuse = [&settings](Job& job, const Verdict& verdict, const Answer& answer) {
    const ApiError error = ReadError(answer.body);
    const std::vector<Match> matches = ReadMatches(answer.body);
    if (error.code == "DUPLICATES_DETECTED" && matches.size() == 1 &&
        matches.front().object == settings.person_object()) {
      Set(job.scratch, kPersonFound, matches.front().id);
      return;
    }
    if (AdoptOwnerOfValue(settings, job, error)) return;
    if (error.code.empty()) {
      job.outcome = verdict.outcome;
      return;
    }
    RefuseRecord(job, error, answer.response.status, [&](std::string_view field) {
      return Find(NewPersonOf(job, settings), field) != nullptr;
    });
  };
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const delivery::Step> FindPersons(const Settings& settings) {
  return std::make_unique<FindPersonsStep>(settings);
}

}  // namespace leadrelay::delivery::salesforce
