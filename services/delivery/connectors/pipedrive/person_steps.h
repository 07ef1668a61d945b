#pragma once
// Steps that find a person, make it, or bring it up to date.  Pure.
//
//   find person by e-mail -> by phone -> find recent person -> create person
//                                     -> read person -> update person
//
// The search goes by an index that may lag behind writes, by how much is not documented.  What is
// newer than the lead is therefore listed as well before a person is made: double submissions and
// persons whose making was not answered are found there.

#include <memory>
#include <string_view>

#include "services/delivery/connectors/pipedrive/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

// Scratch: looked there, and found nobody.
inline constexpr std::string_view kEmailLooked = "email_looked_up";
inline constexpr std::string_view kPhoneLooked = "phone_looked_up";
inline constexpr std::string_view kRecentLooked = "recent_looked_up";

inline constexpr std::string_view kReadPerson = "read person";
inline constexpr std::string_view kUpdatePerson = "update person";

// `settings` outlives the step.
std::unique_ptr<const Step> FindPersonByEmail(const Settings& settings);
std::unique_ptr<const Step> FindPersonByPhone(const Settings& settings);
std::unique_ptr<const Step> FindRecentPerson(const Settings& settings);
std::unique_ptr<const Step> ReadPerson(const Settings& settings);
std::unique_ptr<const Step> CreatePerson(const Settings& settings);
std::unique_ptr<const Step> UpdatePerson(const Settings& settings);

// For steps whose records belong to the person: when that is gone, it is looked for anew.
void RefuseOrForgetPerson(Job& job, const Verdict& verdict, const Answer& answer);

}  // namespace leadrelay::delivery::pipedrive
