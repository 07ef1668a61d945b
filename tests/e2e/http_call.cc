#include "tests/e2e/http_call.h"

#include <cctype>

#include <curl/curl.h>

namespace leadrelay::e2e {
namespace {

size_t AppendBody(char* data, size_t, size_t count, void* reply) {
  static_cast<Reply*>(reply)->body.append(data, count);
  return count;
}

size_t AppendHeader(char* data, size_t, size_t count, void* reply) {
  std::string line(data, count);
  size_t colon = line.find(':');
  if (colon == std::string::npos) return count;
  std::string name = line.substr(0, colon);
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  size_t begin = line.find_first_not_of(" \t", colon + 1);
  size_t end = line.find_last_not_of(" \t\r\n");
  static_cast<Reply*>(reply)->headers[name] =
      begin == std::string::npos || begin > end ? "" : line.substr(begin, end - begin + 1);
  return count;
}

}  // namespace

json::Document Reply::Json() const {
  absl::StatusOr<json::Document> document = json::Document::Parse(body);
  return document.ok() ? *document : json::Document();
}

std::string Reply::Header(const std::string& name) const {
  auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Reply Call(const std::string& method,
           const std::string& url,
           const std::string& body,
           const std::vector<std::string>& headers) {
  thread_local CURL* easy = curl_easy_init();  // Kept for its connections.
  curl_easy_reset(easy);
  Reply reply;
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20'000L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (!body.empty() || method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &AppendBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &reply);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &AppendHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &reply);
  if (curl_easy_perform(easy) == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
  }
  curl_slist_free_all(list);
  return reply;
}

}  // namespace leadrelay::e2e
