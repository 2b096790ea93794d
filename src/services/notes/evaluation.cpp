#include "services/notes/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace quadrille::notes {
namespace {

using Half = Reading::Half;

// Sources: regulation (EU) 2016/794 (Europol), art. 29, for 4x4; College of Policing,
// Authorised Professional Practice, intelligence report 3x5x2. Both read 2026-11-25.
const Reading reading_rows[] = {
    {Scale::four_by_four, Half::source, 'A', 'A', {"fiable sans aucun doute", "no doubt of its reliability"}, {"", ""}},
    {Scale::four_by_four, Half::source, 'B', 'B', {"fiable le plus souvent", "reliable in most instances"}, {"", ""}},
    {Scale::four_by_four,
     Half::source,
     'C',
     'D',
     {"peu fiable le plus souvent", "unreliable in most instances"},
     {"C et E n'ont pas d'équivalent", "C and E have no equivalent"}},
    {Scale::four_by_four, Half::source, 'X', 'F', {"impossible à évaluer", "cannot be assessed"}, {"", ""}},
    {Scale::four_by_four,
     Half::information,
     '1',
     '1',
     {"exactitude sans aucun doute", "accuracy not in doubt"},
     {"« sans doute » n'est pas « recoupé »", "\"not in doubt\" is not \"confirmed by others\""}},
    {Scale::four_by_four,
     Half::information,
     '2',
     '2',
     {"connu directement de la source", "known personally to the source"},
     {"la connaissance directe", "that it was known directly"}},
    {Scale::four_by_four,
     Half::information,
     '3',
     '3',
     {"connu indirectement, recoupé", "not known personally, corroborated"},
     {"le recoupement", "that it was corroborated"}},
    {Scale::four_by_four,
     Half::information,
     '4',
     '6',
     {"connu indirectement, sans recoupement", "not known personally, not corroborated"},
     {"la différence avec « impossible à juger »", "the difference from \"cannot be judged\""}},
    {Scale::three_five_two,
     Half::source,
     '1',
     'B',
     {"fiable", "reliable"},
     {"A et B ne sont pas distingués", "A and B are not told apart"}},
    {Scale::three_five_two,
     Half::source,
     '2',
     'F',
     {"non éprouvée", "untested"},
     {"la différence avec « impossible à juger »", "the difference from \"cannot be judged\""}},
    {Scale::three_five_two,
     Half::source,
     '3',
     'E',
     {"non fiable", "not reliable"},
     {"D et E ne sont pas distingués", "D and E are not told apart"}},
    {Scale::three_five_two,
     Half::information,
     'A',
     '2',
     {"connu directement de la source", "known directly to the source"},
     {"la connaissance directe", "that it was known directly"}},
    {Scale::three_five_two,
     Half::information,
     'B',
     '2',
     {"connu indirectement, recoupé", "known indirectly, corroborated"},
     {"A et B se lisent de même", "A and B are read alike"}},
    {Scale::three_five_two,
     Half::information,
     'C',
     '3',
     {"connu indirectement", "known indirectly"},
     {"la voie indirecte", "that it was indirect"}},
    {Scale::three_five_two, Half::information, 'D', '6', {"origine inconnue", "not known"}, {"", ""}},
    {Scale::three_five_two,
     Half::information,
     'E',
     '5',
     {"soupçonné faux", "suspected to be false"},
     {"le soupçon de tromperie", "the suspicion of deceit"}},
};

struct ScaleRow {
  Scale scale;
  std::string_view name;
  Text label;
  std::string_view example;
};
const ScaleRow scale_rows[] = {
    {Scale::letters_and_digits, "6x6", {"A à F, 1 à 6", "A to F, 1 to 6"}, "B2"},
    {Scale::four_by_four, "4x4", {"4x4 (Europol)", "4x4 (Europol)"}, "X4"},
    {Scale::three_five_two, "3x5x2", {"3x5x2 (Royaume-Uni)", "3x5x2 (United Kingdom)"}, "1BP"},
};

const ScaleRow& row_of(Scale scale) {
  const auto* row = std::ranges::find(scale_rows, scale, &ScaleRow::scale);
  CHECK(row != std::end(scale_rows));
  return *row;
}

std::optional<char> read_half(Scale scale, Half half, char received) {
  for (const auto& row : reading_rows)
    if (row.scale == scale && row.half == half && row.received == received) return row.read_as;
  return std::nullopt;
}

// Capitals, without the separators people put between the halves.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '/') continue;
    out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return out;
}

std::optional<Grade> read_other(Scale scale, const std::string& text) {
  const auto source = read_half(scale, Half::source, text[0]);
  const auto information = read_half(scale, Half::information, text[1]);
  if (!source || !information) return std::nullopt;
  return Grade{*source, *information};
}

std::optional<Grade> read(Scale scale, const std::string& text) {
  switch (scale) {
    case Scale::letters_and_digits:
      return parse_grade(text);
    case Scale::four_by_four:
      return text.size() == 2 ? read_other(scale, text) : std::nullopt;
    case Scale::three_five_two:
      return text.size() == 3 && (text[2] == 'P' || text[2] == 'C') ? read_other(scale, text) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Scale scale) { return row_of(scale).name; }
const Text& label_of(Scale scale) { return row_of(scale).label; }
std::optional<Scale> scale_named(std::string_view name) {
  const auto* row = std::ranges::find(scale_rows, name, &ScaleRow::name);
  return row == std::end(scale_rows) ? std::nullopt : std::optional(row->scale);
}

std::string text_of(Grade grade) { return {grade.source, grade.information}; }

std::optional<Grade> parse_grade(std::string_view text) {
  const std::string capitals = text.size() <= 8 ? bare(text) : std::string();
  if (capitals.size() != 2 || capitals[0] < 'A' || capitals[0] > 'F' || capitals[1] < '1' || capitals[1] > '6')
    return std::nullopt;
  return Grade{capitals[0], capitals[1]};
}

Text words_of(Grade grade) {
  static const Text sources[] = {{"tout à fait fiable", "completely reliable"},
                                 {"habituellement fiable", "usually reliable"},
                                 {"assez fiable", "fairly reliable"},
                                 {"pas toujours fiable", "not usually reliable"},
                                 {"non fiable", "unreliable"},
                                 {"fiabilité impossible à juger", "reliability cannot be judged"}};
  static const Text informations[] = {{"recoupé par d'autres sources", "confirmed by other sources"},
                                      {"probablement vrai", "probably true"},
                                      {"possiblement vrai", "possibly true"},
                                      {"douteux", "doubtful"},
                                      {"improbable", "improbable"},
                                      {"vérité impossible à juger", "truth cannot be judged"}};
  const Text& source = sources[grade.source - 'A'];
  const Text& information = informations[grade.information - '1'];
  return {source.fr + ", " + information.fr, source.en + ", " + information.en};
}

Result<Evaluation> make_evaluation(Scale scale, std::string_view received) {
  const std::string text = received.size() <= 8 ? bare(received) : std::string();
  if (const auto grade = read(scale, text)) return Evaluation{scale, text, *grade};
  const auto& row = row_of(scale);
  return invalid({fmt::format("évaluation {} : il faut une forme comme {}", row.label.fr, row.example),
                  fmt::format("evaluation {}: a form like {} is needed", row.label.en, row.example)},
                 "evaluation");
}

ReceivedHandling received_handling(const Evaluation& evaluation) {
  if (evaluation.scale != Scale::three_five_two) return ReceivedHandling::none;
  return evaluation.received.back() == 'C' ? ReceivedHandling::conditional : ReceivedHandling::permitted;
}

std::span<const Reading> readings() { return reading_rows; }

}  // namespace quadrille::notes
