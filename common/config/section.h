#pragma once
// Section: one mapping of a YAML configuration file, read by type-checked calls that collect every
// fault instead of stopping at the first.  The one door to yaml-cpp.
//
// Text values may contain ${NAME} (an environment variable) and ${file:PATH} (a file's content
// without its last line end).  A key that is called a secret must be given that way: a secret
// written into the file is a fault.  Keys that nobody asked for are faults with a suggestion.
//
//   config::Faults faults;
//   config::Section root = config::Section::Parse(text, "leadrelay.yaml", env, faults);
//   config::Section redis = root.Child("redis");
//   options.port = redis.Int("port", 6379, 1, 65535);
//   options.password = redis.Secret("password", "");
//   root.RefuseUnknownKeys();   // of this section and of every child that was read

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace leadrelay::config {

struct Fault {
  int line = 0;      // 1-based; 0: the file as a whole.
  std::string path;  // "destinations.hubspot-eu.timeout"
  std::string message;
  friend bool operator==(const Fault&, const Fault&) = default;
};

// Every fault found so far.  One per load, shared by its sections.
class Faults {
 public:
  void Add(int line, std::string path, std::string message);
  bool empty() const { return faults_.empty(); }
  const std::vector<Fault>& all() const { return faults_; }  // In order of line.
  std::string ToText(std::string_view file) const;  // "file:12: path: message", one a line.

 private:
  std::vector<Fault> faults_;
};

// Where ${NAME} and ${file:PATH} come from; a test gives its own.
struct Environment {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::function<std::optional<std::string>(const std::string& path)> file;
  static Environment Process();
};

class Section {
 public:
  // An empty section stands for a text that cannot be parsed; the fault says so.
  static Section Parse(std::string_view text, const Environment& environment, Faults& faults);

  Section();  // Empty, of nowhere: every key is absent, faults go nowhere.
  ~Section();
  Section(const Section&);
  Section& operator=(const Section&);

  bool Has(std::string_view key) const;

  // Absent: the default.  Wrong type or out of range: a fault, and the default.
  std::string Text(std::string_view key, std::string fallback = "");
  std::string RequiredText(std::string_view key);
  std::string Secret(std::string_view key, std::string fallback = "");
  std::string RequiredSecret(std::string_view key);
  int64_t Int(std::string_view key, int64_t fallback, int64_t min, int64_t max);
  double Number(std::string_view key, double fallback, double min, double max);
  bool Bool(std::string_view key, bool fallback);
  // "250ms", "10s", "5m", "1h30m", "75h", "2d"; a bare number is a fault: it has no unit.
  absl::Duration Duration(std::string_view key, absl::Duration fallback, absl::Duration min,
                          absl::Duration max);
  // "512", "64KiB", "5MiB".
  int64_t Bytes(std::string_view key, int64_t fallback, int64_t min, int64_t max);
  // One of `allowed`; a fault names them and suggests the nearest.
  std::string OneOf(std::string_view key, std::string fallback,
                    const std::vector<std::string>& allowed);

  // A list of texts; a single text counts as a list of one.
  std::vector<std::string> Texts(std::string_view key);
  std::vector<absl::Duration> Durations(std::string_view key, std::vector<absl::Duration> fallback,
                                        absl::Duration min, absl::Duration max);
  std::vector<int64_t> Ints(std::string_view key, std::vector<int64_t> fallback, int64_t min,
                            int64_t max);
  // Every member as text, in file order: scalars of any kind.
  std::vector<std::pair<std::string, std::string>> TextMap(std::string_view key);

  Section Child(std::string_view key);                 // Absent: an empty section.
  std::vector<Section> Children(std::string_view key);  // A list of mappings.
  // A mapping of mappings, in file order: {name, section}.
  std::vector<std::pair<std::string, Section>> NamedChildren(std::string_view key);

  // A fault of the caller's own, at this section or at one of its keys.
  void AddFault(std::string message);
  void AddFault(std::string_view key, std::string message);

  // Faults for keys that were never asked for, here and in every section read from here.
  void RefuseUnknownKeys();
  // Takes the whole section as read: for parts that another program checks.
  void AcceptEveryKey();

  const std::string& path() const;
  int line() const;

 private:
  struct Node;
  explicit Section(std::shared_ptr<Node> node);
  std::shared_ptr<Node> node_;
};

// The candidate nearest to `word` by edit distance, when it is near enough to be a misspelling.
std::optional<std::string> Suggest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace leadrelay::config
