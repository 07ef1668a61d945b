#include "tests/sandbox/systems/zoho/schema.h"

namespace leadrelay::sandbox::zoho {
namespace {

Field Typed(std::string name, std::string type) {
  Field field;
  field.name = std::move(name);
  field.type = std::move(type);
  return field;
}

Field Mandatory(Field field) {
  field.mandatory = true;
  return field;
}

Field Long(Field field, size_t characters) {
  field.longest = characters;
  return field;
}

Field Unique(std::string name) {
  Field field = Typed(std::move(name), "text");
  field.unique = true;
  return field;
}

Field Lookup(std::string name, std::string module) {
  Field field = Typed(std::move(name), "lookup");
  field.module = std::move(module);
  return field;
}

std::vector<Field> PersonFields() {
  Field email = Typed("Email", "email");
  email.system = true;
  return {email,
          Long(Typed("First_Name", "text"), 40),
          Long(Mandatory(Typed("Last_Name", "text")), 80),
          Typed("Phone", "phone"),
          Typed("Lead_Source", "text"),
          Unique("Member_No")};
}

std::vector<Field> AccountFields() {
  Field name = Long(Mandatory(Typed("Account_Name", "text")), 200);
  name.system = true;
  return {name, Typed("Website", "text"), Typed("Phone", "phone"), Typed("Billing_City", "text")};
}

std::vector<Field> DealFields() {
  Field name = Long(Mandatory(Typed("Deal_Name", "text")), 120);
  name.system = true;
  Field stage = Mandatory(Typed("Stage", "picklist"));
  stage.values = {"Qualification",
                  "Needs Analysis",
                  "Value Proposition",
                  "Identify Decision Makers",
                  "Proposal/Price Quote",
                  "Negotiation/Review",
                  "Closed Won",
                  "Closed Lost",
                  "Closed Lost to Competition"};
  return {name,
          stage,
          Typed("Pipeline", "text"),
          Typed("Amount", "currency"),
          Mandatory(Typed("Closing_Date", "date")),
          Lookup("Contact_Name", "Contacts"),
          Lookup("Account_Name", "Accounts"),
          Unique("Delivery")};
}

}  // namespace

Schema StandardSchema() {
  Schema schema;
  schema["Leads"] = PersonFields();
  schema["Leads"].push_back(Long(Mandatory(Typed("Company", "text")), 200));
  schema["Contacts"] = PersonFields();
  schema["Contacts"].push_back(Lookup("Account_Name", "Accounts"));
  schema["Accounts"] = AccountFields();
  schema["Deals"] = DealFields();
  schema["Notes"] = {Long(Typed("Note_Title", "text"), 120),
                     Mandatory(Typed("Note_Content", "textarea")),
                     Mandatory(Lookup("Parent_Id", ""))};
  schema["Tasks"] = {Mandatory(Typed("Subject", "text")),
                     Typed("Status", "text"),
                     Typed("Description", "textarea"),
                     Typed("Due_Date", "date"),
                     Lookup("Who_Id", "Contacts"),
                     Lookup("What_Id", "")};
  return schema;
}

}  // namespace leadrelay::sandbox::zoho
