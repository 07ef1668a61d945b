#pragma once
// What a list of records is asked for: in the query of a GET, or in the body of .../listRecords.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/http/message.h"
#include "common/json/json.h"

namespace leadrelay::sandbox::airtable {

struct ListRequest {
  std::string formula;
  std::vector<std::string> fields;                  // Empty: all.
  std::vector<std::pair<std::string, bool>> order;  // Field, and whether it descends.
  int64_t most = -1;                                // -1: as many as there are.
  int64_t page = 100;
  std::string offset;  // What the page before this one ended with.
  bool by_id = false;
};

ListRequest ReadListRequest(const http::Fields& query);
ListRequest ReadListRequest(const json::Value& body);

}  // namespace leadrelay::sandbox::airtable
