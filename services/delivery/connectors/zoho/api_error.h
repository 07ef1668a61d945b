#pragma once
// Errors as Zoho writes them.  Pure.
//
// An error is {"code","details":{...},"message","status":"error"}: alone when the request is at
// fault, an element of "data" when a record is (docs "Status codes", crm-oas operation texts).
// Codes have moved between HTTP statuses from version to version, so the code is asked first.
// Messages and details may quote the lead, so nothing of them is passed on but codes, types,
// names of permissions, and names of fields that we sent ourselves.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace leadrelay::delivery::zoho {

struct ApiError {
  struct Fault {
    std::string code;      // "INVALID_DATA"
    std::string field;     // As the answer has it: not to be shown unless it is one of ours.
    std::string expected;  // "email"
    friend bool operator==(const Fault&, const Fault&) = default;
  };
  std::string code;              // Empty: none, or none that is a code.
  std::vector<Fault> faults;     // One, or those of MULTIPLE_OR_MULTI_ERRORS.
  std::optional<size_t> record;  // Which one, when the answer says so.
  bool of_request = false;       // The answer says that it is about the request's own members.
  std::string duplicate_id;      // DUPLICATE_DATA: of the record that has the value already,
  std::string duplicate_module;  // and where it is, if the answer says so.
  std::vector<std::string> permissions;  // That are missing.
  friend bool operator==(const ApiError&, const ApiError&) = default;

  bool Is(std::string_view wanted) const;  // The code, or one of several.
  // The fault of that code, or null.
  const Fault* Find(std::string_view wanted) const;
};

// Of an element of "data", or of a whole answer, where it stands alone or in "data".
ApiError ReadError(const json::Value& error);

// Whether an element of "data", or a whole answer, is an error.
bool IsError(const json::Value& value);

// Whether we sent a field of that name.
using SentField = std::function<bool(std::string_view field)>;

// "INVALID_DATA (Email, expects email)"
std::string Describe(const ApiError& error, const SentField& sent);

// Of a text that stands where a code is to be; empty when it is none.
std::string CodeOf(const json::Value& value);

// Ids go into later requests and into the ledger: only what looks like one is taken.
std::string IdOf(const json::Value& value);

}  // namespace leadrelay::delivery::zoho
