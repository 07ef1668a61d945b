#include "services/delivery/connectors/salesforce/fields.h"

#include <algorithm>
#include <initializer_list>

namespace leadrelay::delivery::salesforce {
namespace {

std::vector<FieldFact> Facts(std::initializer_list<const char*> required,
                             std::initializer_list<const char*> writable,
                             std::initializer_list<const char*> read_only) {
  std::vector<FieldFact> facts;
  for (const char* name : required) facts.push_back({.name = name, .required = true});
  for (const char* name : writable) facts.push_back({.name = name});
  for (const char* name : read_only) facts.push_back({.name = name, .read_only = true});
  for (const char* name : {"Id",
                           "IsDeleted",
                           "CreatedDate",
                           "CreatedById",
                           "LastModifiedDate",
                           "LastModifiedById",
                           "SystemModstamp",
                           "LastActivityDate",
                           "LastViewedDate",
                           "LastReferencedDate"}) {
    facts.push_back({.name = name, .read_only = true});
  }
  return facts;
}

}  // namespace

const std::vector<FieldFact>& LeadFields() {
  static const std::vector<FieldFact> facts = Facts({"LastName", "Company"},
                                                    {"AnnualRevenue",
                                                     "City",
                                                     "CleanStatus",
                                                     "CompanyDunsNumber",
                                                     "Country",
                                                     "CountryCode",
                                                     "CurrencyIsoCode",
                                                     "Description",
                                                     "DoNotCall",
                                                     "Email",
                                                     "Fax",
                                                     "FirstName",
                                                     "GenderIdentity",
                                                     "HasOptedOutOfEmail",
                                                     "HasOptedOutOfFax",
                                                     "IndividualId",
                                                     "Industry",
                                                     "Jigsaw",
                                                     "Latitude",
                                                     "LeadSource",
                                                     "Longitude",
                                                     "MiddleName",
                                                     "MobilePhone",
                                                     "NumberOfEmployees",
                                                     "OwnerId",
                                                     "Phone",
                                                     "PostalCode",
                                                     "Pronouns",
                                                     "Rating",
                                                     "RecordTypeId",
                                                     "Salutation",
                                                     "State",
                                                     "StateCode",
                                                     "Status",
                                                     "Street",
                                                     "Suffix",
                                                     "Title",
                                                     "Website"},
                                                    {"Address",
                                                     "ConvertedAccountId",
                                                     "ConvertedContactId",
                                                     "ConvertedDate",
                                                     "ConvertedOpportunityId",
                                                     "EmailBouncedDate",
                                                     "EmailBouncedReason",
                                                     "IsConverted",
                                                     "MasterRecordId",
                                                     "Name",
                                                     "PhotoUrl"});
  return facts;
}

const std::vector<FieldFact>& ContactFields() {
  static const std::vector<FieldFact> facts = Facts({"LastName"},
                                                    {"AccountId",
                                                     "AssistantName",
                                                     "AssistantPhone",
                                                     "Birthdate",
                                                     "CleanStatus",
                                                     "CurrencyIsoCode",
                                                     "Department",
                                                     "Description",
                                                     "DoNotCall",
                                                     "Email",
                                                     "Fax",
                                                     "FirstName",
                                                     "GenderIdentity",
                                                     "HasOptedOutOfEmail",
                                                     "HasOptedOutOfFax",
                                                     "HomePhone",
                                                     "IndividualId",
                                                     "LeadSource",
                                                     "MailingCity",
                                                     "MailingCountry",
                                                     "MailingCountryCode",
                                                     "MailingLatitude",
                                                     "MailingLongitude",
                                                     "MailingPostalCode",
                                                     "MailingState",
                                                     "MailingStateCode",
                                                     "MailingStreet",
                                                     "MiddleName",
                                                     "MobilePhone",
                                                     "OtherCity",
                                                     "OtherCountry",
                                                     "OtherCountryCode",
                                                     "OtherPhone",
                                                     "OtherPostalCode",
                                                     "OtherState",
                                                     "OtherStateCode",
                                                     "OtherStreet",
                                                     "OwnerId",
                                                     "Phone",
                                                     "Pronouns",
                                                     "RecordTypeId",
                                                     "ReportsToId",
                                                     "Salutation",
                                                     "Suffix",
                                                     "Title"},
                                                    {"EmailBouncedDate",
                                                     "EmailBouncedReason",
                                                     "IsEmailBounced",
                                                     "MailingAddress",
                                                     "MasterRecordId",
                                                     "Name",
                                                     "OtherAddress",
                                                     "PhotoUrl"});
  return facts;
}

const std::vector<FieldFact>& OpportunityFields() {
  static const std::vector<FieldFact> facts = Facts({},
                                                    {"AccountId",
                                                     "Amount",
                                                     "CampaignId",
                                                     "CloseDate",
                                                     "CurrencyIsoCode",
                                                     "Description",
                                                     "ForecastCategoryName",
                                                     "LeadSource",
                                                     "Name",
                                                     "NextStep",
                                                     "OwnerId",
                                                     "Pricebook2Id",
                                                     "Probability",
                                                     "RecordTypeId",
                                                     "StageName",
                                                     "TotalOpportunityQuantity",
                                                     "Type"},
                                                    {"ContactId",
                                                     "ExpectedRevenue",
                                                     "Fiscal",
                                                     "FiscalQuarter",
                                                     "FiscalYear",
                                                     "ForecastCategory",
                                                     "HasOpportunityLineItem",
                                                     "IsClosed",
                                                     "IsWon"});
  return facts;
}

bool IsCustomField(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return name.size() > 3 && name.size() <= 80 && name.ends_with("__c") && is_letter(name[0]) &&
         std::ranges::all_of(
             name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace leadrelay::delivery::salesforce
