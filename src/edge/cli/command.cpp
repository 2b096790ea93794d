#include "edge/cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>

#include "base/parallel.h"

namespace quadrille::cli {
namespace {

const Option* find_option(std::span<const Option> options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? nullptr : &*found;
}

template <class Number>
Result<std::optional<Number>> parse_number(const std::optional<std::string>& text, std::string_view option,
                                           const Text& wanted) {
  if (!text) return std::optional<Number>();
  Number value{};
  const char* end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, value);
  if (failure != std::errc() || stop != end)
    return invalid(
        {fmt::format("« {} » n'est pas {}", *text, wanted.fr), fmt::format("\"{}\" is not {}", *text, wanted.en)},
        std::string(option));
  return std::optional<Number>(value);
}

void print_command_help(const Command& command, Terminal& terminal) {
  const bool fr = terminal.language == Language::fr;
  terminal.out << command.summary.in(terminal.language) << "\n\n"
               << (fr ? "Usage : " : "Usage: ") << "quadrille " << command.name;
  if (!command.words.empty()) terminal.out << ' ' << command.words;
  if (!command.options.empty()) terminal.out << " [options]";
  terminal.out << "\n";
  if (!command.options.empty()) terminal.out << "\nOptions\n";
  for (const auto& option : command.options) {
    const std::string head =
        option.value.empty() ? std::string(option.name) : fmt::format("{} {}", option.name, option.value);
    const std::string_view required = fr ? " (obligatoire)" : " (required)";
    terminal.out << fmt::format("  {:<32} {}{}\n", head, option.help.in(terminal.language),
                                option.is_required ? required : "");
  }
  terminal.out << (fr ? "\nExemple\n  " : "\nExample\n  ") << command.example << "\n";
}

void print_list(std::span<const Command> commands, std::ostream& out, Language language) {
  out << (language == Language::fr ? "Quadrille : la physionomie partagée d'un territoire\n\nCommandes\n"
                                   : "Quadrille: the shared picture of a territory\n\nCommands\n");
  for (const auto& command : commands) out << fmt::format("  {:<22} {}\n", command.name, command.summary.in(language));
  out << (language == Language::fr ? "\n« quadrille COMMANDE --help » décrit une commande, avec un exemple.\n"
                                   : "\n\"quadrille COMMAND --help\" describes a command, with an example.\n");
}

// The command whose (possibly two-word) name starts the line; the longest name wins.
const Command* find_command(std::span<const Command> commands, std::span<const std::string> typed,
                            std::size_t& words_used) {
  const Command* best = nullptr;
  words_used = 0;
  for (const auto& command : commands) {
    const auto count = static_cast<std::size_t>(std::ranges::count(command.name, ' ')) + 1;
    if (typed.size() < count || count <= words_used) continue;
    std::string name = typed[0];
    for (std::size_t i = 1; i < count; ++i) name += ' ' + typed[i];
    if (name == command.name) {
      best = &command;
      words_used = count;
    }
  }
  return best;
}

int print_refusal(const Error& error, std::string_view command, Terminal& terminal) {
  terminal.err << "quadrille " << command << ": ";
  if (!error.field.empty()) terminal.err << error.field << ": ";
  terminal.err << error.message.in(terminal.language) << "\n";
  return exit_code_of(error.kind);
}

int print_unknown(std::span<const Command> commands, std::span<const std::string> typed, Terminal& terminal) {
  const bool fr = terminal.language == Language::fr;
  std::vector<const Command*> family;
  for (const auto& command : commands)
    if (command.name.starts_with(typed[0] + " ")) family.push_back(&command);
  if (family.empty()) {
    terminal.err << (fr ? "quadrille: commande inconnue : " : "quadrille: unknown command: ") << typed[0] << "\n\n";
    print_list(commands, terminal.err, terminal.language);
    return 2;
  }
  const bool asked_for_help = typed.size() > 1 && typed[1] == "--help";
  auto& out = asked_for_help ? terminal.out : terminal.err;
  if (typed.size() > 1 && !asked_for_help)
    out << (fr ? "quadrille: commande inconnue : " : "quadrille: unknown command: ") << typed[0] << ' ' << typed[1]
        << "\n";
  for (const auto* command : family)
    out << fmt::format("  quadrille {:<22} {}\n", command->name, command->summary.in(terminal.language));
  return asked_for_help ? 0 : 2;
}

}  // namespace

Result<Arguments> Arguments::parse(std::span<const Option> options, std::size_t words_max,
                                   std::span<const std::string> typed) {
  Arguments arguments;
  bool options_ended = false;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const std::string& word = typed[i];
    if (options_ended || !word.starts_with("--")) {
      if (arguments.words_.size() == words_max)
        return invalid({fmt::format("mot en trop : « {} »", word), fmt::format("unexpected word \"{}\"", word)}, word);
      arguments.words_.push_back(word);
      continue;
    }
    if (word == "--") {
      options_ended = true;
      continue;
    }
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const Option* option = find_option(options, name);
    if (option == nullptr)
      return invalid({"option inconnue ; --help les énumère", "unknown option; --help lists them"}, name);
    std::string value;
    if (equals != std::string::npos) {
      if (option->value.empty())
        return invalid({"cette option ne prend pas de valeur", "this option takes no value"}, name);
      value = word.substr(equals + 1);
    } else if (!option->value.empty()) {
      if (i + 1 == typed.size())
        return invalid({fmt::format("il manque la valeur {}", option->value),
                        fmt::format("its value {} is missing", option->value)},
                       name);
      value = typed[++i];
    }
    if (!arguments.values_.emplace(name, value).second)
      return invalid({"option donnée deux fois", "option given twice"}, name);
  }
  for (const auto& option : options) {
    if (option.is_required && !arguments.has(option.name))
      return invalid({"option obligatoire", "this option is required"}, std::string(option.name));
  }
  return arguments;
}

std::optional<std::string> Arguments::text(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<std::int64_t>> Arguments::integer(std::string_view option) const {
  return parse_number<std::int64_t>(text(option), option, {"un nombre entier", "a whole number"});
}

Result<std::optional<double>> Arguments::real(std::string_view option) const {
  return parse_number<double>(text(option), option, {"un nombre (point décimal)", "a number (decimal point)"});
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool is_quoted = false;
  bool has_word = false;
  for (const char c : line) {
    if (c == '"') {
      is_quoted = !is_quoted;
      has_word = true;
    } else if (c == ' ' && !is_quoted) {
      if (has_word || !word.empty()) words.push_back(word);
      word.clear();
      has_word = false;
    } else {
      word += c;
    }
  }
  if (has_word || !word.empty()) words.push_back(word);
  return words;
}

int run_command_line(std::span<const Command> commands, std::span<const std::string> typed, Terminal& terminal) {
  if (typed.empty() || typed[0] == "--help" || typed[0] == "help") {
    print_list(commands, typed.empty() ? terminal.err : terminal.out, terminal.language);
    return typed.empty() ? 2 : 0;
  }
  std::size_t words_used = 0;
  const Command* command = find_command(commands, typed, words_used);
  if (command == nullptr) return print_unknown(commands, typed, terminal);
  const auto rest = typed.subspan(words_used);
  if (std::ranges::find(rest, "--help") != rest.end()) {
    print_command_help(*command, terminal);
    return 0;
  }
  auto arguments = Arguments::parse(command->options, command->words_max, rest);
  if (!arguments) return print_refusal(arguments.error(), command->name, terminal);
  arguments->set_access(command->needs, terminal.token);
  const auto done = command->run(*arguments, terminal);
  if (done) return 0;
  if (terminal.interrupted_by == 0) return print_refusal(done.error(), command->name, terminal);
  terminal.err << "quadrille " << command->name << ": " << cancelled().error().message.in(terminal.language) << "\n";
  return 128 + terminal.interrupted_by;
}

int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input:
    case ErrorKind::forbidden:
    case ErrorKind::conflict:
    case ErrorKind::too_large:
      return 2;
    case ErrorKind::not_found:
      return 3;
    case ErrorKind::unavailable:
      return 4;
  }
  return 2;
}

std::vector<Option> with_instance_options(std::vector<Option> own) {
  own.push_back(
      {"--data-dir", "DIR", {"dossier de l'instance (par défaut ./data)", "folder of the instance (default ./data)"}});
  own.push_back({"--database",
                 "URL",
                 {"base de l'instance : sqlite:CHEMIN ou postgresql://…",
                  "database of the instance: sqlite:PATH or postgresql://..."}});
  own.push_back({"--token-file",
                 "FILE",
                 {"jeton de la personne (ou variable QUADRILLE_TOKEN)",
                  "token of the person (or the variable QUADRILLE_TOKEN)"}});
  own.push_back({"--purpose", "TEXT", {"motif, pour le journal", "purpose, for the log"}});
  return own;
}

ProgressBar::ProgressBar(Terminal& terminal, std::string label) : terminal_(terminal), label_(std::move(label)) {}

void ProgressBar::show(double share, std::string_view detail, double seconds) {
  share = std::clamp(share, 0.0, 1.0);
  const int permille = static_cast<int>(share * 1000);
  const int tenth = permille / 100;
  if (terminal_.is_interactive ? permille == last_permille_ : tenth == last_tenth_) return;
  last_permille_ = permille;
  last_tenth_ = tenth;
  const bool fr = terminal_.language == Language::fr;
  const double seconds_left = share > 0.02 ? seconds * (1 - share) / share : 0;
  const std::string left =
      fr ? fmt::format(", encore {:.0f} s environ", seconds_left) : fmt::format(", about {:.0f} s left", seconds_left);
  constexpr int width = 24;
  const int filled = static_cast<int>(share * width);
  const std::string bar =
      std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(width - filled), '-');
  terminal_.err << fmt::format("{}{}  [{}] {:3.0f} %  {}  {:.1f} s{}{}", terminal_.is_interactive ? "\r\033[K" : "",
                               label_, bar, share * 100, detail, seconds, share > 0.02 && share < 1 ? left : "",
                               terminal_.is_interactive ? "" : "\n");
  terminal_.err.flush();
}

void ProgressBar::finish() {
  if (!terminal_.is_interactive || last_permille_ < 0) return;
  terminal_.err << "\r\033[K";
  terminal_.err.flush();
}

}  // namespace quadrille::cli
