#pragma once
// Records as HubSpot's batch endpoints take them, and the verdicts they give.  Pure.

#include <string>
#include <utility>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/hubspot/errors.h"

namespace leadrelay::delivery::hubspot {

// Every property value is a text to HubSpot.
using Properties = std::vector<std::pair<std::string, std::string>>;

const std::string* Find(const Properties& properties, std::string_view name);
void Put(Properties& properties, std::string_view name, std::string value);

// E-mail addresses are compared without case by HubSpot: ours go out in lower case.
std::string LowerCase(std::string_view text);

// Ids of what HubSpot itself defined, from the vendor's client (AssociationTypes).
enum AssociationType : int {
  kDealToContact = 3,
  kContactToCompany = 279,  // Not 1, which would make it the contact's primary company.
  kDealToCompany = 341,     // Not 5, likewise.
  kNoteToContact = 202,
  kNoteToDeal = 214,
  kTaskToContact = 204,
  kTaskToDeal = 216,
};

struct Association {
  std::string to;  // Record id.
  AssociationType type;
};

// As a key property: the record's own id, of an update.
inline constexpr std::string_view kRecordId = "hs_object_id";

struct Record {
  std::string trace;         // objectWriteTraceId: verdicts name it.
  std::string key_property;  // Of an upsert, or kRecordId of an update; empty: a create.
  std::string key;
  std::string telling;  // Of a create: the property that tells it from others, when traces fail.
  Properties properties;
  std::vector<Association> associations;  // Of a create; an upsert takes none.
};

// {"inputs":[...]}: upserts and creates are not mixed.
std::string WriteRecords(const std::vector<Record>& records);

void WriteAssociationTypes(json::Writer& writer, AssociationType type);

struct RecordVerdict {
  enum class Kind { kWritten, kFailed, kSilent };
  Kind kind = Kind::kSilent;  // The answer says nothing of it.
  std::string id;             // Written.
  bool created = false;       // Written: it was not there before, as far as the answer says so.
  ApiError error;             // Failed.
};

// One verdict per record, in their order.  Matched by trace id; else by the value of the key or the
// telling property, when no two records or results share it; and an answer for one record alone is
// that record's.  Never by position: a record of one person must not get the id of another.
std::vector<RecordVerdict> ReadVerdicts(const std::vector<Record>& records,
                                        const json::Value& body);

}  // namespace leadrelay::delivery::hubspot
