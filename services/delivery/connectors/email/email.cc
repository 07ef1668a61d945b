#include "services/delivery/connectors/email/email.h"

#include "services/delivery/connectors/email/errors.h"
#include "services/delivery/connectors/email/mime.h"

namespace leadrelay::delivery::email {
namespace {

// The two kinds of mail; in the progress, the message id of what was taken.
constexpr std::string_view kNotify = "notify";
constexpr std::string_view kConfirm = "confirm";

std::string AddressOf(const Job& job) {
  return job.lead.Find("email").StringOr("");
}

// The same for every attempt and replay of the delivery.
std::string MessageId(const Job& job, std::string_view kind, const Settings& settings) {
  return absl::StrCat(
      std::string(kind), ".", IdText(job.delivery_id), "@", std::string(DomainOf(settings.from)));
}

// Everything that does not hang on the kind of mail.
Message MessageFor(const Job& job, const Letter& letter, const Settings& settings) {
  const LeadFacts facts = FactsOf(job);
  Message message;
  message.date = job.accepted_at;
  message.from_name = settings.from_name;
  message.from = settings.from;
  message.delivery_id = job.delivery_id;
  message.subject = letter.subject.Render(facts, Template::Escape::kNone);
  message.text = letter.text.Render(facts, Template::Escape::kNone);
  if (letter.html.has_value()) {
    message.html = letter.html->Render(facts, Template::Escape::kHtml);
  }
  return message;
}

}  // namespace

Email::Email(Settings settings)
    : settings_(std::move(settings)),
      notify_(PlanOf("notify the team", kNotify, &Email::Notification)),
      confirm_(PlanOf("confirm to the lead", kConfirm, &Email::Confirmation)),
      steps_{&notify_, &confirm_} {}

JobStep::Plan Email::PlanOf(std::string name,
                            std::string_view kind,
                            http::Request (Email::*build)(const Job& job) const) const {
  JobStep::Plan plan;
  plan.name = std::move(name);
  plan.creates = true;
  plan.any_body = true;
  plan.build = [this, build](const Job& job) { return (this->*build)(job); };
  plan.absorb = [this, kind](Job& job, const Answer& /*answer*/, absl::Time /*now*/) {
    Set(job.progress, kind, MessageId(job, kind, settings_));
  };
  return plan;
}

http::Request Email::NewRequest(std::string method) const {
  http::Request request;
  request.method = std::move(method);
  request.url = settings_.url;
  request.headers.Add("smtp-tls", settings_.tls ? "required" : "none");
  return request;
}

http::Request Email::Notification(const Job& job) const {
  Message message = MessageFor(job, settings_.notification, settings_);
  message.message_id = MessageId(job, kNotify, settings_);
  message.to = settings_.team;
  // Whoever answers, answers the person.
  if (IsMailbox(AddressOf(job))) message.reply_to = AddressOf(job);
  http::Request request = NewRequest("MAIL");
  request.headers.Add("smtp-from", settings_.envelope_from);
  for (const std::string& address : settings_.team) request.headers.Add("smtp-to", address);
  request.body = Compose(message);
  return request;
}

http::Request Email::Confirmation(const Job& job) const {
  Message message = MessageFor(job, settings_.confirmation, settings_);
  message.message_id = MessageId(job, kConfirm, settings_);
  message.to = {AddressOf(job)};
  message.reply_to = settings_.reply_to;
  http::Request request = NewRequest("MAIL");
  request.headers.Add("smtp-from", settings_.envelope_from);
  request.headers.Add("smtp-to", AddressOf(job));
  request.body = Compose(message);
  return request;
}

void Email::Authorize(http::Request& request,
                      const Call& /*call*/,
                      const Batch& /*batch*/,
                      const Credential& credential,
                      absl::Time /*now*/) const {
  if (settings_.username.empty()) return;
  request.headers.Set("smtp-username", settings_.username);
  request.headers.Set("smtp-password", credential.token);
}

// The team first: a confirmation that cannot be delivered must not hide the lead.
const Step* Email::NextStep(const Job& job) const {
  const bool notifies = !settings_.team.empty();
  if (notifies && !Has(job.progress, kNotify)) return &notify_;
  if (!settings_.confirms || Has(job.progress, kConfirm)) return nullptr;
  const bool reachable = !AddressOf(job).empty();
  return reachable || !notifies ? &confirm_ : nullptr;
}

std::optional<Outcome> Email::RefuseUnasked(const Job& job) const {
  if (NextStep(job) != &confirm_ || IsMailbox(AddressOf(job))) return std::nullopt;
  if (AddressOf(job).empty()) {
    return Outcome::Rejected("the lead has no e-mail address to confirm to",
                             "send only leads with an address here: a route can ask for one",
                             0);
  }
  return Outcome::Rejected(
      "the lead's e-mail address cannot be written to: it has characters "
      "other than ASCII, or quotes",
      "ask the person in another way",
      0);
}

Verdict Email::Judge(const Step& step, const Answer& answer, absl::Time /*now*/) const {
  return JudgeReply(answer.response, &step == &confirm_ ? Recipient::kLead : Recipient::kTeam);
}

Outcome Email::Finished(const Job& job, int status) const {
  std::string id = Get(job.progress, Has(job.progress, kNotify) ? kNotify : kConfirm);
  if (status == 0) return Outcome::Duplicate(std::move(id), status);
  return Outcome::Delivered(std::move(id), "", status);
}

std::vector<Probe> Email::Probes(absl::Time /*now*/) const {
  Probe probe;
  probe.what = settings_.username.empty() ? "the mail server answers" : "the login is accepted";
  probe.request = NewRequest("NOOP");
  return {std::move(probe)};
}

Finding Email::JudgeProbe(const Probe& probe, const http::Response& response) const {
  const Verdict verdict = JudgeReply(response, Recipient::kTeam);
  if (verdict.reach == Verdict::Reach::kNone) return {true, probe.what, ""};
  const std::string& remedy = verdict.outcome.remedy;
  return {false,
          verdict.outcome.reason,
          remedy.empty() ? "the server is in trouble or over its limit: try again later" : remedy};
}

std::unique_ptr<const Connector> Configure(Setup setup) {
  return std::make_unique<Email>(ReadSettings(setup));
}

}  // namespace leadrelay::delivery::email
