// quadrille-verify: checks a Quadrille audit log that was exported as files, without trusting the program that made it.
//
//   quadrille-verify DIR --key KEY                      every file of the export, and the checkpoint's signature
//   quadrille-verify DIR --key KEY --checkpoint FILE    also: that the log extends a checkpoint kept from earlier
//   quadrille-verify DIR --key KEY --entry N            also: shows entry N and checks its inclusion proof
//   quadrille-verify --proof FILE --key KEY             a single proof (c2sp.org/tlog-proof@v1), without the log
//   ... --open FIELD KEYHEX TEXTFILE                    with --entry or --proof: that the entry's FIELD says that text
//
// Formats: c2sp.org/tlog-tiles, tlog-checkpoint, signed-note, tlog-proof (read 2026-11-25), RFC 6962 section 2.1, and
// docs/audit-log.md for what stands in an entry. KEY is the log's first public key, from a source of your own: every
// later key must be endorsed by the one before it (DIR/key/1, DIR/key/2...).
//
// Exit code: 0 all is as it should be, 1 something is not (it is named), 2 the question was wrong.

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Hash = std::array<unsigned char, 32>;

bool in_french = false;

// What is wrong with the log.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// What is wrong with the command line.
struct Usage : std::runtime_error {
  using std::runtime_error::runtime_error;
};
std::string say(const std::string& french, const std::string& english) { return in_french ? french : english; }

// ---- bytes ----------------------------------------------------------------------------------------------------------

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path))
    throw Fault(path.string() + say(" : illisible ou absent", ": unreadable or missing"));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::string> decode_base64(const std::string& text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const auto padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  out.resize(static_cast<std::size_t>(length - padding));
  // One value has one text: what decodes must encode to the same characters.
  std::string again(text.size() + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(again.data()), reinterpret_cast<const unsigned char*>(out.data()),
                  static_cast<int>(out.size()));
  again.resize(text.size());
  return again == text ? std::optional(out) : std::nullopt;
}

std::optional<std::string> decode_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    const auto [stop, failure] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (failure != std::errc() || stop != text.data() + i + 2) return std::nullopt;
    out += static_cast<char>(value);
  }
  return text.size() % 2 == 0 ? std::optional(out) : std::nullopt;
}

std::string to_hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char byte : bytes) {
    out += digits[static_cast<unsigned char>(byte) >> 4U];
    out += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return out;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || stop != text.data() + text.size() || std::to_string(value) != text) return std::nullopt;
  return value;
}

Hash to_hash(std::string_view bytes) {
  Hash hash{};
  if (bytes.size() != hash.size()) throw Fault(say("un condensat n'a pas 32 octets", "a hash is not 32 bytes long"));
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}
std::string_view view(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

// ---- SHA-256 and the tree of RFC 6962 -------------------------------------------------------------------------------

Hash sha256(std::initializer_list<std::string_view> parts) {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                         EVP_MD_free);
  static const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Hash hash{};
  bool is_done = EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1;
  for (const auto part : parts) is_done = is_done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  if (!is_done || EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) != 1)
    throw std::runtime_error("OpenSSL: SHA-256");
  return hash;
}

Hash leaf_hash(std::string_view entry) { return sha256({std::string_view("\0", 1), entry}); }
Hash node_hash(const Hash& left, const Hash& right) {
  return sha256({std::string_view("\1", 1), view(left), view(right)});
}

// MTH of the given leaf (or subtree) hashes, by the recursive definition.
Hash tree_hash(const std::vector<Hash>& hashes, std::size_t begin, std::size_t end) {
  if (begin == end) return sha256({});
  if (end - begin == 1) return hashes[begin];
  std::size_t half = 1;
  while (half * 2 < end - begin) half *= 2;
  return node_hash(tree_hash(hashes, begin, begin + half), tree_hash(hashes, begin + half, end));
}

// The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2).
std::optional<Hash> root_from_proof(Hash hash, std::uint64_t index, std::uint64_t size,
                                    const std::vector<Hash>& proof) {
  std::uint64_t last = size - 1;
  for (const auto& step : proof) {
    if (last == 0) return std::nullopt;
    if (index % 2 == 1 || index == last) {
      hash = node_hash(step, hash);
      while (index % 2 == 0 && index != 0) index /= 2, last /= 2;
    } else {
      hash = node_hash(hash, step);
    }
    index /= 2;
    last /= 2;
  }
  return last == 0 ? std::optional(hash) : std::nullopt;
}

// ---- keys, signed notes, checkpoints --------------------------------------------------------------------------------

struct Key {
  std::string name;
  std::string id;  // 4 bytes
  std::string bytes;
};

Key parse_key(const std::string& text) {
  const auto first = text.find('+');
  const auto second = first == std::string::npos ? first : text.find('+', first + 1);
  if (second == std::string::npos)
    throw Usage(say("une clé s'écrit NOM+12345678+…", "a key is written NAME+12345678+..."));
  const auto bytes = decode_base64(text.substr(second + 1));
  const std::string name = text.substr(0, first);
  if (!bytes || bytes->size() != 33 || bytes->front() != '\1' || name.empty())
    throw Usage(say("ce n'est pas une clé Ed25519", "that is no Ed25519 key"));
  const auto id = std::string(view(sha256({name, "\n", *bytes}))).substr(0, 4);
  if (to_hex(id) != text.substr(first + 1, second - first - 1))
    throw Usage(say("le numéro de la clé n'est pas le sien", "the key's id is not its own"));
  return {name, id, bytes->substr(1)};
}

bool has_signed(const Key& key, std::string_view text, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(key.bytes.data()),
                                  key.bytes.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return public_key && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

struct Note {
  std::string text;
  std::set<std::string> signers;  // ids of the known keys that signed
};

// A signature that names a known key and is wrong condemns the note; unknown keys are passed over.
Note open_note(const std::string& note, const std::vector<Key>& known, const std::string& what) {
  const std::string dash = "\xe2\x80\x94 ";
  const auto refuse = [&what](const std::string& french, const std::string& english) {
    return Fault(what + say(" : " + french, ": " + english));
  };
  const auto split = note.rfind("\n\n");
  if (split == std::string::npos || note.back() != '\n') throw refuse("ce n'est pas une note signée", "no signed note");
  Note out{note.substr(0, split + 1), {}};
  for (std::size_t at = split + 2; at < note.size();) {
    const auto end = note.find('\n', at);
    const std::string line = note.substr(at, end - at);
    at = end + 1;
    const auto space = line.find(' ', dash.size());
    if (!line.starts_with(dash) || space == std::string::npos)
      throw refuse("signature illisible", "unreadable signature");
    const auto bytes = decode_base64(line.substr(space + 1));
    if (!bytes || bytes->size() < 5) throw refuse("signature illisible", "unreadable signature");
    for (const auto& key : known) {
      if (key.name != line.substr(dash.size(), space - dash.size()) || key.id != bytes->substr(0, 4)) continue;
      if (!has_signed(key, out.text, std::string_view(*bytes).substr(4)))
        throw refuse("la signature de " + key.name + " est fausse", "the signature of " + key.name + " is wrong");
      out.signers.insert(key.id);
    }
  }
  if (out.signers.empty()) throw refuse("aucune clé connue ne l'a signée", "no known key has signed it");
  return out;
}

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
};

Checkpoint open_checkpoint(const std::string& note, const std::vector<Key>& known, const std::string& what) {
  const std::string text = open_note(note, known, what).text;
  const auto first = text.find('\n');
  const auto second = first == std::string::npos ? first : text.find('\n', first + 1);
  const auto third = second == std::string::npos ? second : text.find('\n', second + 1);
  if (third == std::string::npos || third + 1 != text.size())
    throw Fault(what + say(" : pas trois lignes", ": not three lines"));
  const auto size = parse_decimal(std::string_view(text).substr(first + 1, second - first - 1));
  const auto root = decode_base64(text.substr(second + 1, third - second - 1));
  if (!size || !root || root->size() != 32) throw Fault(what + say(" : illisible", ": unreadable"));
  if (text.substr(0, first) != known.front().name) throw Fault(what + say(" : d'un autre journal", ": of another log"));
  return {text.substr(0, first), *size, to_hash(*root)};
}

// The first key is the one given; DIR/key/1, DIR/key/2... must each be endorsed by the key before.
std::vector<Key> follow_keys(const fs::path& folder, const std::string& given) {
  const Key first = parse_key(given);
  if (read_file(folder / "key" / "0") != given + "\n")
    throw Fault("key/0" + say(" : ce n'est pas la clé donnée", ": not the key that was given"));
  std::vector<Key> keys{first};
  for (std::size_t number = 1; fs::exists(folder / "key" / std::to_string(number)); ++number) {
    const fs::path path = folder / "key" / std::to_string(number);
    const std::string note = read_file(path);
    const std::string head = "quadrille-log-key/v1\n" + first.name + "\n" + std::to_string(number) + "\n";
    const auto end = note.find('\n', head.size());
    if (!note.starts_with(head) || end == std::string::npos)
      throw Fault(path.string() + say(" : ce n'est pas une clé endossée", ": no endorsed key"));
    Key next;
    try {
      next = parse_key(note.substr(head.size(), end - head.size()));
    } catch (const Usage& wrong) {
      throw Fault(path.string() + ": " + wrong.what());
    }
    const auto opened = open_note(note, {keys.back(), next}, path.string());
    if (opened.signers.size() != 2 || opened.text.size() != end + 1 || next.name != first.name)
      throw Fault(path.string() + say(" : la clé d'avant ne l'a pas endossée", ": not endorsed by the key before"));
    keys.push_back(next);
  }
  return keys;
}

// ---- the exported folder --------------------------------------------------------------------------------------------

std::string tile_path(const std::string& level, std::uint64_t number, std::uint64_t width) {
  std::string path;
  for (bool is_last = true; is_last || number > 0; is_last = false, number /= 1000) {
    const std::string digits = std::to_string(number % 1000);
    const std::string part = std::string(3 - digits.size(), '0') + digits;
    path = (is_last ? part : "x" + part + "/" + path);
  }
  return "tile/" + level + "/" + path + (width < 256 ? ".p/" + std::to_string(width) : "");
}

class Log {
 public:
  Log(fs::path folder, std::uint64_t size) : folder_(std::move(folder)), size_(size) {}

  // Reads every bundle and every tile, checks that they agree, and returns the root.
  Hash check_all() {
    std::vector<Hash> level;
    level.reserve(size_);
    for (std::uint64_t number = 0; number * 256 < size_; ++number) check_bundle(number, level);
    std::vector<Hash> whole = level;  // hashes of the level under way
    for (int height = 0; !whole.empty(); ++height) {
      std::vector<Hash> above;
      for (std::uint64_t begin = 0; begin < whole.size(); begin += 256) {
        const auto end = std::min<std::uint64_t>(begin + 256, whole.size());
        check_tile(height, begin / 256, whole, begin, end);
        if (end - begin == 256) above.push_back(tree_hash(whole, begin, end));
      }
      whole = std::move(above);
    }
    check_nothing_else();
    leaves_ = std::move(level);
    return tree_hash(leaves_, 0, leaves_.size());
  }
  [[nodiscard]] Hash root_at(std::uint64_t size) const { return tree_hash(leaves_, 0, size); }

  // From the tiles alone, as a reader without the entries would.
  [[nodiscard]] std::vector<Hash> inclusion_proof(std::uint64_t index) const {
    std::vector<Hash> proof;
    std::uint64_t begin = 0;
    std::uint64_t end = size_;
    while (end - begin > 1) {
      std::uint64_t half = 1;
      while (half * 2 < end - begin) half *= 2;
      const auto middle = begin + half;
      proof.push_back(index < middle ? subtree(middle, end) : subtree(begin, middle));
      (index < middle ? end : begin) = middle;
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
  }
  [[nodiscard]] std::string entry(std::uint64_t index) const {
    return split_bundle(index / 256)[static_cast<std::size_t>(index % 256)];
  }

 private:
  [[nodiscard]] std::uint64_t width_at(int level, std::uint64_t number) const {
    const std::uint64_t count = level > 7 ? 0 : size_ >> (8 * level);
    return std::min<std::uint64_t>(256, count - number * 256);
  }
  [[nodiscard]] std::vector<std::string> split_bundle(std::uint64_t number) const {
    const std::string path = tile_path("entries", number, width_at(0, number));
    const std::string bytes = read_file(folder_ / path);
    std::vector<std::string> entries;
    for (std::size_t at = 0; at < bytes.size();) {
      if (bytes.size() - at < 2) throw Fault(path + say(" : tronqué", ": truncated"));
      const std::size_t length =
          static_cast<unsigned char>(bytes[at]) * 256U + static_cast<unsigned char>(bytes[at + 1]);
      if (bytes.size() - at - 2 < length) throw Fault(path + say(" : tronqué", ": truncated"));
      entries.push_back(bytes.substr(at + 2, length));
      at += 2 + length;
    }
    if (entries.size() != width_at(0, number))
      throw Fault(path + say(" : le nombre d'entrées n'est pas le bon", ": wrong number of entries"));
    return entries;
  }
  void check_bundle(std::uint64_t number, std::vector<Hash>& hashes) {
    for (const auto& entry : split_bundle(number)) {
      if (entry.size() != 202 || entry[0] != '\1' || entry[9] < 1 || entry[9] > 6)
        throw Fault(say("entrée ", "entry ") + std::to_string(hashes.size()) +
                    say(" : forme inconnue", ": unknown form"));
      hashes.push_back(leaf_hash(entry));
    }
    expected_.insert(tile_path("entries", number, width_at(0, number)));
  }
  void check_tile(int level, std::uint64_t number, const std::vector<Hash>& hashes, std::uint64_t begin,
                  std::uint64_t end) {
    const std::string path = tile_path(std::to_string(level), number, end - begin);
    const std::string bytes = read_file(folder_ / path);
    if (bytes.size() != 32 * (end - begin)) throw Fault(path + say(" : longueur fausse", ": wrong length"));
    for (std::uint64_t i = begin; i < end; ++i)
      if (std::string_view(bytes).substr(32 * (i - begin), 32) != view(hashes[i]))
        throw Fault(path + say(" : diffère à partir de l'entrée ", ": differs from entry ") +
                    std::to_string(i << (8 * level)) +
                    say(" : l'entrée ou la tuile a été changée", ": the entry or the tile was changed"));
    expected_.insert(path);
  }
  // Partial tiles of an older export may stay beside the full ones that replaced them; anything else is refused.
  void check_nothing_else() const {
    for (const auto& found : fs::recursive_directory_iterator(folder_ / "tile")) {
      if (!found.is_regular_file()) continue;
      const std::string path = fs::relative(found.path(), folder_).generic_string();
      if (expected_.contains(path)) continue;
      const auto part = path.find(".p/");
      if (part != std::string::npos && is_older_part(path, part)) continue;
      throw Fault(path + say(" : ce fichier n'est pas du journal", ": this file is not of the log"));
    }
  }
  [[nodiscard]] bool is_older_part(const std::string& path, std::size_t part) const {
    const std::string stem = path.substr(0, part);
    const std::string old = read_file(folder_ / path);
    for (const auto& current : expected_) {
      if (current != stem && !current.starts_with(stem + ".p/")) continue;
      return read_file(folder_ / current).starts_with(old);
    }
    return false;
  }
  [[nodiscard]] Hash subtree(std::uint64_t begin, std::uint64_t end) const {
    int level = 0;
    while ((end - begin) % 256 == 0 && begin % 256 == 0 && ((end - begin) & (end - begin - 1)) == 0) {
      begin /= 256;
      end /= 256;
      ++level;
    }
    std::vector<Hash> hashes;
    if (level > 0 || (end - begin <= 256 && begin / 256 == (end - 1) / 256)) {
      const auto width = width_at(level, begin / 256);
      const std::string bytes = read_file(folder_ / tile_path(std::to_string(level), begin / 256, width));
      for (std::uint64_t i = begin % 256; i < begin % 256 + (end - begin); ++i)
        hashes.push_back(to_hash(std::string_view(bytes).substr(32 * i, 32)));
      return tree_hash(hashes, 0, hashes.size());
    }
    std::uint64_t half = 1;
    while (half * 2 < end - begin) half *= 2;
    return node_hash(subtree(begin, begin + half), subtree(begin + half, end));
  }

  fs::path folder_;
  std::uint64_t size_;
  std::vector<Hash> leaves_;
  std::set<std::string> expected_;
};

// ---- what an entry says ---------------------------------------------------------------------------------------------

const std::vector<std::string> fields{"who", "what", "purpose", "legal-basis", "recipient", "outcome"};
const std::vector<std::string> actions{"collection", "alteration",  "consultation",
                                       "disclosure", "combination", "erasure"};

std::string show_entry(const std::string& entry) {
  std::uint64_t ms = 0;
  for (std::size_t i = 1; i < 9; ++i) ms = ms * 256 + static_cast<unsigned char>(entry[i]);
  std::string out = "  " + std::to_string(ms) + " ms UTC, " + actions[static_cast<std::size_t>(entry[9]) - 1] + "\n";
  for (std::size_t i = 0; i < fields.size(); ++i)
    out += "  " + fields[i] + " " + to_hex(entry.substr(10 + 32 * i, 32)) + "\n";
  return out;
}

struct Opening {
  std::string field;
  std::string key;
  std::string text;
};
void check_opening(const std::string& entry, const Opening& opening) {
  const auto field = std::find(fields.begin(), fields.end(), opening.field);
  const auto key = decode_hex(opening.key);
  if (field == fields.end() || !key || key->size() != 32)
    throw Usage("--open who|what|purpose|legal-basis|recipient|outcome KEYHEX TEXTFILE");
  const auto number = static_cast<std::size_t>(field - fields.begin());
  const std::string byte(1, static_cast<char>(number));
  if (view(sha256({*key, byte, opening.text})) != std::string_view(entry).substr(10 + 32 * number, 32))
    throw Fault(opening.field + say(" : l'entrée ne dit pas ce texte", ": the entry does not say that text"));
  std::cout << opening.field << say(" : l'entrée dit bien ce texte", ": the entry says that text") << "\n";
}

void check_proof(const fs::path& file, const Key& key, const std::optional<Opening>& opening) {
  const std::string text = read_file(file);
  const auto fail = [&file] { return Fault(file.string() + say(" : ce n'est pas une preuve", ": no proof")); };
  const auto split = text.find("\n\n");
  if (split == std::string::npos || !text.starts_with("c2sp.org/tlog-proof@v1\n")) throw fail();
  std::optional<std::uint64_t> index;
  std::string entry;
  std::vector<Hash> proof;
  for (std::size_t at = text.find('\n') + 1; at <= split;) {
    const auto end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("extra ") && !index && entry.empty()) {
      entry = decode_base64(line.substr(6)).value_or("");
    } else if (line.starts_with("index ") && !index) {
      index = parse_decimal(std::string_view(line).substr(6));
      if (!index) throw fail();
    } else {
      const auto hash = decode_base64(line);
      if (!index || !hash) throw fail();
      proof.push_back(to_hash(*hash));
    }
  }
  const auto checkpoint = open_checkpoint(text.substr(split + 2), {key}, file.string());
  if (!index || entry.size() != 202 || entry[9] < 1 || entry[9] > 6 || *index >= checkpoint.size) throw fail();
  if (root_from_proof(leaf_hash(entry), *index, checkpoint.size, proof) != checkpoint.root)
    throw Fault(file.string() +
                say(" : la preuve ne mène pas à la racine signée", ": the proof does not lead to the signed root"));
  std::cout << say("entrée ", "entry ") << *index << say(" : dans l'arbre signé de ", ": in the signed tree of ")
            << checkpoint.size << "\n"
            << show_entry(entry);
  if (opening) check_opening(entry, *opening);
}

void check_folder(const fs::path& folder, const std::string& key, const std::vector<fs::path>& older,
                  std::optional<std::uint64_t> index, const std::optional<Opening>& opening) {
  const auto keys = follow_keys(folder, key);
  const auto checkpoint = open_checkpoint(read_file(folder / "checkpoint"), keys, "checkpoint");
  std::vector<Checkpoint> earlier;
  for (const auto& path : older) earlier.push_back(open_checkpoint(read_file(path), keys, path.string()));
  Log log(folder, checkpoint.size);
  if (log.check_all() != checkpoint.root)
    throw Fault(say("la racine signée n'est pas celle des entrées", "the signed root is not that of the entries"));
  std::cout << checkpoint.size << say(" entrées, signées par ", " entries, signed by ") << checkpoint.origin << ", "
            << keys.size() << say(" clé(s)", " key(s)") << "\n";
  for (const auto& one : earlier) {
    if (one.size > checkpoint.size || log.root_at(one.size) != one.root)
      throw Fault(
          say("le journal ne prolonge pas le point de contrôle de ", "the log does not extend the checkpoint of ") +
          std::to_string(one.size));
    std::cout << say("prolonge le point de contrôle de ", "extends the checkpoint of ") << one.size << "\n";
  }
  if (!index) return;
  if (*index >= checkpoint.size) throw Usage(say("pas d'entrée de ce numéro", "no entry of that number"));
  const std::string entry = log.entry(*index);
  if (root_from_proof(leaf_hash(entry), *index, checkpoint.size, log.inclusion_proof(*index)) != checkpoint.root)
    throw Fault(say("la preuve de l'entrée ne mène pas à la racine", "the entry's proof does not lead to the root"));
  std::cout << say("entrée ", "entry ") << *index << "\n" << show_entry(entry);
  if (opening) check_opening(entry, *opening);
}

void run(const std::vector<std::string>& words) {
  std::optional<fs::path> folder;
  std::optional<fs::path> proof;
  std::optional<std::string> key;
  std::vector<fs::path> older;
  std::optional<std::uint64_t> index;
  std::optional<Opening> opening;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto next = [&]() -> const std::string& {
      if (i + 1 >= words.size()) throw Usage(words[i] + say(" : il manque sa valeur", ": its value is missing"));
      return words[++i];
    };
    if (words[i] == "--key") {
      key = next();
    } else if (words[i] == "--checkpoint") {
      older.emplace_back(next());
    } else if (words[i] == "--proof") {
      proof = next();
    } else if (words[i] == "--entry") {
      index = parse_decimal(next());
      if (!index) throw Usage(say("--entry : un numéro", "--entry: a number"));
    } else if (words[i] == "--open") {
      Opening wanted;
      wanted.field = next();
      wanted.key = next();
      wanted.text = read_file(next());
      opening = wanted;
    } else if (words[i] == "--lang") {
      in_french = next() == "fr";
    } else if (!words[i].starts_with("--") && !folder) {
      folder = words[i];
    } else {
      throw Usage(words[i] + say(" : inconnu", ": unknown"));
    }
  }
  if (!key || folder.has_value() == proof.has_value())
    throw Usage(
        "quadrille-verify DIR --key KEY [--checkpoint FILE]... [--entry N] [--open FIELD KEYHEX TEXTFILE]\n"
        "quadrille-verify --proof FILE --key KEY [--open FIELD KEYHEX TEXTFILE]");
  if (proof)
    check_proof(*proof, parse_key(*key), opening);
  else
    check_folder(*folder, *key, older, index, opening);
  std::cout << say("Tout est en ordre.", "All is well.") << "\n";
}

}  // namespace

int main(int count, char** words) {
  const char* language = std::getenv("LANG");
  in_french = language != nullptr && std::string_view(language).starts_with("fr");
  try {
    run({words + 1, words + count});
    return 0;
  } catch (const Fault& fault) {
    std::cerr << "quadrille-verify: " << fault.what() << "\n";
    return 1;
  } catch (const Usage& wrong) {
    std::cerr << "quadrille-verify: " << wrong.what() << "\n";
    return 2;
  } catch (const std::exception& failure) {
    std::cerr << "quadrille-verify: " << failure.what() << "\n";
    return 1;
  }
}
