#pragma once
// Section: one mapping of a YAML configuration file, read by type-checked calls that collect every
// fault instead of stopping at the first.
//
// Text values may contain ${NAME} (an environment variable) and ${file:PATH} (a file's content
// without its last line end); they are looked up when the value is read, so a part that nobody
// reads needs no variables.  A key that is called a secret must be given that way: a secret
// written into the file is a fault.  Keys that nobody asked for are faults with a suggestion.
// An empty value (`key:`) is the same as no key.  Quotes make no difference: "8080" is a number
// where a number is asked for, since a substituted value is a text as well.
//
//   config::Faults faults;
//   config::Section root = config::Section::Parse(text, env, faults);
//   config::Section redis = root.Child("redis");
//   options.port = redis.Int("port", 6379, 1, 65535);
//   options.password = redis.Secret("password", "");
//   root.RefuseUnknownKeys();   // of this section and of every child that was read
//
// Faults quote a value as it is written in the file, never what was put in for a reference; a
// secret is not quoted at all.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/config/environment.h"
#include "common/config/faults.h"
#include "common/config/suggest.h"

namespace leadrelay::config {

// A key that was asked for, as the documentation has to describe it.
struct Setting {
  std::string path;      // "destinations.<name>.limits[].per": <name> and [] stand for any.
  std::string type;      // "text", "secret", "duration", "list of texts", "section" ...
  std::string fallback;  // "1m, 5m"; "required"; empty: none.
  std::string range;     // "1 to 65535"; "info, warning"; empty: any.
  friend bool operator==(const Setting&, const Setting&) = default;
};

class Section {
 public:
  // An empty section stands for a text that cannot be parsed; the fault says so.
  static Section Parse(std::string_view text, const Environment& environment, const Faults& faults);

  Section();  // Empty, of nowhere: every key is absent, faults go nowhere.
  ~Section();
  Section(const Section&);  // Copies are the same section: what one asked for, all asked for.
  Section& operator=(const Section&);

  bool Has(std::string_view key) const;  // Does not count as asking for the key.

  // The keys that are there, in file order: for sections whose keys are data.
  std::vector<std::string> Keys() const;
  enum class Kind { kAbsent, kScalar, kList, kMapping };
  Kind KindOf(std::string_view key) const;

  // Absent: the default.  Wrong type or out of range: a fault, and the default.
  std::string Text(std::string_view key, std::string fallback = "");
  std::string RequiredText(std::string_view key);  // Present and not empty.
  std::optional<std::string> OptionalText(std::string_view key);
  std::string Secret(std::string_view key, std::string fallback = "");
  std::string RequiredSecret(std::string_view key);
  // Checks that a secret is written as one, and does not look it up: it is another program's.
  void CheckSecret(std::string_view key);
  int64_t Int(std::string_view key, int64_t fallback, int64_t min, int64_t max);
  double Number(std::string_view key, double fallback, double min, double max);
  bool Bool(std::string_view key, bool fallback);  // true or false; yes and on are faults.
  // "250ms", "10s", "5m", "1h30m", "75h", "2d"; a bare number is a fault: it has no unit.
  absl::Duration Duration(std::string_view key,
                          absl::Duration fallback,
                          absl::Duration min,
                          absl::Duration max);
  // "512", "64KiB", "5MiB".
  int64_t Bytes(std::string_view key, int64_t fallback, int64_t min, int64_t max);
  // One of `allowed`; a fault names them and suggests the nearest.
  std::string OneOf(std::string_view key,
                    std::string fallback,
                    const std::vector<std::string>& allowed);

  // A list of texts; a single text counts as a list of one.
  std::vector<std::string> Texts(std::string_view key);
  // The same as they are written, references and all: to quote them in a fault.
  std::vector<std::string> Written(std::string_view key) const;
  std::vector<absl::Duration> Durations(std::string_view key,
                                        std::vector<absl::Duration> fallback,
                                        absl::Duration min,
                                        absl::Duration max);
  std::vector<int64_t> Ints(std::string_view key,
                            std::vector<int64_t> fallback,
                            int64_t min,
                            int64_t max);
  // Every member as text, in file order: scalars of any kind; an empty value is an empty text.
  std::vector<std::pair<std::string, std::string>> TextMap(std::string_view key);

  Section Child(std::string_view key);                  // Absent: an empty section.
  std::vector<Section> Children(std::string_view key);  // A list of mappings.
  // A mapping of mappings, in file order: {name, section}.
  std::vector<std::pair<std::string, Section>> NamedChildren(std::string_view key);

  // A fault of the caller's own, at this section or at one of its keys.
  void AddFault(std::string message);
  void AddFault(std::string_view key, std::string message);

  // Faults for keys that were never asked for, here and in every section read from here.  Keys at
  // the top of the file that begin with "x-" are let pass: a place for anchors.
  void RefuseUnknownKeys();
  // Takes the whole section as read when a section above refuses: its owner, who knows its keys,
  // still calls RefuseUnknownKeys() on the section itself.
  void AcceptEveryKey();

  // Every key that was asked for anywhere in the file so far, sorted by path.
  std::vector<Setting> AskedSettings() const;

  // `text` with every secret that was looked up anywhere in the file so far as the file has it,
  // ${NAME}: for what is shown to people.
  std::string Conceal(const std::string& text) const;

  const std::string& path() const;  // "destinations.hubspot-eu"
  int line() const;

 private:
  struct Node;
  struct Value;
  struct Asked;
  template <typename Type, typename T>
  T One(std::string_view key, T fallback, T min, T max);
  template <typename Type, typename T>
  std::vector<T> Many(std::string_view key, std::vector<T> fallback, T min, T max);
  explicit Section(std::shared_ptr<Node> node);
  std::shared_ptr<Node> node_;
};

}  // namespace leadrelay::config
