#include "services/ingest/receive/form.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "common/json/json.h"
#include "common/json/utf8.h"
#include "common/text/clean.h"
#include "services/ingest/receive/visitor_address.h"
#include "services/ingest/validate/syntax.h"

namespace leadrelay::ingest {
namespace {

using Values = std::vector<std::string>;

// The schema's limits: people do not choose what their browser says, and must not fail for it.
constexpr size_t kMaxAddress = 64;
constexpr size_t kMaxUserAgent = 1024;
constexpr size_t kMaxPage = 2048;

// Where fields go that the form's configuration does not name.
struct Place {
  std::string_view field;
  std::string_view path;
};
constexpr std::array<Place, 19> kPlaces = {{
    {"email", "email"},
    {"phone", "phone"},
    {"name", "name"},
    {"first_name", "first_name"},
    {"last_name", "last_name"},
    {"company", "company"},
    {"note", "note"},
    {"message", "note"},
    {"timezone", "timezone"},
    {"form_name", "form_name"},
    {"consent_given", "consent_given"},
    {"consent", "consent_given"},
    {"consent_timestamp", "consent_timestamp"},
    {"referrer", "source.referrer"},
    {"utm_source", "source.utm_source"},
    {"utm_medium", "source.utm_medium"},
    {"utm_campaign", "source.utm_campaign"},
    {"utm_content", "source.utm_content"},
    {"utm_term", "source.utm_term"},
}};

// Pages in Latin-1 post Latin-1.  Repairing it instead could make two names of fields the same.
std::string Utf8Of(const std::string& text) {
  if (json::IsUtf8(text)) return text;
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8.push_back(c);
    } else {
      utf8.push_back(static_cast<char>(0xC0 | (byte >> 6)));
      utf8.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return utf8;
}

std::string PathOf(const config::Form& form, const std::string& field) {
  const auto mapped = form.fields.find(field);
  if (mapped != form.fields.end()) return mapped->second;
  const auto place = std::ranges::find(kPlaces, field, &Place::field);
  if (place != kPlaces.end()) return std::string(place->path);
  return "form_data." + field;
}

// The members of a lead, two levels deep: "" holds its own.
class Draft {
 public:
  void Add(const std::string& path, std::string value) {
    for (std::string_view section : {"source", "deal", "task", "form_data"}) {
      if (path == section) return Add("form_data." + path, std::move(value));  // It is no text.
      if (path.starts_with(section) && path.size() > section.size() + 1 &&
          path[section.size()] == '.') {
        sections_[std::string(section)][path.substr(section.size() + 1)].push_back(
            std::move(value));
        return;
      }
    }
    sections_[""][path].push_back(std::move(value));
  }

  void AddIfAbsent(const std::string& section, const std::string& key, std::string value) {
    Values& values = sections_[section][key];
    if (value.empty() ||
        std::ranges::any_of(values, [](const std::string& v) { return !text::Trim(v).empty(); })) {
      return;
    }
    values = {std::move(value)};
  }

  std::string ToJson() const {
    json::Writer writer;
    writer.StartObject();
    for (const auto& [section, members] : sections_) {
      if (!section.empty()) writer.Key(section).StartObject();
      for (const auto& [key, values] : members) {
        if (!values.empty()) WriteMember(writer, section, key, values);
      }
      if (!section.empty()) writer.EndObject();
    }
    writer.EndObject();
    return writer.Take();
  }

 private:
  static bool IsYes(std::string_view text) {
    const std::string lower = text::LowerAscii(text::Trim(text));
    return lower == "on" || lower == "true" || lower == "yes" || lower == "1";
  }

  static std::optional<double> AsNumber(std::string_view text) {
    text = text::Trim(text);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return number;
  }

  static void WriteMember(json::Writer& writer,
                          const std::string& section,
                          const std::string& key,
                          const Values& values) {
    writer.Key(key);
    if (section == "form_data" && values.size() > 1) {
      writer.StartArray();
      for (const std::string& value : values) writer.String(value);
      writer.EndArray();
      return;
    }
    // A checkbox that follows a hidden field of its name overrides it.
    const std::string& value = values.back();
    const bool is_value = section == "deal" && key == "value";
    const std::optional<double> number = is_value ? AsNumber(value) : std::nullopt;
    if (section.empty() && key == "consent_given") {
      writer.Bool(IsYes(value));
    } else if (number.has_value()) {
      writer.Double(*number);
    } else {
      writer.String(value);
    }
  }

  std::map<std::string, std::map<std::string, Values>> sections_;
};

http::Response Redirect(const std::string& url) {
  http::Response response;
  response.status = 303;
  response.headers.Add("location", url);
  response.headers.Add("cache-control", "no-store");
  return response;
}

http::Response Page(int status, std::string_view words) {
  http::Response response;
  response.status = status;
  response.headers.Add("content-type", "text/html; charset=utf-8");
  response.headers.Add("content-security-policy", "default-src 'none'");
  response.headers.Add("cache-control", "no-store");
  response.body = "<!doctype html><meta charset=utf-8><title>";
  response.body.append(words).append("</title><p>").append(words).append("</p>\n");
  return response;
}

std::string_view WordsFor(const Problem& problem) {
  if (problem.passing())
    return "We could not take your message just now. Please try again shortly.";
  return "Something in the form is missing or not valid. Please go back and check it.";
}

}  // namespace

Visitor VisitorOf(const http::Request& request, std::string_view peer) {
  Visitor visitor;
  visitor.address = VisitorAddress(peer, request.headers.Get("x-forwarded-for"));
  if (visitor.address.size() > kMaxAddress) visitor.address.clear();
  visitor.user_agent = std::string(request.headers.Get("user-agent").substr(0, kMaxUserAgent));
  const std::string_view page = request.headers.Get("referer");
  if (page.size() <= kMaxPage && IsWebUrl(page)) visitor.page = std::string(page);
  return visitor;
}

bool IsTrapped(const config::Form& form, const http::Fields& fields) {
  return !form.honeypot.empty() && std::ranges::any_of(fields, [&](const auto& field) {
    return field.first == form.honeypot && !field.second.empty();
  });
}

FormLead BuildLead(const config::Form& form,
                   const http::Fields& fields,
                   const Visitor& visitor,
                   absl::Time now) {
  Draft draft;
  for (const auto& [name, value] : fields) {
    if (name.empty() || name == form.honeypot) continue;
    draft.Add(PathOf(form, Utf8Of(name)), Utf8Of(value));
  }
  draft.AddIfAbsent("", "form_name", form.name);

  FormLead lead;
  lead.identity = draft.ToJson();
  const std::string at = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", now, absl::UTCTimeZone());
  draft.AddIfAbsent("", "submitted_at", at);
  draft.AddIfAbsent("", "ip_address", visitor.address);
  draft.AddIfAbsent("", "user_agent", visitor.user_agent);
  draft.AddIfAbsent("source", "url", visitor.page);
  lead.json = draft.ToJson();
  return lead;
}

http::Response FormResponse(const config::Form& form, const Verdict& verdict) {
  if (std::holds_alternative<Accepted>(verdict)) {
    if (!form.success_url.empty()) return Redirect(form.success_url);
    return Page(200, "Thank you. We have received your message.");
  }
  if (!form.failure_url.empty()) return Redirect(form.failure_url);
  const Problem& problem = std::get<Problem>(verdict);
  http::Response page = Page(problem.status, WordsFor(problem));
  const std::string retry_after(ProblemResponse(problem).headers.Get("retry-after"));
  if (!retry_after.empty()) page.headers.Add("retry-after", retry_after);
  return page;
}

bool WantsJson(const http::Headers& headers) {
  return headers.Get("accept").find("application/json") != std::string_view::npos;
}

}  // namespace leadrelay::ingest
