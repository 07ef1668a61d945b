#pragma once
// Zoho's answers, as it writes them.  Pure.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"
#include "tests/sandbox/systems/zoho/store.h"

namespace leadrelay::sandbox::zoho {

// Of the URL's query; empty when there is none.
std::string Parameter(const http::Request& request, std::string_view name);

// Of a body that is URL-encoded, or multipart as Zoho's own clients send it.
std::map<std::string, std::string> FormOf(const http::Request& request);
http::Response Json(int status, std::string body);

// {"code","details","message","status":"error"}, alone.
http::Response Error(int status, std::string_view code, std::string_view details = "{}");

// The verdict on the record at `place`.
std::string VerdictOn(const Written& written, size_t place, bool upsert);

// All verdicts: 200 or 201, 207, 400.
http::Response Verdicts(const std::vector<std::string>& verdicts, size_t failed, int success);

// The records with these fields; none: all.  Nothing to tell is a 204.
http::Response List(const std::vector<const Record*>& records,
                    const std::vector<std::string>& fields,
                    bool more);

std::string ToJson(const Record& record, const std::vector<std::string>& fields);

}  // namespace leadrelay::sandbox::zoho
