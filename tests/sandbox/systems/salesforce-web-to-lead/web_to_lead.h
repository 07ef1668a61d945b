#pragma once
// Salesforce Web-to-Lead of one org.  Facts: help "Web-to-Lead" (faq_leads_how_can_i_be_sure,
// 000005004).
//
// What it holds to: every post is answered with 200 and a page; a lead of another org, without a
// last name or a company, or beyond 500 in 24 hours is thrown away without a word; the same lead
// twice is two leads.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sandbox/system.h"

namespace leadrelay::sandbox {

class WebToLead final : public System {
 public:
  static constexpr std::string_view kOrgId = "00D5g000000sand";

  WebToLead();

  std::string_view name() const override { return "salesforce-web-to-lead"; }
  bool Owns(std::string_view path) const override;
  // The day's window refuses nothing: it only throws away.
  std::vector<Window*> WindowsFor(const http::Request& /*request*/) override { return {}; }
  http::Response Refuse(const Window& window, absl::Time now) override;
  http::Response Handle(const http::Request& request, absl::Time now) override;
  void SetLimit(std::string_view window, int64_t limit) override;
  void Reset() override;
  void Report(json::Writer& writer) const override;
  void Records(std::string_view type, json::Writer& writer) const override;

 private:
  using Lead = std::map<std::string, std::string>;

  std::vector<Lead> leads_;
  int64_t thrown_away_ = 0;
  Window day_;
};

namespace salesforce_web_to_lead {
std::unique_ptr<System> Make();
}  // namespace salesforce_web_to_lead

}  // namespace leadrelay::sandbox
