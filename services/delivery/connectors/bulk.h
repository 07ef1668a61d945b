#pragma once
// What connectors have in common whose CRM takes many people at once and works on them in its own
// time (Connector::Bulk()): which jobs of a batch go that way, and how often is asked after them.
// It is noted in the jobs' scratch, and so holds for the length of the batch.  Pure.

#include <cstddef>
#include <functional>
#include <string>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

// For StepConnector::Begin().  Picks the jobs that go in bulk, or nobody when they are fewer than
// `from`, or when `from` is 0.  `key` is what the CRM tells the person by; empty for a job that
// cannot go.  Of two jobs with one key only the first goes: in which order a CRM works through
// what it is given at once, nobody knows.  Who was picked or passed over before stays so.
void PickForBulk(Batch& batch, int from, const std::function<std::string(const Job& job)>& key);

bool GoesInBulk(const Job& job);
void LeaveBulk(Job& job);  // It goes by itself, as if it were the only one.

// How often was asked after the job's bulk in this batch.
size_t PollsOf(const Job& job);
void CountPoll(Job& job);

}  // namespace leadrelay::delivery
