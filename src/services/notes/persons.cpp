#include "services/notes/persons.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "services/notes/letters.h"
#include "services/notes/numbers.h"
#include "services/notes/persons_words.h"

namespace quadrille::notes {
namespace {

bool breaks_run(char before) { return before != ' ' && before != '-' && before != '\''; }

// The words of one text and what is known of them.
class Reading {
 public:
  Reading(std::string_view text, const Gazetteer& places)
      : text_(text), words_(words_of(text)), is_place_(words_.size()) {
    std::size_t capitals = 0;
    std::size_t letters = 0;
    for (const auto& word : words_) {
      if (word.is_number) continue;
      ++letters;
      if (word.is_all_capitals) ++capitals;
    }
    // Where nearly everything is in capitals, capitals say nothing.
    is_shouted_ = letters >= 3 && capitals * 10 >= letters * 7;
    mark_gazetteer(places);
    mark_named_places();
  }

  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] const Word& operator[](std::size_t i) const { return words_[i]; }
  [[nodiscard]] std::string_view folded(std::size_t i) const {
    return i < words_.size() ? std::string_view(words_[i].folded) : std::string_view();
  }
  // A capital that says something.
  [[nodiscard]] bool is_capital(std::size_t i) const {
    return i < words_.size() && words_[i].is_capitalised && !is_shouted_;
  }
  [[nodiscard]] bool is_shouted() const { return is_shouted_; }
  [[nodiscard]] bool is_place(std::size_t i) const { return i < words_.size() && is_place_[i]; }
  // Could be (part of) a person's name: a capital, not a place, not a word that takes a capital anyway.
  [[nodiscard]] bool could_be_name(std::size_t i) const {
    return is_capital(i) && !is_place(i) && !words_[i].is_number && !words::is_capital_word(folded(i)) &&
           !words::is_named_place(folded(i)) && !words::is_part_of_place(folded(i)) && folded(i).size() >= 2;
  }
  // The last word of the run of possible names that goes on from i without a break.
  [[nodiscard]] std::size_t end_of_name(std::size_t i) const {
    while (i + 1 < words_.size() && !breaks_run(words_[i + 1].before) && could_be_name(i + 1)) ++i;
    return i;
  }
  [[nodiscard]] Mention mention(MentionKind kind, std::size_t first, std::size_t last, std::string_view rule) const {
    return {kind, words_[first].begin, words_[last].end, rule};
  }

 private:
  void mark_gazetteer(const Gazetteer& places) {
    std::vector<std::string_view> folded_words;
    for (const auto& word : words_) folded_words.push_back(word.folded);
    for (std::size_t i = 0; i < words_.size();) {
      const std::size_t length = places.match(folded_words, i);
      for (std::size_t k = 0; k < length; ++k) is_place_[i + k] = true;
      i += std::max<std::size_t>(length, 1);
    }
  }

  // "rue de la Marie", "lycée Jean Moulin", "Saint-Charles": from the noun on, links and then the name itself.
  void mark_named_places() {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (words::is_saint(folded(i)) && i + 1 < words_.size() && !breaks_run(words_[i + 1].before) &&
          folded(i + 1).size() > 1 && (words_[i + 1].before == '-' || folded(i).starts_with("s")))
        is_place_[i + 1] = true;
      if (words::is_named_place(folded(i))) mark_name_of_place(i + 1);
    }
  }
  void mark_name_of_place(std::size_t i) {
    std::size_t links = 0;
    while (i < words_.size() && !breaks_run(words_[i].before) && links < 3 &&
           (words::is_link(folded(i)) || words::is_saint(folded(i)))) {
      ++i;
      ++links;
    }
    bool has_name = false;
    for (; i < words_.size() && !breaks_run(words_[i].before); ++i) {
      const bool follows_first_name = has_name && (words::is_first_name(folded(i - 1)) || words_[i].before == '-');
      const bool is_link_inside = has_name && words::is_link(folded(i)) && is_capital(i + 1) && folded(i) != "a";
      if (has_name && !words_[i].is_capitalised && !follows_first_name && !is_link_inside) break;
      is_place_[i] = true;
      has_name = true;
    }
  }

  std::string_view text_;
  std::vector<Word> words_;
  std::vector<bool> is_place_;
  bool is_shouted_ = false;
};

using Found = std::optional<Mention>;

// "M. Dupont", "mme durand". The second is unusual enough in a sentence to be one whatever follows, short words aside.
Found by_title(const Reading& text, std::size_t i) {
  if (!words::is_title(text.folded(i)) || i + 1 >= text.size() || text.is_place(i)) return {};
  const auto& next = text[i + 1];
  const bool is_letter_title = text.folded(i) == "m";
  if (is_letter_title && !text[i].is_capitalised) return {};
  if (breaks_run(next.before) && next.before != '.') return {};
  if (text.could_be_name(i + 1) && (!words::is_link(next.folded) || text.could_be_name(i + 2)))
    return text.mention(MentionKind::name, i, text.end_of_name(i + 1), "title");
  const bool is_abbreviation = text.folded(i) == "mr" || text.folded(i) == "mme" || text.folded(i) == "mlle";
  static constexpr std::string_view small[] = {"la", "le", "les", "qui", "est",  "et",
                                               "a",  "au", "se",  "ne",  "sort", "y"};
  if (is_abbreviation && next.folded.size() > 2 && !next.is_number &&
      std::ranges::find(small, next.folded) == std::end(small))
    return text.mention(MentionKind::name, i, i + 1, "title");
  return {};
}

// "alias Le Gros", "surnommé momo": what follows is a nickname, capital or not. "un certain Untel": with a capital.
Found by_announcement(const Reading& text, std::size_t i) {
  const bool is_nickname = words::announces_nickname(text.folded(i));
  if (!is_nickname && !words::announces_name(text.folded(i))) return {};
  std::size_t at = i + 1;
  static constexpr std::string_view fillers[] = {"de", "du", "d", "est", "son",   "sous",
                                                 "le", "la", "l", "nom", "prenom"};
  while (at < text.size() && at <= i + 3 && std::ranges::find(fillers, text.folded(at)) != std::end(fillers)) ++at;
  if (at >= text.size() || text.is_place(at) || words::is_named_place(text.folded(at))) return {};
  if (text[at].before == '.' || text[at].before == '\n') return {};
  if (text.could_be_name(at)) return text.mention(MentionKind::nickname, i, text.end_of_name(at), "announced");
  if (is_nickname && text.folded(at).size() > 1 && !words::is_capital_word(text.folded(at)))
    return text.mention(MentionKind::nickname, i, at, "announced");
  return {};
}

// "dit le Gros", "dite « la Comtesse »".
Found by_dit(const Reading& text, std::size_t i) {
  if (text.folded(i) != "dit" && text.folded(i) != "dite") return {};
  std::size_t at = i + 1;
  const bool has_article = text.folded(at) == "le" || text.folded(at) == "la" || text.folded(at) == "l";
  if (has_article) ++at;
  if (!text.could_be_name(at) || text[at].before == ':' || text[at].before == '.' || text[at].before == ',') return {};
  return text.mention(MentionKind::nickname, i, text.end_of_name(at), "announced");
}

Found by_first_name(const Reading& text, std::size_t i) {
  if (text.is_place(i)) return {};
  const auto& word = text[i];
  if (words::is_first_name(text.folded(i))) {
    if (words::is_capital_word(text.folded(i)) && !text.could_be_name(i + 1)) return {};
    return text.mention(MentionKind::name, i, text.could_be_name(i + 1) || text.is_capital(i) ? text.end_of_name(i) : i,
                        "first name");
  }
  if (!words::is_ambiguous_first_name(text.folded(i)) || !text.is_capital(i)) return {};
  const bool has_surname = i + 1 < text.size() && text[i + 1].before == ' ' && text.could_be_name(i + 1);
  if (word.opens_sentence && !has_surname) return {};
  if (words::is_capital_word(text.folded(i)) && !has_surname) return {};
  return text.mention(MentionKind::name, i, text.end_of_name(i), "first name");
}

// "K. Benali"
Found by_initial(const Reading& text, std::size_t i) {
  if (text.folded(i).size() != 1 || !text.is_capital(i) || text.is_place(i) || text[i].is_number) return {};
  if (i + 1 >= text.size() || text[i + 1].before != '.' || !text[i + 1].is_capitalised) return {};
  if (i > 0 && (words::is_part_of_place(text.folded(i - 1)) || words::is_named_place(text.folded(i - 1)))) return {};
  const auto& next = text[i + 1];
  if (next.folded.size() < 3 || next.begin > text[i].end + 2 || words::is_capital_word(next.folded) ||
      words::is_named_place(next.folded) || words::is_part_of_place(next.folded) || words::is_role(next.folded) ||
      text.is_place(i + 1))
    return {};
  return text.mention(MentionKind::name, i, i + 1, "initial");
}

// "le guetteur Bilou", "chez Zizou"
Found by_role(const Reading& text, std::size_t i) {
  if (!words::is_role(text.folded(i)) || text.is_place(i)) return {};
  std::size_t at = i + 1;
  if (at < text.size() && (text.folded(at) == "l" || text.folded(at) == "le" || text.folded(at) == "la") &&
      text[at].is_capitalised)
    ++at;
  if (!text.could_be_name(at) || breaks_run(text[at].before)) return {};
  if (text[at].is_all_capitals && text.folded(at).size() < 4) return {};
  return text.mention(MentionKind::name, at, text.end_of_name(at), "role and name");
}

// "ce soir Zizou vend": a capital inside a sentence before a deed; "avec Idrys Zeghidour": two after "avec" or
// "par".
Found by_sentence(const Reading& text, std::size_t i) {
  if (!text.could_be_name(i) || text[i].opens_sentence || text[i].is_all_capitals) return {};
  const std::size_t last = text.end_of_name(i);
  if (words::is_deed(text.folded(last + 1)) && !breaks_run(text[last + 1].before))
    return text.mention(MentionKind::name, i, last, "name and deed");
  static constexpr std::string_view with[] = {"avec", "contre", "selon", "par"};
  if (i > 0 && last > i && std::ranges::find(with, text.folded(i - 1)) != std::end(with))
    return text.mention(MentionKind::name, i, last, "two names");
  return {};
}

// "BENSAID Walid", "Walid BENSAID": capitals beside a capital.
Found by_capitals(const Reading& text, std::size_t i) {
  if (i + 1 >= text.size() || !text.could_be_name(i) || !text.could_be_name(i + 1) || text[i + 1].before != ' ')
    return {};
  const bool first = text[i].is_all_capitals;
  const bool second = text[i + 1].is_all_capitals;
  const std::size_t length = first ? text.folded(i).size() : text.folded(i + 1).size();
  if (first == second || length < 4) return {};
  if (second && text[i].opens_sentence) return {};
  return text.mention(MentionKind::name, i, i + 1, "surname in capitals");
}

// "né le 12/03/1990"
Found by_birth(const Reading& text, std::size_t i) {
  if (text.folded(i) != "ne" && text.folded(i) != "nee") return {};
  if ((text.folded(i + 1) != "le" && text.folded(i + 1) != "en") || i + 2 >= text.size() || !text[i + 2].is_number)
    return {};
  std::size_t last = i + 2;
  while (last + 1 < text.size() && last < i + 4 && text[last + 1].is_number) ++last;
  return text.mention(MentionKind::birth, i, last, "date of birth");
}

// "snap momo13", "telegram : @bilou"
Found by_network(const Reading& text, std::size_t i) {
  if (!words::is_network(text.folded(i)) || i + 1 >= text.size()) return {};
  const auto& next = text[i + 1];
  const bool has_digit = std::ranges::any_of(next.folded, [](char c) { return c >= '0' && c <= '9'; });
  const bool has_letter = std::ranges::any_of(next.folded, [](char c) { return c >= 'a' && c <= 'z'; });
  const bool is_hour = has_digit && next.folded.find('h') != std::string::npos && next.folded.size() <= 5;
  if (next.before == '.' || !has_digit || !has_letter || is_hour) return {};
  return text.mention(MentionKind::nickname, i, i + 1, "account");
}

constexpr Found (*rules[])(const Reading&, std::size_t) = {by_title, by_announcement, by_dit,      by_initial,
                                                           by_role,  by_first_name,   by_capitals, by_sentence,
                                                           by_birth, by_network};

std::size_t characters_before(std::string_view text, std::size_t byte) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < byte && i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) ++count;
  return count;
}

struct KindRow {
  MentionKind kind;
  std::string_view name;
  Text label;
};
const KindRow kind_rows[] = {
    {MentionKind::name, "name", {"un nom", "a name"}},
    {MentionKind::nickname, "nickname", {"un surnom ou un compte", "a nickname or an account"}},
    {MentionKind::plate, "plate", {"une plaque d'immatriculation", "a number plate"}},
    {MentionKind::phone, "phone", {"un numéro de téléphone", "a telephone number"}},
    {MentionKind::email, "email", {"une adresse électronique", "an e-mail address"}},
    {MentionKind::birth, "birth", {"une date de naissance", "a date of birth"}},
    {MentionKind::number, "number", {"un numéro de sécurité sociale", "a social security number"}},
};

const KindRow& row_of(MentionKind kind) {
  const auto* row = std::ranges::find(kind_rows, kind, &KindRow::kind);
  CHECK(row != std::end(kind_rows));
  return *row;
}

}  // namespace

std::string_view name_of(MentionKind kind) { return row_of(kind).name; }
const Text& label_of(MentionKind kind) { return row_of(kind).label; }

Gazetteer::Gazetteer(std::span<const std::string> names) {
  for (const auto& name : names) {
    const auto found = words_of(name);
    const auto joined_from = [&](std::size_t first) {
      std::string out;
      for (std::size_t i = first; i < found.size(); ++i) out += (out.empty() ? "" : " ") + found[i].folded;
      return out;
    };
    std::size_t first = 0;
    while (first < found.size() && (words::is_named_place(found[first].folded) || words::is_link(found[first].folded)))
      ++first;
    if (found.size() > 1) names_.insert(joined_from(0));
    const std::size_t left = found.size() - first;
    const bool is_lone_first_name =
        left == 1 && (words::is_first_name(found[first].folded) || words::is_ambiguous_first_name(found[first].folded));
    if (left > 0 && !is_lone_first_name) names_.insert(joined_from(first));
  }
}

std::size_t Gazetteer::match(std::span<const std::string_view> folded, std::size_t first) const {
  constexpr std::size_t longest = 8;
  std::string joined;
  std::size_t best = 0;
  for (std::size_t i = first; i < folded.size() && i < first + longest; ++i) {
    joined += (joined.empty() ? "" : " ") + std::string(folded[i]);
    const auto found = names_.lower_bound(joined);
    if (found == names_.end() || !found->starts_with(joined)) break;
    if (*found == joined) best = i - first + 1;
  }
  return best;
}

std::vector<Mention> find_persons(std::string_view text, const Gazetteer& places) {
  std::vector<Mention> found = find_numbers(text);
  const Reading reading(text, places);
  for (std::size_t i = 0; i < reading.size(); ++i) {
    if (reading[i].is_number) continue;
    for (const auto rule : rules)
      if (auto mention = rule(reading, i)) {
        found.push_back(*mention);
        break;
      }
  }
  std::ranges::sort(found, {}, [](const Mention& mention) { return std::pair(mention.begin, mention.end); });
  std::vector<Mention> apart;
  for (const auto& mention : found) {
    if (!apart.empty() && mention.begin < apart.back().end)
      apart.back().end = std::max(apart.back().end, mention.end);
    else
      apart.push_back(mention);
  }
  return apart;
}

Result<void> check_no_person(std::string_view text, const Gazetteer& places, const std::string& field) {
  const auto found = find_persons(text, places);
  if (found.empty()) return {};
  const auto& first = found.front();
  const std::string quoted(text.substr(first.begin, first.end - first.begin));
  const std::size_t from = characters_before(text, first.begin) + 1;
  const std::size_t to = characters_before(text, first.end);
  const std::string more_fr = found.size() > 1 ? fmt::format(" (et {} autre(s) passage(s))", found.size() - 1) : "";
  const std::string more_en = found.size() > 1 ? fmt::format(" (and {} more)", found.size() - 1) : "";
  return refuse(
      ErrorKind::forbidden,
      {fmt::format("« {} », caractères {} à {}, ressemble à {}{} : sans acte du territoire, une fiche ne désigne "
                   "personne. Décrivez le rôle ou le lieu (« un guetteur », « hall 3 »)",
                   quoted, from, to, label_of(first.kind).fr, more_fr),
       fmt::format("\"{}\", characters {} to {}, looks like {}{}: without an act of the territory a note names "
                   "nobody. Describe the role or the place (\"a lookout\", \"hall 3\")",
                   quoted, from, to, label_of(first.kind).en, more_en)},
      field);
}

}  // namespace quadrille::notes
