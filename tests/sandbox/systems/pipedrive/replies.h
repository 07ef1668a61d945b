#pragma once
// The form of the played Pipedrive's answers, and the parts of a request.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"

namespace leadrelay::sandbox::pipedrive_store {

std::vector<std::string> Split(std::string_view path);
std::string Parameter(const http::Request& request, std::string_view name);

http::Response Json(int status, std::string body);
http::Response Error(int status, std::string_view text, std::string_view code = "");
http::Response Success(int status, std::string data);  // `data` is JSON.

}  // namespace leadrelay::sandbox::pipedrive_store
