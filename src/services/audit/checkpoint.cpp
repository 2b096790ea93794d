#include "services/audit/checkpoint.h"

#include <charconv>

#include "base/check.h"
#include "host/crypto/secret_file.h"
#include "services/audit/store.h"
#include "services/audit/tiles.h"

namespace quadrille::audit {
namespace {

Failure not_the_log(const std::filesystem::path& file) {
  return refuse(ErrorKind::conflict,
                {"la clé de " + file.string() +
                     " n'est pas la dernière de ce journal ; donnez le bon fichier, ou restaurez-le d'une sauvegarde",
                 "the key in " + file.string() +
                     " is not the newest of this log; give the right file, or restore it from a backup"},
                "--log-key");
}

Failure rolled_back(const std::filesystem::path& state) {
  return refuse(ErrorKind::conflict,
                {"la base ne prolonge pas le dernier point de contrôle signé (" + state.string() +
                     ") : elle a été réécrite ou ramenée en arrière. Vérifiez-la (quadrille audit verify) ; après une "
                     "restauration voulue et consignée, retirez ce fichier",
                 "the database does not extend the last checkpoint signed (" + state.string() +
                     "): it was rewritten or rolled back. Verify it (quadrille audit verify); after a restore that was "
                     "meant and recorded, remove that file"},
                "--log-key");
}

Result<SignerKey> load_key(const std::filesystem::path& file) {
  auto text = crypto::load_secret(file);
  if (!text) return Failure(text.error());
  while (text->ends_with('\n')) text->pop_back();
  auto key = parse_signer_key(*text);
  if (!key)
    return invalid({file.string() + " ne contient pas une clé de signature du journal",
                    file.string() + " holds no signing key of a log"},
                   "--log-key");
  return std::move(*key);
}

std::string default_name(crypto::Chance& chance) {
  std::array<std::uint8_t, 4> drawn{};
  chance.fill(drawn);
  return "quadrille/" + crypto::to_hex(drawn);
}

Act introduction(const std::string& actor, std::size_t number, const VerifierKey& key) {
  return {.actor = actor,
          .action = Action::alteration,
          .subject = "log key " + std::to_string(number),
          .details = format_key(key),
          .object = Object("log key", static_cast<std::int64_t>(number))};
}

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + crypto::to_base64(checkpoint.root) + "\n";
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto first = text.find('\n');
  const auto second = first == std::string_view::npos ? first : text.find('\n', first + 1);
  if (second == std::string_view::npos || !text.ends_with('\n')) return std::nullopt;
  const auto digits = text.substr(first + 1, second - first - 1);
  Checkpoint checkpoint{std::string(text.substr(0, first)), 0, {}};
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), checkpoint.size);
  if (failure != std::errc() || std::to_string(checkpoint.size) != digits || checkpoint.size < 0) return std::nullopt;
  const auto root = crypto::from_base64(text.substr(second + 1, text.size() - second - 2));
  if (checkpoint.origin.empty() || !root || root->size() != checkpoint.root.size()) return std::nullopt;
  std::ranges::copy(*root, checkpoint.root.begin());
  return checkpoint;
}

std::string endorsement_text(const std::string& origin, std::size_t number, const VerifierKey& key) {
  return "quadrille-log-key/v1\n" + origin + "\n" + std::to_string(number) + "\n" + format_key(key) + "\n";
}

std::filesystem::path CheckpointSigner::beside(const char* suffix) const {
  auto path = file_;
  path += suffix;
  return path;
}

Result<std::unique_ptr<CheckpointSigner>> CheckpointSigner::open(const std::filesystem::path& file,
                                                                 database::Database& database,
                                                                 const clock::Clock& clock,
                                                                 std::optional<std::string> name,
                                                                 crypto::Chance& chance) {
  if (name && !is_key_name(*name))
    return invalid({"un nom sans espace ni « + », comme journal.example.fr",
                    "a name without spaces or '+', such as "
                    "log.example.org"},
                   "--log-name");
  auto tx = database.write();  // nobody introduces another key meanwhile
  const auto known = log_keys(*tx);
  auto key = load_key(file);
  if (!key && (key.error().kind != ErrorKind::not_found || !known.empty())) return Failure(key.error());
  if (!key) {
    key = SignerKey(name.value_or(default_name(chance)), crypto::make_signing_key(chance));
    if (const auto saved = crypto::save_secret(file, format_key(*key) + "\n"); !saved) return Failure(saved.error());
  }
  if (!known.empty() && key->verifier() != known.back().verifier) {
    // A rotation that the machine cut off between its transaction and its file: the new key waits beside.
    auto waiting = file;
    waiting += ".next";
    auto next = load_key(waiting);
    if (!next || next->verifier() != known.back().verifier) return not_the_log(file);
    if (const auto replaced = crypto::replace_secret(file, format_key(*next) + "\n"); !replaced)
      return Failure(replaced.error());
    std::filesystem::remove(waiting);
    key = std::move(next);
  }
  if (known.empty()) {
    const auto position = record(*tx, introduction("local:log", 0, key->verifier()), clock.now(), chance);
    add_log_key(*tx, 0, {key->verifier(), position, ""});
    tx->commit();
  }
  return std::unique_ptr<CheckpointSigner>(new CheckpointSigner(file, std::move(*key), database, clock, chance));
}

Result<void> CheckpointSigner::extends_what_was_signed(database::Snapshot& snapshot) const {
  const auto state = beside(".checkpoint");
  const auto note = crypto::load_secret(state);
  if (!note && note.error().kind == ErrorKind::not_found) return {};
  if (!note) return Failure(note.error());
  const auto parsed = parse_note(*note);
  const auto last = parsed ? parse_checkpoint(parsed->text) : std::nullopt;
  if (!last || last->size > size(snapshot) || root_at(tiles_of_log(snapshot), last->size) != last->root)
    return rolled_back(state);
  return {};
}

// Inside the transaction, so that no other process signs another tree meanwhile.
Result<std::string> CheckpointSigner::sign(database::Transaction& tx, std::span<const SignerKey> keys) {
  if (const auto sound = extends_what_was_signed(tx); !sound) return Failure(sound.error());
  const auto tiles = tiles_of_log(tx);
  const std::int64_t now = size(tx);
  if (const auto last = newest_checkpoint(tx)) {
    const auto parsed = parse_note(last->note);
    const auto signed_tree = parsed ? parse_checkpoint(parsed->text) : std::nullopt;
    if (!signed_tree || signed_tree->size > now || root_at(tiles, signed_tree->size) != signed_tree->root)
      return rolled_back("audit_checkpoint");
  }
  const Checkpoint checkpoint{key_.verifier().name, now, root_at(tiles, now)};
  const std::string note = sign_note(format_checkpoint(checkpoint), keys);
  add_checkpoint(tx, {now, note});
  return note;
}

Result<std::string> CheckpointSigner::checkpoint() {
  const std::lock_guard lock(mutex_);
  {
    auto snapshot = database_.read();
    if (const auto sound = extends_what_was_signed(*snapshot); !sound) return Failure(sound.error());
    const auto last = newest_checkpoint(*snapshot);
    if (last && last->size == size(*snapshot)) return recent_ = last->note;
  }
  auto tx = database_.write();
  auto note = sign(*tx, {&key_, 1});
  if (!note) return note;
  tx->commit();
  if (const auto kept = crypto::replace_secret(beside(".checkpoint"), *note); !kept) return Failure(kept.error());
  return recent_ = *note;
}

Result<std::string> CheckpointSigner::recent_checkpoint() {
  const double now = clock_.steady_seconds();
  {
    const std::lock_guard lock(mutex_);
    if (signed_at_s_ && now - *signed_at_s_ < 1 && !recent_.empty()) return recent_;
    signed_at_s_ = now;
  }
  return checkpoint();
}

Result<std::string> CheckpointSigner::rotate(const std::string& actor) {
  const std::lock_guard lock(mutex_);
  SignerKey next(key_.verifier().name, crypto::make_signing_key(chance_));
  const auto waiting = beside(".next");
  std::filesystem::remove(waiting);
  if (const auto saved = crypto::save_secret(waiting, format_key(next) + "\n"); !saved) return Failure(saved.error());
  const std::vector<SignerKey> both{key_, next};
  std::string note;
  {
    auto tx = database_.write();
    const auto known = log_keys(*tx);
    if (known.empty() || known.back().verifier != key_.verifier()) return not_the_log(file_);
    const auto position = record(*tx, introduction(actor, known.size(), next.verifier()), clock_.now(), chance_);
    const std::string endorsement =
        sign_note(endorsement_text(key_.verifier().name, known.size(), next.verifier()), both);
    add_log_key(*tx, known.size(), {next.verifier(), position, endorsement});
    auto made = sign(*tx, both);
    if (!made) return made;
    note = std::move(*made);
    tx->commit();
  }
  if (const auto replaced = crypto::replace_secret(file_, format_key(next) + "\n"); !replaced)
    return Failure(replaced.error());
  std::filesystem::remove(waiting);
  if (const auto kept = crypto::replace_secret(beside(".checkpoint"), note); !kept) return Failure(kept.error());
  const std::lock_guard key_lock(key_mutex_);
  key_ = std::move(next);
  return recent_ = note;
}

std::string CheckpointSigner::sign_statement(std::string_view text) const {
  const auto head = text.substr(0, text.find('\n'));
  CHECK(head.starts_with("quadrille-") && head.find("/v") != std::string_view::npos &&
        !head.starts_with("quadrille-log-key/") && !parse_checkpoint(text));
  const std::lock_guard lock(key_mutex_);
  return sign_note(text, {&key_, 1});
}

VerifierKey CheckpointSigner::verifier() const {
  const std::lock_guard lock(key_mutex_);
  return key_.verifier();
}

}  // namespace quadrille::audit
