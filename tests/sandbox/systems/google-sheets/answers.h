#pragma once
// The bodies in which Google Sheets answers.  Pure.

#include <string>

#include "common/http/message.h"

namespace leadrelay::sandbox::google_sheets {

http::Response Json(int status, std::string body);

// {"error":{"code","message","status"}}, with google.rpc.ErrorInfo when there is a reason.
http::Response Refused(int code,
                       const char* status,
                       const std::string& message,
                       const char* reason = "");
http::Response InvalidArgument(const std::string& message);
http::Response NoSuchRange(const std::string& range);
http::Response NotFound();

}  // namespace leadrelay::sandbox::google_sheets
