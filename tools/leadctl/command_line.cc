#include "tools/leadctl/command_line.h"

#include <cstdlib>
#include <sstream>

#include "absl/strings/str_cat.h"
#include <CLI/CLI.hpp>

#include "common/config/units.h"
#include "tools/leadctl/completion.h"

namespace leadrelay::leadctl {
namespace {

constexpr char kExitCodes[] =
    "Exit codes: 0 ok, 1 the answer is bad news, 2 wrong command line, file or configuration,\n"
    "            3 partly done, 4 the service cannot be reached\n"
    "Environment: LEADRELAY_CONFIG, LEADRELAY_API, LEADRELAY_API_KEY, LEADRELAY_OPERATOR_TOKEN\n";

std::string Examples(const std::string& lines) {
  return "Examples:\n" + lines;
}

void DurationOption(CLI::App& app,
                    const std::string& name,
                    absl::Duration& value,
                    const char* help) {
  app.add_option_function<std::string>(
         name,
         [name, &value](const std::string& text) {
           const std::optional<absl::Duration> parsed = config::ParseDuration(text);
           if (!parsed.has_value()) throw CLI::ValidationError(name, "a time like 90s or 2m");
           value = *parsed;
         },
         help)
      ->type_name("TIME");
}

void ChoiceOptions(CLI::App& app, DeadLetterChoice& choice) {
  app.add_option("--destination", choice.destination, "Only of this destination");
  app.add_option("--cause", choice.cause, "rejected, exhausted, expired ...");
  app.add_option("--group", choice.group, "A normalised reason, as `dlq groups` shows it");
  app.add_option("--reason", choice.reason, "A part of the reason");
  app.add_option("--lead", choice.lead_id, "Only of this lead");
  app.add_option(
      "--since", choice.since, "Not older: 2026-03-01T09:30:00Z, or 2h for two hours ago");
  app.add_option("--until", choice.until, "Older than this, likewise");
}

// The commands with their options, which write into its members.
class Grammar {
 public:
  explicit Grammar(Invocation& result)
      : result_(result), app_("Sends leads and looks after what became of them.", "leadctl") {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_version_flag("--version", "leadctl " LEADRELAY_VERSION);
    app_.add_option("--config", result_.global.config_path, "The configuration (LEADRELAY_CONFIG)")
        ->capture_default_str();
    app_.add_option("--api", result_.global.api, "Where leadrelay-dlq is (LEADRELAY_API)")
        ->type_name("URL");
    app_.add_flag("--json", result_.global.json, "Answer in JSON");
    app_.footer(Examples("  leadctl send --file leads.csv\n"
                         "  leadctl books\n"
                         "  leadctl dlq groups\n"
                         "  leadctl dlq replay --destination hubspot --wait\n") +
                "\n" + kExitCodes);
    AddSend();
    AddStatus();
    AddDlq();
    AddReplays();
    AddDestinations();
    AddTest();
    AddCrm();
    AddConfig();
    AddBooks();
    AddKey();
    AddCompletion();
  }

  CLI::App& app() { return app_; }

 private:
  template <typename Options>
  void Choose(CLI::App* command, Options& options) {
    command->final_callback([this, &options] { result_.command = options; });
  }

  void AddSend() {
    CLI::App* app = app_.add_subcommand("send", "Hand in leads: one from flags, or a file of them");
    app->add_option("--file", send_.file, ".csv with a header row, .ndjson or .json")
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    app->add_option("--format", send_.format, "When the file's name does not say it")
        ->check(CLI::IsMember({"csv", "ndjson", "json"}));
    app->add_option("--key-column", send_.key_column, "The CSV column with the idempotency keys");
    app->add_option("--url", send_.url, "Where leadrelay-ingest is (default: as configured)");
    app->add_option("--api-key-file",
                    send_.api_key_file,
                    "A file with the API key (default: LEADRELAY_API_KEY)");
    app->add_option("--batch", send_.batch, "Leads in one request")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app->add_option("--in-flight", send_.in_flight, "Requests at a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    DurationOption(
        *app, "--patience", send_.patience, "Give up after so long without an answer (2m)");
    app->add_option("--key", send_.key, "Idempotency key of the one lead (default: its content)");
    app->add_option("--email", send_.email, "The lead's e-mail address");
    app->add_option("--name", send_.name, "The person's name");
    app->add_option("--phone", send_.phone, "The person's phone number");
    app->add_option("--company", send_.company, "The organisation");
    app->add_option("--form", send_.form, "Which form it was");
    app->add_option("--note", send_.note, "Free text");
    app->add_flag("--consent", send_.consent, "The person agreed to be contacted");
    app->add_option("--field", send_.fields, "Further fields: --field plan=pro")
        ->type_name("K=V ...");
    app->footer(Examples("  leadctl send --email ada@example.com --name 'Ada Example' --consent "
                         "--field plan=pro\n"
                         "  leadctl send --file leads.csv\n"
                         "  leadctl send --file leads.csv --key-column id --api-key-file "
                         "/run/secrets/api-key\n") +
                "\nA file can be sent again after a crash or Ctrl-C: each row has a key of its "
                "own, and is one "
                "lead\nhowever often it is sent. Rejected rows are in FILE.rejected.ndjson; exit "
                "code 3 then.\n");
    Choose(app, send_);
  }

  void AddStatus() {
    CLI::App* app = app_.add_subcommand("status", "What became of a lead");
    app->add_option("lead-id", status_.lead_id, "ld_...")->required();
    app->add_flag("--lead", status_.lead, "Also the lead itself, with the person's data");
    app->footer(Examples("  leadctl status ld_0h5sfvn6b3yq2g8m7c4d9ktx1e2w3r4a\n"));
    Choose(app, status_);
  }

  void AddDlq() {
    CLI::App* dlq = app_.add_subcommand("dlq", "Deliveries that ended without success");
    dlq->require_subcommand(1);
    dlq->footer(
        Examples("  leadctl dlq groups\n"
                 "  leadctl dlq list --destination hubspot --since 2h\n"
                 "  leadctl dlq replay 17 18\n"
                 "  leadctl dlq replay --cause exhausted --rate 10 --wait\n"
                 "  leadctl dlq discard --reason INVALID_EMAIL --note 'test leads'\n"));
    CLI::App* list = dlq->add_subcommand("list", "Those that wait for an operator, newest first");
    ChoiceOptions(*list, list_.choice);
    list->add_option("--state", list_.choice.state, "open (default), replaying, resolved, all")
        ->check(CLI::IsMember({"open", "replaying", "resolved", "all"}));
    list->add_option("--limit", list_.limit, "At most")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    list->footer(Examples("  leadctl dlq list --destination hubspot --since 2h --limit 200\n"));
    Choose(list, list_);

    CLI::App* groups =
        dlq->add_subcommand("groups", "The same by cause and reason, with the remedy");
    ChoiceOptions(*groups, groups_.choice);
    groups_.groups = true;
    groups->add_option("--limit", groups_.limit, "At most")->check(CLI::Range(1, 1000));
    groups->footer(Examples("  leadctl dlq groups --destination hubspot\n"));
    Choose(groups, groups_);

    CLI::App* show = dlq->add_subcommand("show", "One of them, with every attempt");
    show->add_option("id", show_.id, "As `dlq list` shows it")
        ->required()
        ->check(CLI::PositiveNumber);
    show->add_flag("--lead", show_.lead, "Also the lead itself, with the person's data");
    show->footer(Examples("  leadctl dlq show 17\n"));
    Choose(show, show_);

    CLI::App* replay = dlq->add_subcommand("replay", "Try them again");
    AddAct(*replay, replay_);
    replay->add_flag("--dry-run", replay_.dry_run, "Only say what it would do");
    replay->add_flag("--wait", replay_.wait, "Wait until the last of them has ended");
    replay->add_option("--rate", replay_.rate, "At most so many a second")
        ->check(CLI::PositiveNumber);
    replay->footer(
        Examples("  leadctl dlq replay 17 18\n"
                 "  leadctl dlq replay --destination hubspot --dry-run\n"
                 "  leadctl dlq replay --destination hubspot --rate 10 --yes --wait\n"));
    Choose(replay, replay_);

    CLI::App* discard = dlq->add_subcommand("discard", "Give them up");
    discard_.discard = true;
    AddAct(*discard, discard_);
    discard->add_option("--note", discard_.note, "Why; kept with them");
    discard->footer(
        Examples("  leadctl dlq discard 17 --note 'test lead'\n"
                 "  leadctl dlq discard --destination old-crm --yes\n"));
    Choose(discard, discard_);
  }

  static void AddAct(CLI::App& app, DlqActOptions& options) {
    app.add_option("ids", options.ids, "As `dlq list` shows them")->check(CLI::PositiveNumber);
    ChoiceOptions(app, options.choice);
    app.add_flag("--all", options.all, "Every one of them");
    app.add_flag("--yes", options.yes, "Do not ask");
  }

  void AddReplays() {
    CLI::App* replays = app_.add_subcommand("replays", "Replays and how far they are");
    replays->require_subcommand(1);
    replays->footer(Examples("  leadctl replays list\n  leadctl replays pause 3f2a\n"));
    const std::vector<std::pair<std::string, std::string>> verbs = {
        {"list", "Newest first"},
        {"show", "One of them, with what failed"},
        {"pause", "Send nothing more of it until it is resumed"},
        {"resume", "Go on with it"},
        {"cancel", "End it; what was not sent stays a dead letter"}};
    for (const auto& [verb, help] : verbs) {
      CLI::App* app = replays->add_subcommand(verb, help);
      if (verb == "list") {
        app->add_option("--limit", replays_.limit, "At most")->check(CLI::Range(1, 1000));
      } else {
        app->add_option("id", replays_.id, "As `replays list` shows it")->required();
      }
      if (verb == "cancel") {
        app->add_flag("--abandon", replays_.abandon, "Also what was sent and not heard of again");
      }
      app->footer(Examples("  leadctl replays " + verb + (verb == "list" ? "\n" : " ID\n")));
      app->final_callback([this, verb = verb] {
        replays_.verb = verb;
        result_.command = replays_;
      });
    }
  }

  void AddDestinations() {
    CLI::App* app =
        app_.add_subcommand("destinations", "Each destination's state; pause and resume");
    app->require_subcommand(0, 1);
    app->footer(
        Examples("  leadctl destinations\n"
                 "  leadctl destinations pause hubspot --reason 'migration'\n"
                 "  leadctl destinations resume hubspot\n"));
    for (const char* verb : {"pause", "resume"}) {
      CLI::App* sub = app->add_subcommand(
          verb, *verb == 'p' ? "Send it nothing; its leads wait" : "Send to it again");
      sub->add_option("name", destinations_.name, "As configured")->required();
      if (*verb == 'p')
        sub->add_option("--reason", destinations_.reason, "Why; others will see it");
      sub->footer(Examples(absl::StrCat("  leadctl destinations ", verb, " hubspot\n")));
      sub->callback([this, verb] { destinations_.verb = verb; });
    }
    Choose(app, destinations_);
  }

  void AddTest() {
    CLI::App* app =
        app_.add_subcommand("test", "Ask a destination, for real, whether deliveries will work");
    app->add_option("destination", test_.destinations, "As configured");
    app->add_flag("--all", test_.all, "Every one that is configured");
    CLI::Option* dry = app->add_flag(
        "--dry", test_.dry, "Also show what a lead would become there; it is not sent");
    app->add_flag("--real", test_.real, "Also deliver a lead, and delete the record again")
        ->excludes(dry);
    app->add_option("--lead-file", test_.lead_file, "That lead, as JSON (default: nobody's)")
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    app->add_flag("--yes", test_.yes, "Do not ask before --real");
    app->footer(
        Examples("  leadctl test hubspot\n  leadctl test --all\n"
                 "  leadctl test hubspot --dry\n"
                 "  leadctl test hubspot --dry --lead-file lead.json\n"
                 "  leadctl test hubspot --real\n"));
    Choose(app, test_);
  }

  void AddCrm() {
    CLI::App* crm = app_.add_subcommand("crm", "Look into a destination's own records");
    crm->footer(
        Examples("  leadctl crm hubspot search ada@example.com\n"
                 "  leadctl crm hubspot get 51 --object deal\n"
                 "  leadctl crm hubspot update 51 phone=+4930901820\n"
                 "  leadctl crm hubspot fields\n") +
        "\nEach is one request, and counts in the destination's rate windows like a delivery.\n");
    crm->add_option("destination", crm_.destination, "As configured")->required();
    crm->add_option("--object", crm_.object, "person, deal, or the CRM's own word")
        ->capture_default_str();
    crm->require_subcommand(1);
    const std::vector<std::pair<std::string, std::string>> verbs = {
        {"search", "Records by an e-mail address, a phone number or a name"},
        {"get", "One record with its fields"},
        {"update", "Write fields of one record"},
        {"delete", "Delete one record"},
        {"fields", "The fields that records of the object have"},
        {"stages", "The stages that a deal can be in"}};
    for (const auto& [verb, help] : verbs) {
      CLI::App* app = crm->add_subcommand(verb, help);
      if (verb == "search") app->add_option("text", crm_.text, "What to look for")->required();
      if (verb == "get" || verb == "update" || verb == "delete") {
        app->add_option("id", crm_.id, "The CRM's own")->required();
      }
      if (verb == "update") {
        app->add_option("fields", crm_.fields, "NAME=VALUE ...")->required();
      }
      if (verb == "delete") app->add_flag("--yes", crm_.yes, "Do not ask");
      app->footer(Examples("  leadctl crm hubspot " + verb +
                           (verb == "search"                       ? " ada@example.com\n"
                            : verb == "fields" || verb == "stages" ? "\n"
                            : verb == "update"                     ? " 51 phone=+4930901820\n"
                                                                   : " 51\n")));
      app->final_callback([this, verb = verb] {
        crm_.verb = verb;
        result_.command = crm_;
      });
    }
  }

  void AddConfig() {
    CLI::App* config = app_.add_subcommand("config", "The configuration");
    config->require_subcommand(1);
    config->footer(Examples("  leadctl config check\n"));
    CLI::App* check = config->add_subcommand("check", "Every fault, with its line");
    check->add_option("file", check_.file, "Default: --config");
    check->add_flag("--live", check_.live, "Also ask every destination, as `test --all` does");
    check->footer(
        Examples("  leadctl config check\n  leadctl config check new.yaml\n"
                 "  leadctl config check --live\n"));
    Choose(check, check_);
  }

  void AddBooks() {
    CLI::App* app = app_.add_subcommand("books", "Is every lead accounted for?");
    app->add_flag("--wait", books_.wait, "Wait until nothing is in flight");
    DurationOption(*app, "--timeout", books_.timeout, "Wait no longer than this (60s)");
    app->footer(Examples("  leadctl books\n  leadctl books --wait --timeout 90s\n"));
    Choose(app, books_);
  }

  void AddKey() {
    CLI::App* key = app_.add_subcommand("key", "API keys of publishers");
    key->require_subcommand(1);
    key->footer(Examples("  leadctl key new --publisher shop\n"));
    CLI::App* made = key->add_subcommand("new", "Make one; nothing is stored");
    made->add_option("--publisher", key_.publisher, "Whose")->required();
    made->add_option("--note", key_.note, "For people: '2026-03, shop backend'");
    made->footer(Examples("  leadctl key new --publisher shop --note '2026-03, shop backend'\n"));
    Choose(made, key_);
  }

  void AddCompletion() {
    CLI::App* app = app_.add_subcommand("completion", "A script that teaches your shell leadctl");
    app->add_option("shell", shell_, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    app->footer(Examples("  leadctl completion bash > /etc/bash_completion.d/leadctl\n"));
    app->final_callback([this] {
      CompletionWords words;
      Collect(app_, "", words);
      result_.command = PrintOptions{CompletionScript(shell_, words)};
    });
  }

  static void Collect(CLI::App& app, const std::string& path, CompletionWords& words) {
    std::vector<std::string>& here = words[path];
    for (CLI::App* sub : app.get_subcommands(nullptr)) {
      here.push_back(sub->get_name());
      Collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), words);
    }
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) here.push_back("--" + name);
    }
  }

  Invocation& result_;
  CLI::App app_;
  SendOptions send_;
  StatusOptions status_;
  DlqListOptions list_;
  DlqListOptions groups_;
  DlqShowOptions show_;
  DlqActOptions replay_;
  DlqActOptions discard_;
  ReplaysOptions replays_;
  DestinationsOptions destinations_;
  TestOptions test_;
  CrmOptions crm_;
  ConfigCheckOptions check_;
  BooksOptions books_;
  KeyNewOptions key_;
  std::string shell_;
};

// What options cannot say about each other.
std::string Contradiction(const Command& command) {
  if (const auto* send = std::get_if<SendOptions>(&command)) {
    const bool one = !send->email.empty() || !send->phone.empty();
    if (send->file.empty() && !one) return "send: give --file, or --email or --phone of one lead";
    if (!send->file.empty() && one)
      return "send: --file and the flags of one lead exclude each other";
    for (const std::string& field : send->fields) {
      if (field.find('=') == std::string::npos || field.starts_with("=")) {
        return "send: --field wants NAME=VALUE";
      }
    }
  }
  if (const auto* act = std::get_if<DlqActOptions>(&command)) {
    const DeadLetterChoice& c = act->choice;
    const bool narrows =
        !(c.destination + c.cause + c.group + c.reason + c.lead_id + c.since + c.until).empty();
    if ((act->ids.empty() ? 0 : 1) + (narrows ? 1 : 0) + (act->all ? 1 : 0) != 1) {
      return "say which dead letters: ids, or a filter such as --destination, or --all";
    }
  }
  if (const auto* crm = std::get_if<CrmOptions>(&command)) {
    for (const std::string& field : crm->fields) {
      if (field.find('=') == std::string::npos || field.starts_with("=")) {
        return "crm update: write NAME=VALUE";
      }
    }
  }
  if (const auto* test = std::get_if<TestOptions>(&command)) {
    if (test->destinations.empty() != test->all) return "test: name a destination, or give --all";
    if (!test->lead_file.empty() && !test->dry && !test->real) {
      return "test: --lead-file is for --dry or --real";
    }
  }
  return "";
}

}  // namespace

std::variant<Invocation, Answered> ParseCommandLine(const std::vector<std::string>& arguments) {
  Invocation result;
  if (const char* path = std::getenv("LEADRELAY_CONFIG")) result.global.config_path = path;
  if (const char* api = std::getenv("LEADRELAY_API")) result.global.api = api;
  Grammar grammar(result);
  // CLI11 takes its arguments last one first.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    grammar.app().parse(reversed);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream mistake;
    const bool answered = grammar.app().exit(error, out, mistake) == 0;
    return answered ? Answered{kOk, out.str()} : Answered{kUsage, mistake.str()};
  }
  const std::string wrong = Contradiction(result.command);
  if (!wrong.empty()) return Answered{kUsage, wrong + "\nRun with --help for examples.\n"};
  return result;
}

}  // namespace leadrelay::leadctl
