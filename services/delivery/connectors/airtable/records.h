#pragma once
// Records as Airtable takes them, up to ten at a time, and what its answers say of them.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::airtable {

inline constexpr size_t kMostRecords = 10;  // Of a request.

using Cells = std::vector<MappedField>;

const Scalar* Find(const Cells& cells, std::string_view field);
void Put(Cells& cells, std::string_view field, Scalar value);

std::string LowerCase(std::string_view text);  // Of ASCII letters.

struct Record {
  std::string id;         // Of an update; empty: an upsert, which merges on
  std::string key_field;  // this field
  std::string key;        // with this value, which is among the cells.
  Cells cells;
  std::string link_field;  // Holds a link to
  std::string link;        // this record; empty: none.
};

// {"performUpsert":..,"typecast":..,"records":[..]}: updates and upserts are not mixed, nor upserts
// by several fields.
std::string WriteRecords(const std::vector<Record>& records, bool typecast);

struct Written {
  std::string id;
  bool created = false;
  json::Value fields;  // As they are now.
};

// One per record, in their order; nothing when the answer does not tell which it is.  Matched by id
// or by the value of the key field, and an answer of one record to one alone is that record's.
// Never by position: no source promises an order.
std::vector<std::optional<Written>> ReadWritten(const std::vector<Record>& records,
                                                const json::Value& body);

// Ids go into later requests and into the ledger: empty for what does not look like one.
std::string RecordId(const json::Value& value);

}  // namespace leadrelay::delivery::airtable
