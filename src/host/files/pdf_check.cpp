#include "host/files/pdf_check.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/check.h"

namespace quadrille::files {
namespace {

struct Forbidden {
  std::string_view name;
  Text what;
};

const Forbidden* first_forbidden(std::string_view text) {
  static const std::array<Forbidden, 12> names{{
      {"/JavaScript", {"un script", "a script"}},
      {"/Rendition", {"un média qui peut porter un script", "a rendition, which may hold a script"}},
      {"/Launch", {"le lancement d'un programme", "the start of a program"}},
      {"/EmbeddedFile", {"un fichier joint", "a file inside"}},
      {"/Filespec", {"un fichier joint", "a file inside"}},
      {"/RichMedia", {"un média actif", "active media"}},
      {"/GoToE", {"un renvoi à un fichier joint", "a jump into a file inside"}},
      {"/GoToR", {"un renvoi à un autre fichier", "a jump to another file"}},
      {"/ImportData", {"un formulaire qui importe", "a form that imports"}},
      {"/SubmitForm", {"un formulaire qui envoie", "a form that sends"}},
      {"/XFA", {"un formulaire programmé", "a programmed form"}},
      {"/Encrypt", {"un chiffrement, qui empêche de le vérifier", "encryption, which keeps it from being checked"}},
  }};
  constexpr std::string_view regular_end("\0\t\n\f\r ()<>[]{}/%", 17);
  for (std::size_t at = text.find('/'); at != std::string_view::npos; at = text.find('/', at + 1)) {
    const std::string_view here = text.substr(at);
    for (const auto& forbidden : names) {
      if (!here.starts_with(forbidden.name)) continue;
      const std::size_t end = forbidden.name.size();
      // A name ends at a delimiter; /EmbeddedFiles is meant as well, /XFAxyz is another name.
      const bool is_whole = end == here.size() || regular_end.find(here[end]) != std::string_view::npos;
      if (is_whole || (forbidden.name == "/EmbeddedFile" && here[end] == 's')) return &forbidden;
    }
  }
  return nullptr;
}

std::optional<int> hexadecimal(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return std::nullopt;
}

// "/J#61vaScript" -> "/JavaScript"; every #xx, as names hold them.
std::string without_escapes(std::string_view bytes) {
  if (bytes.find('#') == std::string_view::npos) return std::string(bytes);
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == '#' && bytes.size() - at > 2) {
      const auto high = hexadecimal(bytes[at + 1]);
      const auto low = hexadecimal(bytes[at + 2]);
      if (high && low) {
        text += static_cast<char>(*high * 16 + *low);
        at += 2;
        continue;
      }
    }
    text += bytes[at];
  }
  return text;
}

Failure holds(const Text& what) {
  return invalid({fmt::format("ce PDF contient {} ; imprimez-le en PDF de nouveau, et joignez le résultat", what.fr),
                  fmt::format("this PDF holds {}; print it to PDF again and attach the result", what.en)},
                 "file");
}

Failure unreadable(const Text& why) {
  return invalid({fmt::format("PDF illisible : {}", why.fr), fmt::format("unreadable PDF: {}", why.en)}, "file");
}

Result<void> check_names(std::string_view bytes) {
  if (const auto* found = first_forbidden(without_escapes(bytes))) return holds(found->what);
  return {};
}

Failure cannot_look() {
  return holds({"des données codées d'une façon que la vérification ne lit pas",
                "data coded in a way that the check does not read"});
}

bool has_name(std::string_view dictionary, std::string_view name) {
  return dictionary.find(name) != std::string_view::npos;
}

// Whether a filter is given by a reference to another object, where it would have to be looked for.
bool has_filter_elsewhere(std::string_view dictionary) {
  constexpr std::string_view filter = "/Filter";
  for (std::size_t at = dictionary.find(filter); at != std::string_view::npos; at = dictionary.find(filter, at + 1)) {
    const std::size_t next = dictionary.find_first_not_of(std::string_view("\0\t\n\f\r [", 7), at + filter.size());
    if (next != std::string_view::npos && dictionary[next] != '/') return true;
  }
  return false;
}

// Looks into streams with a budget of work for them all: bytes read and bytes inflated.
class StreamLooker {
 public:
  StreamLooker() { CHECK(inflateInit(&stream_) == Z_OK); }
  StreamLooker(const StreamLooker&) = delete;
  StreamLooker& operator=(const StreamLooker&) = delete;
  ~StreamLooker() { inflateEnd(&stream_); }

  // `keyword`: where "stream" stands, `data`: where its bytes begin.
  Result<void> look(std::string_view bytes, std::size_t keyword, std::size_t data) {
    if (auto checked = check_dictionary(bytes, keyword); !checked) return checked;
    return inflate_from(bytes.substr(data));
  }

 private:
  // What stands between the last "obj" and the keyword.
  Result<void> check_dictionary(std::string_view bytes, std::size_t keyword) {
    constexpr std::size_t longest = 1U << 16U;
    const std::size_t from = keyword > longest ? keyword - longest : 0;
    const std::string_view before = bytes.substr(from, keyword - from);
    const std::size_t object = before.rfind("obj");
    if (object == std::string_view::npos) return cannot_look();
    if (!spend(before.size() - object)) return too_much();
    const std::string dictionary = without_escapes(before.substr(object));
    for (const std::string_view filter :
         {"/LZWDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode", "/Crypt"})
      if (has_name(dictionary, filter)) return cannot_look();
    if (has_filter_elsewhere(dictionary)) return cannot_look();
    const bool is_picture_or_index = has_name(dictionary, "/Image") || has_name(dictionary, "/XRef");
    if (has_name(dictionary, "/Predictor") && !is_picture_or_index) return cannot_look();
    return {};
  }

  // Whatever the dictionary says: what inflates is looked into, what does not was looked at as it stands. The inflated
  // bytes come window by window; a name across two of them is found in the second, which begins with the first's end.
  Result<void> inflate_from(std::string_view deflated) {
    CHECK(inflateReset(&stream_) == Z_OK);
    window_.clear();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(deflated.size(), 1U << 30U));
    int code = Z_OK;
    while (code == Z_OK) {
      const std::size_t input = stream_.avail_in;
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      code = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t got = piece_.size() - stream_.avail_out;
      if (!spend(got + input - stream_.avail_in)) return too_much();
      if (got == 0) break;
      window_.append(piece_.data(), got);
      if (auto checked = check_names(window_); !checked) return checked;
      constexpr std::size_t kept = 64;  // longer than the longest name with every letter escaped
      if (window_.size() > kept) window_.erase(0, window_.size() - kept);
    }
    return {};  // readers take what inflated before a fault, and so did we
  }

  bool spend(std::size_t work) {
    constexpr std::size_t of_each = 256;  // what it costs to begin one
    if (work + of_each > budget_) return false;
    budget_ -= work + of_each;
    return true;
  }
  static Failure too_much() {
    return refuse(ErrorKind::too_large,
                  {"ce PDF se décompresse en trop de données", "this PDF inflates to too much data"}, "file");
  }

  z_stream stream_{};
  std::string piece_ = std::string(1U << 16U, '\0');
  std::string window_;
  std::uint64_t budget_ = pdf_inflated_max;
};

}  // namespace

bool looks_like_pdf(std::string_view bytes) { return bytes.starts_with("%PDF-"); }

Result<void> check_pdf(std::string_view bytes) {
  if (!looks_like_pdf(bytes)) return unreadable({"il ne commence pas par %PDF", "it does not begin with %PDF"});
  const bool is_known = bytes.substr(5).starts_with("1.") || bytes.substr(5).starts_with("2.");
  if (!is_known) return unreadable({"sa version est inconnue", "its version is unknown"});
  const auto tail = bytes.substr(bytes.size() - std::min<std::size_t>(bytes.size(), 1024));
  const std::size_t end = tail.rfind("%%EOF");
  if (end == std::string_view::npos)
    return unreadable({"il est coupé ; envoyez-le de nouveau", "it is cut short; send it again"});
  if (tail.substr(end + 5).find_first_not_of(std::string_view("\r\n \t\0", 5)) != std::string_view::npos)
    return unreadable({"des octets suivent sa fin", "bytes follow its end"});
  if (auto checked = check_names(bytes); !checked) return checked;

  StreamLooker looker;
  for (std::size_t at = bytes.find("stream"); at != std::string_view::npos; at = bytes.find("stream", at + 6)) {
    if (at >= 3 && bytes.substr(at - 3, 3) == "end") continue;
    std::size_t data = at + 6;
    if (bytes.substr(data).starts_with("\r")) ++data;
    if (bytes.substr(data).starts_with("\n")) ++data;
    if (auto checked = looker.look(bytes, at, data); !checked) return checked;
  }
  return {};
}

}  // namespace quadrille::files
