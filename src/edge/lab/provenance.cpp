#include "edge/lab/provenance.h"

#include <fstream>
#include <sstream>

#include "base/check.h"
#include "host/clock/clock.h"
#include "host/crypto/digest.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct Provenance {
  double seconds = 0;
  std::string version;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> files;
};
BOOST_DESCRIBE_STRUCT(Provenance, (), (seconds, version, parameters, files))

std::string hash_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return crypto::sha256_hex(bytes.str());
}

bool names_input(const cli::Option& option) { return option.value.ends_with(".csv") && option.name != "--out"; }

Provenance provenance_of(const std::vector<cli::Option>& options, const cli::Arguments& arguments, double seconds) {
  Provenance provenance{.seconds = seconds, .version = QUADRILLE_VERSION, .parameters = {}, .files = {}};
  for (const auto& option : options) {
    const auto typed = arguments.text(option.name);
    if (!typed) continue;
    provenance.parameters.emplace(option.name.substr(2), option.value.empty() ? "true" : *typed);
    if (!names_input(option)) continue;
    const bool is_list = option.value.find(',') != std::string_view::npos;
    std::istringstream paths(*typed);
    for (std::string path; std::getline(paths, path, is_list ? ',' : '\n');)
      provenance.files.emplace(path, hash_of(path));
  }
  return provenance;
}

}  // namespace

cli::Command with_provenance(cli::Command command) {
  command.run = [run = std::move(command.run), options = command.options](const cli::Arguments& arguments,
                                                                          cli::Terminal& terminal) -> Result<void> {
    const auto& clock = clock::system_clock();
    const double started = clock.steady_seconds();
    std::ostringstream out;
    cli::Terminal captured{out, terminal.err, terminal.language, terminal.is_interactive};
    auto done = run(arguments, captured);
    terminal.interrupted_by = captured.interrupted_by;
    if (!done) return done;
    std::string document = std::move(out).str();
    const auto end = document.rfind('}');
    CHECK(end != std::string::npos && end > 1);
    const auto tail = json::text_of(provenance_of(options, arguments, clock.steady_seconds() - started));
    document.replace(end, std::string::npos, "," + tail.substr(1) + "\n");
    terminal.out << document;
    return {};
  };
  return command;
}

}  // namespace quadrille::lab
