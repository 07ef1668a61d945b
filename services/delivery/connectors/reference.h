#pragma once
// Reference: the words by which a record that we made is told from others, in CRMs where it has no
// key of its own.  It follows from the delivery alone: a lead that its publisher sends again, after
// an answer that was lost, is the same delivery, but accepted at another time.  Pure.

#include <string>
#include <string_view>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

std::string ReferenceOf(const Job& job);  // "[leadrelay l1:crm]"
// `text`, and below it the reference.
std::string WithReference(const std::string& text, const Job& job);
bool BearsReference(const Job& job, std::string_view text);

}  // namespace leadrelay::delivery
