#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/studies/picture.h"

// Studies: pictures kept with what made them (parameters, data version, observation calendar, seed) and the SHA-256 of
// their text, so that running one again years later can be held against it, byte for byte.

namespace quadrille::studies {

[[nodiscard]] std::span<const database::Migration> migrations();

// What a caller may leave open; default_parameters fills it in from the territory's data: the last 90 days, compared
// with the 90 before, reported facts of every category, the most detailed sectors.
struct PictureQuery {
  std::optional<CivilDate> first_day;
  std::optional<CivilDate> last_day;
  std::optional<CivilDate> compare_first_day;
  std::optional<CivilDate> compare_last_day;
  std::optional<facts::Channel> channel;
  std::vector<std::string> categories;
  std::optional<int> level;
};

// Refused (conflict) when the territory has no facts or no sectors yet, with the command that adds them.
[[nodiscard]] Result<PictureParameters> complete(const PictureQuery& query, database::Snapshot& snapshot,
                                                 const territory::Territory& territory);

// Which data a picture is made from: today's, but for what is given.
struct AsOf {
  std::optional<std::int64_t> data_version;
  std::optional<territory::Calendar> calendar;
};

// Everything make_picture needs. Sectors are today's.
[[nodiscard]] Result<PictureInput> load_input(database::Snapshot& snapshot, const territory::Territory& territory,
                                              const PictureParameters& parameters, const Progress& progress,
                                              const AsOf& as_of = {});

struct LoadedPicture {
  PictureAndLayers made;
  territory::Calendar calendar;
};
// Loads and makes a picture of today's data; both report, and stop within a fifth of a second when cancelled.
[[nodiscard]] Result<LoadedPicture> load_and_make(database::Snapshot& snapshot, const territory::Territory& territory,
                                                  const PictureParameters& parameters, int threads,
                                                  const Progress& progress);

// ---- studies --------------------------------------------------------------------------------------------------------

struct StudySummary {
  StudyId id;
  std::string title;
  Instant created_at;
  std::int64_t data_version = 0;
  std::int64_t seed = 0;
  std::string sha256;  // of text
};

struct Study {
  StudySummary summary;
  territory::Calendar calendar;
  std::string parameters;  // the text that parameters_of reads
  std::string text;        // of the picture
};

// How pictures and parameters are written; the edge gives its JSON. Must be deterministic.
struct StudyFormat {
  std::function<std::string(const Picture&)> picture_text;
  std::function<std::string(const PictureParameters&)> parameters_text;
  std::function<Result<PictureParameters>(const std::string&)> parameters_of;
};

[[nodiscard]] Result<StudyId> save(database::Transaction& tx, const territory::Territory& territory,
                                   const std::string& title, const Picture& picture,
                                   const territory::Calendar& calendar, const StudyFormat& format,
                                   const territory::By& by);
// Newest first.
[[nodiscard]] std::vector<StudySummary> list(database::Snapshot& snapshot, TerritoryId territory);
[[nodiscard]] Result<Study> find(database::Snapshot& snapshot, TerritoryId territory, StudyId id);

struct Rerun {
  bool same = false;
  std::string sha256;
};
// Computes the study again from its parameters, data version and calendar, and compares the bytes.
[[nodiscard]] Result<Rerun> rerun(database::Snapshot& snapshot, const territory::Territory& territory,
                                  const Study& study, const StudyFormat& format, int threads, const Progress& progress);

}  // namespace quadrille::studies
