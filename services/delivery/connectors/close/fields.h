#pragma once
// The fields of Close's records that a mapping may fill.  Pure.

#include <string_view>
#include <vector>

#include "services/delivery/connectors/field_facts.h"

namespace leadrelay::delivery::close {

// "email", "phone" and "url" stand for one element of Close's lists "emails", "phones" and "urls".
const std::vector<FieldFact>& ContactFields();
const std::vector<FieldFact>& LeadFields();
const std::vector<FieldFact>& OpportunityFields();
const std::vector<FieldFact>& TaskFields();

// "custom.cf_v6S011I6MqcbVvB2FA5Nk8dr5MkL8sWuCiG8cUleO9c"
bool IsCustomField(std::string_view name);

// Whether Close's error answers may name it, be it a field or a list that it is in.
bool IsKnownName(std::string_view name);

}  // namespace leadrelay::delivery::close
