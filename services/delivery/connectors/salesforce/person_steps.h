#pragma once
// Steps that make a person be there once: by the key field, or found by address and then created.
// Pure.
//
//   key_field:   upsert persons -> (new, and it lacks a required field) upsert new persons
//   without:     find persons -> update persons | create persons
//   both:        (a duplicate rule steps in) ask about duplicates -> update persons
//
// The base sends the first of the steps that somebody needs, and the steps that write stand before
// the one that finds: so the second lead of one person in a batch is looked up after the first has
// been written, and finds it.

#include <memory>

#include "services/delivery/connectors/salesforce/collection_step.h"

namespace leadrelay::delivery::salesforce {

// Scratch: what is known of the person so far.
inline constexpr std::string_view kPersonFound = "person_found";          // An id, to be updated.
inline constexpr std::string_view kPersonLooked = "person_looked";        // Not there.
inline constexpr std::string_view kPersonNew = "person_new";              // The key is not there.
inline constexpr std::string_view kPersonDuplicate = "person_duplicate";  // A rule says so.

// Notes that the person is there.
void PersonWritten(Job& job, std::string id, bool created);
// Whether a refused upsert is not the end: another step goes on, or the job is decided already.
bool PersonGoesOn(const Settings& settings, Job& job, const ApiError& error);

std::unique_ptr<const delivery::Step> UpsertPersons(const Settings& settings, bool is_new);
std::unique_ptr<const delivery::Step> CreatePersons(const Settings& settings);
std::unique_ptr<const delivery::Step> UpdatePersons(const Settings& settings);

// The same write once more, for one person alone: only such an answer names the matches.
std::unique_ptr<const delivery::Step> AskAboutDuplicates(const Settings& settings);

// SOQL reads what was written a moment ago; a search (SOSL) would lag.
std::unique_ptr<const delivery::Step> FindPersons(const Settings& settings);

}  // namespace leadrelay::delivery::salesforce
