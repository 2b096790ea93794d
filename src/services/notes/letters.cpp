#include "services/notes/letters.h"

#include <algorithm>
#include <cstdint>

#include "base/line.h"

namespace quadrille::notes {
namespace {

struct Letter {
  std::string_view folded;  // empty: no letter
  bool is_capital = false;
};

// Latin-1 and Latin Extended-A, in order of code point from U+00C0; two letters for Æ and Œ. Capitals are those whose
// small letter stands elsewhere: in Latin-1 the first half, in Extended-A the even ones (odd after U+0138).
Letter fold_letter(char32_t c) {
  static constexpr std::string_view ascii = "abcdefghijklmnopqrstuvwxyz0123456789";
  if (c >= 'a' && c <= 'z') return {ascii.substr(c - 'a', 1), false};
  if (c >= 'A' && c <= 'Z') return {ascii.substr(c - 'A', 1), true};
  if (c >= '0' && c <= '9') return {ascii.substr(26 + c - '0', 1), false};
  static constexpr std::string_view latin1[] = {"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e",
                                                "e", "i", "i", "i", "i", "d", "n",  "o", "o", "o", "o",
                                                "o", "",  "o", "u", "u", "u", "u",  "y", "t", "ss"};
  if (c >= 0xC0 && c <= 0xDF) return {latin1[c - 0xC0], c != 0xDF};
  if (c >= 0xE0 && c <= 0xFE) return {latin1[c - 0xE0], false};
  if (c == 0xFF) return {"y", false};
  if (c == 0x152) return {"oe", true};
  if (c == 0x153) return {"oe", false};
  static constexpr std::string_view extended =
      "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
      "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
  if (c >= 0x100 && c <= 0x17F && c - 0x100 < extended.size())
    return {extended.substr(c - 0x100, 1), (c <= 0x137 || (c >= 0x14A && c <= 0x177)) ? c % 2 == 0 : c % 2 == 1};
  return {};
}

// Which separator says most about what follows.
int weight_of(char32_t c) {
  switch (c) {
    case '.':
    case '!':
    case '?':
    case ':':
    case ';':
    case '\n':
      return 5;
    case '@':
      return 6;
    case '"':
    case 0xAB:    // «
    case 0xBB:    // »
    case 0x201C:  // “
    case 0x201D:
      return 4;
    case '(':
    case ')':
    case ',':
      return 3;
    case '\'':
    case 0x2019:
      return 2;
    case '-':
      return 1;
    default:
      return 0;
  }
}

char separator_of(char32_t c) {
  const int weight = weight_of(c);
  if (weight == 4) return '"';
  if (weight == 2) return '\'';
  if (weight == 3) return c == ',' ? ',' : '(';
  if (c == '\n') return '\n';
  return weight == 0 ? ' ' : static_cast<char>(c);
}

bool ends_sentence(char separator) {
  return separator == '.' || separator == '!' || separator == '?' || separator == ':' || separator == '\n';
}

// Cuts text into words one character at a time.
class Cutter {
 public:
  void take_letter(const Letter& letter, std::size_t begin, std::size_t end) {
    if (!is_in_word_) open(letter, begin);
    auto& word = words_.back();
    word.folded += letter.folded;
    word.end = end;
    const bool is_digit = letter.folded[0] >= '0' && letter.folded[0] <= '9';
    word.is_number = word.is_number && is_digit;
    if (!is_digit) ++letters_;
    has_small_ = has_small_ || (!letter.is_capital && !is_digit);
  }
  void take_separator(char32_t c) {
    close();
    if (const int weight = weight_of(c); weight > weight_) {
      weight_ = weight;
      separator_ = separator_of(c);
    }
  }
  std::vector<Word> finish() {
    close();
    return std::move(words_);
  }

 private:
  void open(const Letter& letter, std::size_t begin) {
    Word word;
    word.begin = begin;
    word.is_capitalised = letter.is_capital;
    word.is_number = true;
    word.before = separator_;
    word.opens_sentence = words_.empty() || ends_sentence(separator_);
    words_.push_back(std::move(word));
    is_in_word_ = true;
    has_small_ = false;
    letters_ = 0;
  }
  void close() {
    if (!is_in_word_) return;
    words_.back().is_all_capitals = !has_small_ && letters_ >= 2;
    is_in_word_ = false;
    separator_ = ' ';
    weight_ = 0;
  }

  std::vector<Word> words_;
  bool is_in_word_ = false;
  bool has_small_ = false;
  std::size_t letters_ = 0;
  char separator_ = ' ';
  int weight_ = 0;
};

}  // namespace

std::optional<std::size_t> count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = decode_utf8(text, at);
    const bool is_control = (decoded.character < 0x20 && decoded.character != '\n') || decoded.character == 0x7F;
    if (!decoded.is_valid || is_control) return std::nullopt;
    at += decoded.bytes;
    ++count;
  }
  return count;
}

std::vector<Word> words_of(std::string_view text) {
  Cutter cutter;
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = decode_utf8(text, at);
    const auto letter = decoded.is_valid ? fold_letter(decoded.character) : Letter{};
    // An accent that stands alone belongs to the letter before it, and is folded away.
    const bool is_accent = decoded.is_valid && decoded.character >= 0x300 && decoded.character <= 0x36F;
    if (is_accent) {
      at += decoded.bytes;
      continue;
    }
    if (letter.folded.empty())
      cutter.take_separator(decoded.is_valid ? decoded.character : U' ');
    else
      cutter.take_letter(letter, at, at + decoded.bytes);
    at += decoded.bytes;
  }
  return cutter.finish();
}

std::string fold(std::string_view text) {
  std::string out;
  for (const auto& word : words_of(text)) out += (out.empty() ? "" : " ") + word.folded;
  return out;
}

std::vector<std::string> search_words(std::string_view text) {
  std::vector<std::string> found;
  for (auto& word : words_of(text)) {
    auto& folded = word.folded;
    if (folded.size() > 4 && (folded.back() == 's' || folded.back() == 'x')) folded.pop_back();
    if (folded.size() >= 2 && folded.size() <= 64) found.push_back(std::move(folded));
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

}  // namespace quadrille::notes
