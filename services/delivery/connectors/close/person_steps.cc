#include "services/delivery/connectors/close/person_steps.h"

#include "services/delivery/connectors/close/doubt.h"
#include "services/delivery/connectors/close/records.h"
#include "services/delivery/connectors/close/search.h"

namespace leadrelay::delivery::close {
namespace {

std::string SearchUrl(const Settings& settings) {
  return Url(settings, "/data/search/");
}

void ContactWritten(Job& job, std::string effect) {
  Set(job.progress, kContactEffect, std::move(effect));
}

void SaveLeadOf(Job& job, const json::Value& contact) {
  std::string lead_id = contact.Find("lead_id").StringOr("");
  if (!lead_id.empty()) Set(job.progress, kLeadId, std::move(lead_id));
}

// Nothing can hang on a contact that was not there.
void ContactCreated(Job& job) {
  if (!Has(job.progress, kContactId) || !Has(job.progress, kLeadId)) return;
  ContactWritten(job, "created");
  job.unknown = false;
}

}  // namespace

// By the e-mail address, and by the phone number of a lead without one.
std::unique_ptr<const Step> FindContact(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "find contact";
  plan.build = [&settings](const Job& job) {
    const Contact contact = ContactOf(job, settings);
    return JsonRequest("POST",
                       SearchUrl(settings),
                       contact.email.empty() ? ContactsByPhone(contact.phone)
                                             : ContactsByEmail(contact.given_email));
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value data = answer.body.Find("data");
    if (!data.IsArray()) return;
    const Contact contact = ContactOf(job, settings);
    const std::vector<json::Value> hits =
        contact.email.empty() ? HitsByPhone(data, contact.phone) : HitsByEmail(data, contact.email);
    if (hits.empty()) {
      if (IsNotThere(job, answer, settings)) Set(job.scratch, kContactLooked, "yes");
      return;
    }
    SaveId(job, kContactId, hits.front());
    SaveLeadOf(job, hits.front());
    if (hits.size() > 1) Set(job.scratch, kContactsAlike, absl::StrCat(hits.size() - 1));
  };
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> FindCompany(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "find company";
  plan.build = [&settings](const Job& job) {
    return JsonRequest(
        "POST", SearchUrl(settings), LeadsByName(CompanyOf(job, settings), "exact_value"));
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value data = answer.body.Find("data");
    if (!data.IsArray()) return;
    const std::vector<json::Value> hits = HitsByName(data, CompanyOf(job, settings));
    if (!hits.empty()) SaveId(job, kLeadId, hits.front());
    Set(job.scratch, kCompanyLooked, "yes");
  };
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> CreateLead(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create lead";
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", Url(settings, "/lead/"), NewLead(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    SaveId(job, kLeadId, answer.body);
    SaveId(job, kContactId, answer.body.Find("contacts").At(0));
    Set(job.progress, kLeadWritten, "yes");
    ContactCreated(job);
  };
  return std::make_unique<JobStep>(std::move(plan));
}

// Always with a lead_id: without one Close would make a lead named after the contact.
std::unique_ptr<const Step> CreateContact(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create contact";
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", Url(settings, "/contact/"), NewContact(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    SaveId(job, kContactId, answer.body);
    ContactCreated(job);
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

// The record itself: the search's copy may be old, and lists are replaced by what is written.
std::unique_ptr<const Step> ReadContact(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "read contact";
  plan.build = [&settings](const Job& job) {
    http::Request request;
    request.url = RecordUrl(settings, "/contact/", Get(job.progress, kContactId));
    return request;
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    if (answer.body.Find("id").StringOr("") != Get(job.progress, kContactId)) return;
    SaveLeadOf(job, answer.body);
    if (!Has(job.progress, kLeadId)) return;  // Nothing may be written without one.
    std::string changes = ContactChanges(job, settings, answer.body);
    if (changes.empty()) {
      ContactWritten(job, "");
    } else {
      Set(job.scratch, kContactChanges, std::move(changes));
    }
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> UpdateContact(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "update contact";
  plan.build = [&settings](const Job& job) {
    return JsonRequest("PUT",
                       RecordUrl(settings, "/contact/", Get(job.progress, kContactId)),
                       Get(job.scratch, kContactChanges));
  };
  plan.absorb = [](Job& job, const Answer& /*answer*/, absl::Time /*now*/) {
    ContactWritten(job, "updated");
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> UpdateLead(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "update lead";
  plan.build = [&settings](const Job& job) {
    return JsonRequest("PUT",
                       RecordUrl(settings, "/lead/", Get(job.progress, kLeadId)),
                       LeadChanges(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& /*answer*/, absl::Time /*now*/) {
    Set(job.progress, kLeadWritten, "yes");
  };
  plan.refuse = &RefuseUnlessGone;
  return std::make_unique<JobStep>(std::move(plan));
}

}  // namespace leadrelay::delivery::close
