// What the sandbox's ActiveCampaign lists: everything of a type, or what a contact has.

#include <algorithm>

#include "common/text/clean.h"
#include "tests/sandbox/systems/activecampaign/activecampaign.h"
#include "tests/sandbox/systems/activecampaign/answers.h"

namespace leadrelay::sandbox {
namespace {

using activecampaign::Call;
using activecampaign::Many;
using activecampaign::Record;
using text::LowerAscii;

constexpr size_t kPageSize = 20;
constexpr size_t kLargestPage = 100;

size_t NumberOr(size_t fallback, const std::string& text) {
  return text.empty() ? fallback : std::stoul(text);
}

// As the real one: a filter of a name that it does not know is not obeyed.
std::vector<const Record*> Filtered(const std::vector<Record>& records, const Call& call) {
  const std::string email = call.Parameter("email");
  const std::string title = call.Parameter("filters[search]");
  const std::string relid = call.Parameter("filters[relid]");
  std::vector<const Record*> found;
  for (const Record& record : records) {
    if (!email.empty() && LowerAscii(record.Text("email")) != LowerAscii(email)) continue;
    if (!title.empty() && record.Text("title").find(title) == std::string::npos) continue;
    if (!relid.empty() && record.Text("relid") != relid) continue;
    found.push_back(&record);
  }
  return found;
}

}  // namespace

http::Response ActiveCampaign::List(const Call& call) const {
  const std::string& type = call.path[0];
  const size_t limit = std::min(NumberOr(kPageSize, call.Parameter("limit")), kLargestPage);
  const size_t offset = NumberOr(0, call.Parameter("offset"));
  std::vector<const Record*> page =
      Filtered(store_.All(type == "dealTasks" ? "tasks" : type), call);
  page.erase(page.begin(), page.begin() + std::min(offset, page.size()));
  page.resize(std::min(limit, page.size()));
  return Many(type, page);
}

http::Response ActiveCampaign::OfContact(const Call& call) const {
  const std::string& id = call.path[1];
  const std::string& what = call.path[2];
  if (store_.Find("contacts", id) == nullptr) return activecampaign::NoSuchRecord("contacts", id);
  if (what == "contactLists") return activecampaign::ListsOf(id, store_.subscriptions());
  std::vector<const Record*> found;
  for (const Record& record : store_.All(what)) {
    if (record.Text(what == "deals" ? "contact" : "relid") == id) found.push_back(&record);
  }
  return Many(what, found);
}

}  // namespace leadrelay::sandbox
