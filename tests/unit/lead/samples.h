#pragma once
// One of each, with every member set, for the tests of this folder.

#include "absl/time/time.h"

#include "common/lead/envelope.h"
#include "common/lead/events.h"

namespace leadrelay::lead {

inline absl::Time At(int64_t ms) {
  return absl::FromUnixMillis(1'772'357'400'000 + ms);
}

inline Envelope SampleEnvelope() {
  Envelope envelope;
  envelope.lead_id = "ld_4dkz";
  envelope.publisher = "shop";
  envelope.accepted_at = At(250);
  envelope.destinations = {"crm-eu", "sheet"};
  envelope.suppressed = {{"newsletter", "no consent"}};
  envelope.lead =
      json::Document::Parse(R"({"email":"ada@example.com","consent_given":false})").value();
  return envelope;
}

inline std::vector<Attempt> SampleHistory() {
  return {{1, At(1000), absl::Milliseconds(120), "retry", "503 from the CRM", 503},
          {2, At(61'000), absl::Milliseconds(30'000), "unknown", "no answer in time", 0},
          {3, At(91'000), absl::ZeroDuration(), "rejected", "", 400}};
}

inline DeliveryState SampleState() {
  DeliveryState state;
  state.attempts = 3;
  state.not_before = At(120'000);
  state.history = SampleHistory();
  state.progress = R"({"contact":"17"})";
  state.unknown = true;
  state.replay_id = "rp_9";
  state.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  return state;
}

inline std::vector<OutcomeEvent> SampleEvents() {
  using Kind = OutcomeEvent::Kind;
  return {
      {Kind::kDelivered,
       "ld_a",
       "crm-eu",
       At(1),
       2,
       "501",
       "created",
       "",
       absl::InfinitePast(),
       "rp_9",
       SampleHistory()},
      {Kind::kDuplicate, "ld_b", "crm-eu", At(2), 1, "502", "", "", absl::InfinitePast(), "", {}},
      {Kind::kSuppressed,
       "ld_c",
       "crm-eu",
       At(3),
       0,
       "",
       "",
       "no consent",
       absl::InfinitePast(),
       "",
       {}},
      {Kind::kRetrying,
       "ld_d",
       "sheet",
       At(4),
       1,
       "",
       "",
       "503 from the CRM",
       At(60'004),
       "",
       {SampleHistory()[0]}},
  };
}

inline DeadLetter SampleDeadLetter() {
  DeadLetter letter;
  letter.lead_id = "ld_a";
  letter.destination = "crm-eu";
  letter.at = At(5);
  letter.cause = "rejected";
  letter.reason = "the CRM knows no property \"shoe_size\"";
  letter.remedy = "create the property, or take it out of the mapping";
  letter.status = 400;
  letter.state = SampleState();
  letter.body = SampleEnvelope().ToJson();
  return letter;
}

}  // namespace leadrelay::lead
