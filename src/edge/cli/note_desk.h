#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/api/note_form.h"
#include "edge/api/note_wire.h"
#include "edge/cli/asker.h"
#include "edge/cli/instance.h"
#include "services/audit/recorder.h"
#include "services/notes/notes.h"

// What the commands `quadrille note …` share: the notes of a territory opened for whoever asks, the four lines a note
// is written with, and refusals that name the option instead of the field.

namespace quadrille::cli {

// An instance with its notes, and who asks in the territory.
struct NoteDesk {
  Instance instance;
  access::Asker asker;
  access::Access access = {};
  std::unique_ptr<audit::Recorder> recorder = {};
  std::unique_ptr<notes::Notes> notes = {};
  api::NoteNames names = {};
};
// Refused: no instance, no such territory, nobody who asks.
[[nodiscard]] Result<std::unique_ptr<NoteDesk>> open_notes(const Arguments& arguments);

[[nodiscard]] Failure as_note_option(const Error& error);

// "5.37,43.29" of --point.
[[nodiscard]] Result<std::optional<std::vector<double>>> point_of(const Arguments& arguments);
[[nodiscard]] std::vector<std::string> words_between_commas(std::string_view text);

[[nodiscard]] std::vector<Option> territory_options(std::vector<Option> own);
// The four lines; of a note that stands already none must be said.
enum class Lines { whole, changed };
[[nodiscard]] std::vector<Option> line_options(Lines lines, std::vector<Option> own);

[[nodiscard]] std::vector<Command> note_change_commands();

}  // namespace quadrille::cli
