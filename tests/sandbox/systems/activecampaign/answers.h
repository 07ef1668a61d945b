#pragma once
// ActiveCampaign's answers, as it writes them.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/json/json.h"
#include "tests/sandbox/systems/activecampaign/store.h"

namespace leadrelay::sandbox::activecampaign {

http::Response Json(int status, std::string body);
http::Response Message(int status, std::string_view message);

// 422: why a record is refused.
http::Response Invalid(std::string_view code, std::string_view field, std::string_view title);
http::Response Missing(std::string_view field);
http::Response NotRelated(std::string_view field, std::string_view what);

http::Response NoSuchRecord(std::string_view type, const std::string& id);

void Write(const Record& record, json::Writer& writer);
http::Response One(int status, std::string_view member, const Record& record);
http::Response Many(std::string_view member, const std::vector<const Record*>& records);

http::Response Stages();
http::Response ListsOf(const std::string& contact, const Store::Subscriptions& subscriptions);

}  // namespace leadrelay::sandbox::activecampaign
