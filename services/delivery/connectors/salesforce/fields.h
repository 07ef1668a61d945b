#pragma once
// The standard fields of the objects that a mapping may fill.  Pure.
// Facts: Object Reference, v67.0: Lead, Contact, Opportunity.

#include <string_view>
#include <vector>

#include "services/delivery/connectors/field_facts.h"

namespace leadrelay::delivery::salesforce {

const std::vector<FieldFact>& LeadFields();
const std::vector<FieldFact>& ContactFields();
const std::vector<FieldFact>& OpportunityFields();

// "Plan__c", "ns__Plan__c": what an account, or a package in it, has made.
bool IsCustomField(std::string_view name);

}  // namespace leadrelay::delivery::salesforce
