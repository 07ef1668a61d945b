#include "tests/sandbox/systems/salesforce-web-to-lead/web_to_lead.h"

#include <set>

namespace leadrelay::sandbox {
namespace {

constexpr int64_t kLeadsPerDay = 500;

http::Response Page() {
  return http::Response{
      200, {{"Content-Type", "text/html;charset=UTF-8"}}, "<html><body></body></html>"};
}

}  // namespace

WebToLead::WebToLead() : day_("day", kLeadsPerDay, absl::Hours(24)) {}

bool WebToLead::Owns(std::string_view path) const {
  return path.starts_with("/salesforce-web-to-lead/");
}

http::Response WebToLead::Refuse(const Window&, absl::Time) {
  return Page();
}

http::Response WebToLead::Handle(const http::Request& request, absl::Time now) {
  if (!http::PathOf(request.url).ends_with("/servlet/servlet.WebToLead")) {
    return http::Response{404, {}, ""};
  }
  if (request.method != "POST") return Page();
  Lead lead;
  for (auto& [name, value] : http::ParseForm(request.body)) lead[name] = value;
  const bool taken = lead["oid"] == kOrgId && !lead["last_name"].empty() &&
                     !lead["company"].empty() && day_.Admit(now);
  if (taken) {
    leads_.push_back(std::move(lead));
  } else {
    ++thrown_away_;
  }
  return Page();
}

void WebToLead::SetLimit(std::string_view window, int64_t limit) {
  if (window == day_.name()) day_.set_limit(limit);
}

void WebToLead::Reset() {
  leads_.clear();
  thrown_away_ = 0;
  day_.Clear();
  day_.set_limit(kLeadsPerDay);
}

void WebToLead::Report(json::Writer& writer) const {
  const std::set<Lead> different(leads_.begin(), leads_.end());
  writer.Member("leads", static_cast<int64_t>(leads_.size()))
      .Member("thrown_away", thrown_away_)
      .Member("duplicates", static_cast<int64_t>(leads_.size() - different.size()));
  writer.Key("windows").StartArray();
  ReportWindow(day_, writer);
  writer.EndArray();
}

void WebToLead::Records(std::string_view /*type*/, json::Writer& writer) const {
  writer.StartArray();
  for (const Lead& lead : leads_) {
    writer.StartObject();
    for (const auto& [name, value] : lead) writer.Member(name, value);
    writer.EndObject();
  }
  writer.EndArray();
}

std::unique_ptr<System> salesforce_web_to_lead::Make() {
  return std::make_unique<WebToLead>();
}

}  // namespace leadrelay::sandbox
