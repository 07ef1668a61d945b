#pragma once
// What the texts in a lead may look like.  Pure.  Callers trim first.

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace leadrelay::ingest {

// A mailbox as people and CRMs use it: dot-atom local part of at most 64 bytes (RFC 5321, with
// UTF-8 as in RFC 6531), a domain of at least two labels; no quoted local part, comment or address
// literal.
bool IsEmail(std::string_view text);

// "2026-08-21T10:00:00.123+02:00" (RFC 3339, date and offset required).  Nothing when it is not
// one.  A leap second counts as the first second after it.
std::optional<absl::Time> ParseTimestamp(std::string_view text);

// "2026-03-01": a day that there is.
bool IsDate(std::string_view text);
// The same, or what ParseTimestamp() takes.
bool IsDateOrTime(std::string_view text);

// The shape of an IANA time zone name: "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5",
// "UTC".  Which names exist changes several times a year, so that is not checked.
bool IsTimeZone(std::string_view text);

// An absolute http or https URL with a host, no white space, no credentials.
bool IsWebUrl(std::string_view text);

// Any absolute URI: a referrer may be "android-app://com.example".
bool IsUri(std::string_view text);

// The shape of an ISO 4217 code: three letters.
bool IsCurrency(std::string_view text);

}  // namespace leadrelay::ingest
