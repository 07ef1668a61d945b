#pragma once
// The fields that every Zoho account has, and what a name of a field may look like.  Pure.

#include <string_view>
#include <vector>

#include "services/delivery/connectors/field_facts.h"

namespace leadrelay::delivery::zoho {

// What an account is called, and the lookup of contacts and deals that names it.
inline constexpr std::string_view kAccountName = "Account_Name";

// Of "Leads", "Contacts", "Accounts" or "Deals"; docs "Modules and fields" (v8) and the vendor's
// sample data.
const std::vector<FieldFact>& FieldsOf(std::string_view module);

// An API name, as API calls take it: the label that people see is another thing.
bool IsApiName(std::string_view name);

// Custom fields have no mark of their own (My_Field, cf__c), so any API name may be one, except
// what differs from a field of Zoho's own by case alone.
bool MayBeCustom(std::string_view module, std::string_view name);

// Whether Zoho's own field takes {"id": "..."} there.
bool IsLookup(std::string_view module, std::string_view name);

}  // namespace leadrelay::delivery::zoho
