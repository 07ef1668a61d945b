#pragma once
// Trace: the W3C traceparent, from the publisher's request through the message headers to the CRM
// call.  We carry and extend it; we keep no spans.  Source: W3C Trace Context, Level 2,
// chapter 3.2. Pure but for the random ids.

#include <string>
#include <string_view>

namespace leadrelay::observe {

struct Trace {
  std::string trace_id;  // 32 lower-case hex digits, not all zero.
  std::string span_id;   // 16 likewise.
  bool sampled = true;
  bool random =
      true;  // Level 2: the trace id is random in its right half; must be passed on as is.

  // Of a received header, when it is valid: its own ids, so that Child() is ours.  Otherwise a new
  // trace.
  static Trace Continue(std::string_view traceparent);
  static Trace Start();

  Trace Child() const;           // The same trace, a new span.
  std::string ToHeader() const;  // 00-<trace>-<span>-<flags>
  friend bool operator==(const Trace&, const Trace&) = default;
};

}  // namespace leadrelay::observe
