#include "services/delivery/connectors/zoho/catalogue.h"

#include <algorithm>
#include <array>

namespace leadrelay::delivery::zoho {
namespace {

constexpr std::string_view kCorrect =
    "correct the value at its source or in the mapping, then replay";
constexpr std::string_view kToken =
    "connect the account again, and see that data_center is the one in which it lives";
constexpr std::string_view kEndpoint =
    "check module, version and base_url of the destination against the account";
constexpr std::string_view kSmaller = "shorten what the lead carries, then replay";

constexpr std::array kMeanings = std::to_array<Meaning>({
    {"MANDATORY_NOT_FOUND",
     Class::kRecord,
     "a field that the account's layout requires has no value",
     "map the field, or give it a default in the mapping, then replay"},
    {"INVALID_DATA", Class::kRecord, "a value is not of the kind that its field takes", kCorrect},
    {"DEPENDENT_FIELD_MISSING",
     Class::kRecord,
     "a field that another one asks for has no value",
     "map the field as well, then replay"},
    {"DEPENDENT_MISMATCH",
     Class::kRecord,
     "a value does not go with that of the field it depends on",
     kCorrect},
    {"EXPECTED_FIELD_MISSING",
     Class::kRecord,
     "a field that another one asks for has no value",
     "map the field as well, then replay"},
    {"MULTIPLE_OR_MULTI_ERRORS", Class::kRecord, "several fields are at fault", kCorrect},
    {"DUPLICATE_DATA",
     Class::kRecord,
     "another record has the value of a field that takes no duplicates",
     "merge the two records in Zoho, then replay"},
    {"RECORD_LOCKED", Class::kBusy, "the record is locked", ""},
    {"RECORD_IN_BLUEPRINT", Class::kBusy, "a blueprint holds the record", ""},
    {"NOT_APPROVED", Class::kBusy, "the record waits for an approval", ""},
    {"ALREADY_MODIFIED", Class::kBusy, "the record was changed meanwhile", ""},
    {"DEPENDENT_SERVICE_ERROR", Class::kTrouble, "a service behind Zoho failed", ""},
    {"INTERNAL_ERROR", Class::kTrouble, "", ""},
    {"INVALID_TOKEN", Class::kToken, "the access token has expired or is not known", kToken},
    {"INVALID_OAUTHTOKEN", Class::kToken, "the access token has expired or is not known", kToken},
    {"AUTHENTICATION_FAILURE", Class::kToken, "the access token is not taken", kToken},
    {"OAUTH_SCOPE_MISMATCH",
     Class::kPermission,
     "the token was not given a scope that this needs",
     "connect the account again with the scopes that the connector's page lists"},
    {"NO_PERMISSION",
     Class::kPermission,
     "the user who connected the account may not do this",
     "give the user's profile the permission, or connect the account as another user"},
    {"AUTHORIZATION_FAILED",
     Class::kPermission,
     "the user who connected the account may not do this",
     "give the user's profile the permission, or connect the account as another user"},
    {"TOO_MANY_REQUESTS", Class::kSlower, "", ""},
    {"RATE_LIMIT_EXCEEDED", Class::kSlower, "", ""},
    {"INVALID_MODULE", Class::kRequest, "the account has no such module", kEndpoint},
    {"INVALID_URL_PATTERN", Class::kRequest, "there is nothing at this address", kEndpoint},
    {"INVALID_REQUEST_METHOD", Class::kRequest, "", kEndpoint},
    {"FEATURE_NOT_SUPPORTED", Class::kRequest, "the account's edition does not have it", kEndpoint},
    {"SYNTAX_ERROR", Class::kRequest, "the query cannot be read", kEndpoint},
    {"INVALID_QUERY",
     Class::kRequest,
     "the query asks for a field that the account does not have",
     kEndpoint},
    {"LIMIT_EXCEEDED", Class::kRecord, "the request is too large", kSmaller},
});

constexpr Meaning kNoMeaning;

}  // namespace

const Meaning& MeaningOf(std::string_view code) {
  const auto found = std::ranges::find(kMeanings, code, &Meaning::code);
  return found == kMeanings.end() ? kNoMeaning : *found;
}

}  // namespace leadrelay::delivery::zoho
