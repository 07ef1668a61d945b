#pragma once
// Freshsales' answers, as it writes them.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "common/json/json.h"
#include "tests/sandbox/systems/freshsales/store.h"

namespace leadrelay::sandbox::freshsales {

http::Response Json(int status, std::string body);
http::Response Refused(int status, const std::string& message);
http::Response NotFound();

// "contacts" -> "contact"
std::string Singular(const std::string& type);

void Write(const Record& record, json::Writer& writer);
// A member of that name.
void WriteList(std::string_view name,
               const std::vector<const Record*>& records,
               json::Writer& writer);

http::Response One(const std::string& type, const Record& record);
http::Response OneWithAccounts(const Record& contact);

}  // namespace leadrelay::sandbox::freshsales
