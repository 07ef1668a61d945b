#pragma once
// Schedules in which the simulation found something wrong with our code.  Every run plays them
// again.  A seed stands for the same schedule only as long as the world draws the same choices:
// when a change moves them, look for the fault anew (break it again) and note the seed that finds
// it.

#include <cstdint>

namespace leadrelay::simulation {

struct Found {
  uint64_t seed;
  const char* what;
};

inline constexpr Found kFound[] = {
    {158, "a lead that its publisher sent again: its note was told by the time of acceptance"},
    {180, "Redis forgot the claim; a copy of the message made a second note without looking"},
    {282, "a flush, and whoever knew was killed: a copy that had waited was taken for new"},
    {285, "a copy of the message, without the progress of the first, made a second deal"},
    {635, "a look that found nothing was believed before the search could show the record"},
    {2119, "a process stood still, and went on although its claim was another's by then"},
    {2782, "a lead that its publisher sent again after Redis had forgotten was taken for new"},
};

}  // namespace leadrelay::simulation
