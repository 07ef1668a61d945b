#include "services/delivery/connectors/zoho/fields.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace leadrelay::delivery::zoho {
namespace {

constexpr size_t kLongestName = 100;

constexpr bool kReadOnly = true;
constexpr bool kRequired = true;

// What Zoho writes itself, in every module.
std::vector<FieldFact> WithSystemFields(std::vector<FieldFact> fields) {
  for (const char* name :
       {"id", "Created_Time", "Modified_Time", "Created_By", "Modified_By", "Last_Activity_Time"}) {
    fields.push_back({name, kReadOnly});
  }
  for (const char* name : {"Owner", "Description", "Tag", "Layout", "Lead_Source"}) {
    fields.push_back({name});
  }
  return fields;
}

std::vector<FieldFact> PersonFields(std::vector<FieldFact> fields) {
  fields.push_back({"Last_Name", false, kRequired});
  fields.push_back({"Full_Name", kReadOnly});
  fields.push_back({"Unsubscribed_Mode", kReadOnly});
  fields.push_back({"Unsubscribed_Time", kReadOnly});
  for (const char* name : {"Salutation",
                           "First_Name",
                           "Email",
                           "Secondary_Email",
                           "Email_Opt_Out",
                           "Phone",
                           "Mobile",
                           "Fax",
                           "Skype_ID",
                           "Twitter"}) {
    fields.push_back({name});
  }
  return WithSystemFields(std::move(fields));
}

std::vector<FieldFact> LeadFields() {
  return PersonFields({{"Company"},
                       {"Designation"},
                       {"Website"},
                       {"Lead_Status"},
                       {"Industry"},
                       {"No_of_Employees"},
                       {"Annual_Revenue"},
                       {"Rating"},
                       {"Street"},
                       {"City"},
                       {"State"},
                       {"Zip_Code"},
                       {"Country"}});
}

std::vector<FieldFact> ContactFields() {
  return PersonFields(
      {{"Account_Name"},  {"Vendor_Name"},  {"Title"},           {"Department"},
       {"Home_Phone"},    {"Other_Phone"},  {"Date_of_Birth"},   {"Assistant"},
       {"Asst_Phone"},    {"Reporting_To"}, {"Mailing_Street"},  {"Mailing_City"},
       {"Mailing_State"}, {"Mailing_Zip"},  {"Mailing_Country"}, {"Other_Street"},
       {"Other_City"},    {"Other_State"},  {"Other_Zip"},       {"Other_Country"}});
}

std::vector<FieldFact> AccountFields() {
  std::vector<FieldFact> fields = {{std::string(kAccountName), false, kRequired}};
  for (const char* name : {"Account_Number",  "Account_Site",    "Account_Type",
                           "Annual_Revenue",  "Employees",       "Fax",
                           "Industry",        "Ownership",       "Parent_Account",
                           "Phone",           "Rating",          "SIC_Code",
                           "Ticker_Symbol",   "Website",         "Billing_Street",
                           "Billing_City",    "Billing_State",   "Billing_Code",
                           "Billing_Country", "Shipping_Street", "Shipping_City",
                           "Shipping_State",  "Shipping_Code",   "Shipping_Country"}) {
    fields.push_back({name});
  }
  return WithSystemFields(std::move(fields));
}

// Contact_Name is what ties a deal to its person: ours to fill.
std::vector<FieldFact> DealFields() {
  return WithSystemFields({{"Deal_Name"},
                           {"Stage"},
                           {"Pipeline"},
                           {"Amount"},
                           {"Closing_Date"},
                           {"Currency"},
                           {"Exchange_Rate"},
                           {"Account_Name"},
                           {"Contact_Name", kReadOnly},
                           {"Type"},
                           {"Next_Step"},
                           {"Probability"},
                           {"Expected_Revenue", kReadOnly},
                           {"Campaign_Source"}});
}

bool SameLetters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const std::vector<FieldFact>& FieldsOf(std::string_view module) {
  static const std::vector<FieldFact> leads = LeadFields();
  static const std::vector<FieldFact> contacts = ContactFields();
  static const std::vector<FieldFact> deals = DealFields();
  static const std::vector<FieldFact> accounts = AccountFields();
  if (module == "Deals") return deals;
  if (module == "Accounts") return accounts;
  return module == "Contacts" ? contacts : leads;
}

bool IsApiName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
         std::ranges::all_of(
             name, [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_'); });
}

bool MayBeCustom(std::string_view module, std::string_view name) {
  return IsApiName(name) && std::ranges::none_of(FieldsOf(module), [name](const FieldFact& fact) {
           return SameLetters(fact.name, name);
         });
}

bool IsLookup(std::string_view module, std::string_view name) {
  // An account's own name.
  if (module == "Accounts" && name == kAccountName) return false;
  static constexpr std::array<std::string_view, 8> kLookups = {"Owner",
                                                               "Account_Name",
                                                               "Contact_Name",
                                                               "Vendor_Name",
                                                               "Parent_Account",
                                                               "Reporting_To",
                                                               "Campaign_Source",
                                                               "Layout"};
  return std::ranges::find(kLookups, name) != kLookups.end();
}

}  // namespace leadrelay::delivery::zoho
