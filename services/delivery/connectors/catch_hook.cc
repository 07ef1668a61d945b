#include "services/delivery/connectors/catch_hook.h"

#include <algorithm>
#include <array>

#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery {
namespace {

constexpr std::array<std::string_view, 4> kOwnMembers = {
    "event", "delivery_id", "lead_id", "occurred_at"};

const std::vector<DefaultField>& DefaultMembers() {
  static const std::vector<DefaultField> members = {
      {"email", "email"},
      {"phone", "phone"},
      {"name", "name"},
      {"first_name", "first_name"},
      {"last_name", "last_name"},
      {"company", "company"},
      {"note", "note"},
      {"form_name", "form_name"},
      {"form_data", "form_data"},
      {"submitted_at", "submitted_at"},
      {"timezone", "timezone"},
      {"consent_given", "consent_given"},
      {"consent_timestamp", "consent_timestamp"},
      {"source_url", "source.url"},
      {"source_referrer", "source.referrer"},
      {"utm_source", "source.utm_source"},
      {"utm_medium", "source.utm_medium"},
      {"utm_campaign", "source.utm_campaign"},
      {"utm_term", "source.utm_term"},
      {"utm_content", "source.utm_content"},
      {"deal_title", "deal.title"},
      {"deal_value", "deal.value"},
      {"deal_currency", "deal.currency"},
      {"deal_stage", "deal.stage"},
      {"deal_close_date", "deal.close_date"},
      {"task_title", "task.title"},
      {"task_text", "task.text"},
      {"task_due", "task.due"},
      {"publisher", "publisher"},
  };
  return members;
}

}  // namespace

CatchHook ReadCatchHook(Setup& setup) {
  CatchHook hook;
  const bool allow_http = setup.settings.Bool("allow_http", false);
  hook.url = setup.settings.RequiredSecret("url");
  if (!hook.url.empty()) {
    if (const std::optional<std::string> fault = FaultInUrl(hook.url, allow_http)) {
      setup.settings.AddFault("url", *fault);
    }
  }
  hook.mapping = Mapping::Compile(setup.mapping, DefaultMembers());
  for (const std::string_view member : kOwnMembers) {
    if (hook.mapping.Fills(member)) {
      setup.mapping.AddFault(member, "is set by this program itself: choose another name");
    }
  }
  return hook;
}

void WriteFlatLead(json::Writer& writer, const CatchHook& hook, const Job& job) {
  writer.StartObject()
      .Member("event", "lead.created")
      .Member("delivery_id", job.delivery_id)
      .Member("lead_id", job.lead_id)
      .Member("occurred_at", FormatInstant(job.accepted_at));
  const std::vector<MappedField> values = hook.mapping.Apply(FactsOf(job));
  for (const std::string& member : hook.mapping.Fields()) {
    const auto value = std::ranges::find(values, member, &MappedField::field);
    writer.Key(member);
    if (value == values.end()) {
      writer.Null();
    } else {
      Write(writer, value->value);
    }
  }
  writer.EndObject();
}

}  // namespace leadrelay::delivery
