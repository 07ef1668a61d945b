#pragma once
// What an operator can ask leadctl for, as values.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace leadrelay::leadctl {

// Exit codes: part of the interface; docs/leadctl.md.
enum ExitCode {
  kOk = 0,
  kBadNews = 1,      // The answer is: no.
  kUsage = 2,        // The command line, a file or the configuration is wrong.
  kPartly = 3,       // Done, but not all of it.
  kUnreachable = 4,  // The service does not answer.
};

struct Global {
  std::string config_path = "leadrelay.yaml";
  std::string api;  // Of the operators' API; empty: as configured.
  bool json = false;
};

struct SendOptions {
  std::string file;  // Empty: one lead from the flags.
  std::string url;   // Empty: as configured.
  std::string api_key_file;
  std::string format;
  std::string key_column;
  int batch = 500;
  int in_flight = 4;
  absl::Duration patience = absl::Minutes(2);  // Without any answer.
  std::string key;
  std::string email, name, phone, company, form, note;
  bool consent = false;
  std::vector<std::string> fields;  // "plan=pro"
};

struct DeadLetterChoice {
  std::string destination, cause, group, reason, lead_id, state, since, until;
};

struct StatusOptions {
  std::string lead_id;
  bool lead = false;
};
struct DlqListOptions {
  DeadLetterChoice choice;
  int limit = 50;
  bool groups = false;
};
struct DlqShowOptions {
  int64_t id = 0;
  bool lead = false;
};
// Replay or discard: by ids, or by a choice, or all.
struct DlqActOptions {
  bool discard = false;
  std::vector<int64_t> ids;
  DeadLetterChoice choice;
  bool all = false;
  bool yes = false;
  bool dry_run = false;
  bool wait = false;
  std::optional<double> rate;
  std::string note;
};
struct ReplaysOptions {
  std::string verb;  // "list", "show", "pause", "resume", "cancel"
  std::string id;
  bool abandon = false;
  int limit = 20;
};
struct DestinationsOptions {
  std::string verb;  // "", "pause", "resume"
  std::string name;
  std::string reason;
};
struct TestOptions {
  std::vector<std::string> destinations;
  bool all = false;
  bool dry = false;
  bool real = false;
  bool yes = false;
  std::string lead_file;  // Empty: a fictitious person.
};
// A question to a CRM about its own records.
struct CrmOptions {
  std::string destination;
  std::string verb;  // "search", "get", "update", "delete", "fields", "stages"
  std::string object = "person";
  std::string id;
  std::string text;
  std::vector<std::string> fields;  // "phone=+4930901820"
  bool yes = false;
};
struct ConfigCheckOptions {
  std::string file;  // Empty: --config.
  bool live = false;
};
struct BooksOptions {
  bool wait = false;
  absl::Duration timeout = absl::Seconds(60);
};
struct KeyNewOptions {
  std::string publisher;
  std::string note;
};
// `text` is what to print, already made: completion scripts.
struct PrintOptions {
  std::string text;
};

using Command = std::variant<SendOptions,
                             StatusOptions,
                             DlqListOptions,
                             DlqShowOptions,
                             DlqActOptions,
                             ReplaysOptions,
                             DestinationsOptions,
                             TestOptions,
                             CrmOptions,
                             ConfigCheckOptions,
                             BooksOptions,
                             KeyNewOptions,
                             PrintOptions>;

}  // namespace leadrelay::leadctl
