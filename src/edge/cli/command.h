#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/access/role.h"

// The frame every command of `quadrille` is written in: one file per command, one row in the table of
// edge/server/main.cpp. A command declares its options; unknown or malformed ones are refused with the field named,
// before it runs. Exit codes: see exit_code_of.

namespace quadrille::cli {

// What a command's person must hold. There is no default: every command says.
class Needs {
 public:
  enum class Who { anyone, whoever_is_at_the_machine, with_capability };
  // While the instance has no account but those of a demonstration, whoever is at the machine; from then on the person
  // of a token (QUADRILLE_TOKEN or --token-file), under the same policy as the API.
  Needs(access::Capability capability) : who_(Who::with_capability), capability_(capability) {}
  // Plain files only: no instance is opened.
  [[nodiscard]] static Needs nothing() { return Needs(Who::anyone); }
  // Who may run programs on the machine and read its files; the log names "local:cli".
  [[nodiscard]] static Needs local_administration() { return Needs(Who::whoever_is_at_the_machine); }

  [[nodiscard]] Who who() const { return who_; }
  // Only where with_capability.
  [[nodiscard]] access::Capability capability() const { return capability_; }

 private:
  explicit Needs(Who who) : who_(who) {}
  Who who_;
  access::Capability capability_ = access::Capability::see_instance;
};

struct Option {
  std::string_view name;   // "--territory"
  std::string_view value;  // what stands for its value in the help ("SLUG"); empty = a flag without value
  Text help;
  bool is_required = false;
};

// What was typed, after the command's name, checked against its declaration.
class Arguments {
 public:
  // Refuses unknown options, missing values, missing required options and too many plain words. "--name value" and
  // "--name=value" both work; "--" ends the options.
  [[nodiscard]] static Result<Arguments> parse(std::span<const Option> options, std::size_t words_max,
                                               std::span<const std::string> typed);

  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  // Of the command that these were typed for, and the token of the environment: what open_instance goes by.
  [[nodiscard]] const Needs& needs() const { return needs_; }
  [[nodiscard]] const std::string& token() const { return token_; }
  void set_access(const Needs& needs, std::string token) {
    needs_ = needs;
    token_ = std::move(token);
  }
  [[nodiscard]] bool has(std::string_view option) const { return values_.find(option) != values_.end(); }
  [[nodiscard]] std::optional<std::string> text(std::string_view option) const;
  // Absent = nothing; present but not a number (of that kind) = an Error naming the option.
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(std::string_view option) const;
  [[nodiscard]] Result<std::optional<double>> real(std::string_view option) const;

 private:
  Needs needs_ = Needs::local_administration();
  std::string token_;
  std::vector<std::string> words_;
  std::map<std::string, std::string, std::less<>> values_;
};

// Where a command reads and writes; tests give their own streams.
struct Terminal {
  std::ostream& out;  // results only
  std::ostream& err;  // progress and refusals
  Language language = Language::en;
  bool is_interactive = false;  // a person looks at err: progress bars may redraw their line
  int interrupted_by = 0;       // the signal that cancelled the command's work (shown_work.h)
  std::string token = {};       // QUADRILLE_TOKEN: whom the command works for
};

struct Command {
  std::string_view name;  // "import", "lab scan"
  Text summary;           // one line, for the list of commands
  Needs needs;
  std::string_view words;  // plain words in the usage line ("FILE"), empty when it takes none
  std::size_t words_max = 0;
  std::vector<Option> options;
  std::string_view example;  // a whole command line that works
  std::function<Result<void>(const Arguments&, Terminal&)> run;
};

// A typed line as its words, `quadrille` among them: parted by spaces, but within double quotes.
[[nodiscard]] std::vector<std::string> words_of(std::string_view line);

// Finds the command, answers --help, parses and runs; prints a refusal ("quadrille import: --mapping: ...") on err.
// Returns the exit code.
int run_command_line(std::span<const Command> commands, std::span<const std::string> typed, Terminal& terminal);

// 0 done · 2 refused (bad input, forbidden, conflict, too large) · 3 not found · 4 unavailable (try again). The
// machine's failures (exceptions) end with 70 in main, a work that Ctrl-C cancelled with 130.
[[nodiscard]] int exit_code_of(ErrorKind kind);

// Options shared by every command that opens the instance: --data-dir or --database, --token-file, --purpose.
[[nodiscard]] std::vector<Option> with_instance_options(std::vector<Option> own);

// A line that redraws itself on an interactive terminal (and prints at most ten plain lines elsewhere):
//   import  [##########----------] 52 %  456,789 rows  3.1 s, about 2.9 s left
class ProgressBar {
 public:
  ProgressBar(Terminal& terminal, std::string label);
  // share in [0, 1]; seconds since the start are the caller's to measure (the clock is host/clock).
  void show(double share, std::string_view detail, double seconds);
  void finish();  // a redrawn line goes away

 private:
  Terminal& terminal_;
  std::string label_;
  int last_tenth_ = -1;
  int last_permille_ = -1;
};

}  // namespace quadrille::cli
