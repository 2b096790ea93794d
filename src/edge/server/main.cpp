#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "edge/cli/command.h"
#include "edge/server/commands.h"
#include "host/database/database.h"

namespace quadrille {
namespace {

// --lang anywhere on the line, else the environment's language, else English.
Language take_language(std::vector<std::string>& typed) {
  for (std::size_t i = 0; i + 1 < typed.size(); ++i) {
    if (typed[i] != "--lang" || (typed[i + 1] != "fr" && typed[i + 1] != "en")) continue;
    const Language language = typed[i + 1] == "fr" ? Language::fr : Language::en;
    typed.erase(typed.begin() + static_cast<std::ptrdiff_t>(i), typed.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    return language;
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0')
      return std::string_view(value).starts_with("fr") ? Language::fr : Language::en;
  }
  return Language::en;
}

// What the machine did wrong, said in a sentence. Changes are transactions: an unfinished one did not happen.
int report_failure(const std::exception& failure, Language language) {
  const bool fr = language == Language::fr;
  const auto* database = dynamic_cast<const database::DatabaseError*>(&failure);
  using enum database::DatabaseError::Cause;
  if (database != nullptr && database->cause() == disk_full)
    std::cerr
        << (fr ? "quadrille: le disque est plein ; rien d'inachevé n'a été gardé. Libérez de la place et recommencez.\n"
               : "quadrille: the disk is full; nothing unfinished was kept. Free some space and try again.\n");
  else if (database != nullptr && database->cause() == connection_lost)
    std::cerr << (fr ? "quadrille: la base de données ne répond plus ; rien d'inachevé n'a été gardé. "
                     : "quadrille: the database no longer answers; nothing unfinished was kept. ")
              << failure.what() << '\n';
  else
    std::cerr << "quadrille: " << failure.what()
              << (fr ? " ; rien d'inachevé n'a été gardé.\n" : "; nothing unfinished was kept.\n");
  return 70;
}

}  // namespace
}  // namespace quadrille

int main(int argc, char** argv) {
  std::vector<std::string> typed(argv + 1, argv + argc);
  const quadrille::Language language = quadrille::take_language(typed);
  try {
    quadrille::cli::Terminal terminal{std::cout, std::cerr, language, isatty(STDERR_FILENO) == 1};
    // The environment of a process is read by its own user only, unlike its command line.
    if (const char* token = std::getenv("QUADRILLE_TOKEN")) terminal.token = token;
    return quadrille::cli::run_command_line(quadrille::server::all_commands(), typed, terminal);
  } catch (const std::exception& failure) {
    return quadrille::report_failure(failure, language);
  }
}
