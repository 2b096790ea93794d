#include "services/audit/verification.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "services/audit/leaf.h"
#include "services/audit/store.h"

namespace quadrille::audit {
namespace {

constexpr std::size_t faults_kept = 100;

const Text& label_of(Field field) {
  static const Text labels[] = {{"la personne ou le territoire", "the person or the territory"},
                                {"l'objet, le sujet ou les détails", "the object, the subject or the details"},
                                {"le but", "the purpose"},
                                {"le fondement légal", "the legal basis"},
                                {"le destinataire", "the recipient"},
                                {"l'issue", "the outcome"}};
  return labels[static_cast<std::size_t>(field)];
}

// "contents=3 accounts=0" of an act of erasure.
struct ErasedCounts {
  std::int64_t contents = 0;
  std::int64_t accounts = 0;
  friend bool operator==(const ErasedCounts&, const ErasedCounts&) = default;
};
std::optional<ErasedCounts> parse_counts(std::string_view outcome) {
  ErasedCounts counts;
  const auto take = [&outcome](std::string_view name, std::int64_t& number) {
    if (!outcome.starts_with(name)) return false;
    outcome.remove_prefix(name.size());
    const auto [stop, failure] = std::from_chars(outcome.data(), outcome.data() + outcome.size(), number);
    outcome.remove_prefix(static_cast<std::size_t>(stop - outcome.data()));
    return failure == std::errc();
  };
  if (!take("contents=", counts.contents) || !take(" accounts=", counts.accounts) || !outcome.empty())
    return std::nullopt;
  return counts;
}

bool has_content(const Act& act) {
  return act.object || !act.subject.empty() || !act.details.empty() || !act.purpose.empty() || !act.recipient.empty();
}
bool has_account(const Act& act) {
  return act.territory || !act.actor.empty() || !act.legal_basis.empty() || !act.outcome.empty();
}

class Verifier {
 public:
  Verifier(database::Snapshot& snapshot, const LogWitness& witness, const std::function<void(double)>& progress)
      : snapshot_(snapshot), witness_(witness), progress_(progress) {}

  LogReport run() {
    stored_size_ = audit::size(snapshot_);
    check_keys();
    load_checkpoints();
    meet_checkpoints();
    visit_stored(snapshot_, INT64_MIN, [this](const StoredEntry& stored) { return take(stored); });
    report_.size = tree_.size();
    report_.root = tree_.root();
    check_unmet_checkpoints();
    check_tiles();
    check_erasures();
    std::ranges::sort(report_.faults, {}, [](const LogFault& one) {
      return std::pair(static_cast<std::uint64_t>(one.position), one.where);
    });
    return std::move(report_);
  }

 private:
  void fault(std::int64_t position, std::string where, Text what) {
    ++report_.fault_count;
    if (report_.faults.size() < faults_kept) report_.faults.push_back({position, std::move(where), std::move(what)});
  }
  void fault_of(std::int64_t position, Text what) {
    fault(position, "entry " + std::to_string(position), std::move(what));
  }

  void check_keys() {
    const auto keys = log_keys(snapshot_);
    report_.keys = keys.size();
    if (keys.empty() && !witness_.keys.empty())
      fault(-1, "key 0", {"ce journal n'a pas de clé", "this log has no key"});
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto& key = keys[i].verifier;
      const std::string where = "key " + std::to_string(i);
      const bool is_first_trusted =
          i > 0 || witness_.keys.empty() || std::ranges::find(witness_.keys, key) != witness_.keys.end();
      if (!is_first_trusted) fault(-1, where, {"ce n'est pas la clé donnée", "it is not the key that was given"});
      if (i > 0) {
        const auto note = parse_note(keys[i].endorsement);
        const std::vector<VerifierKey> both{keys[i - 1].verifier, key};
        if (!note || note->text != endorsement_text(keys[0].verifier.name, i, key) ||
            signers_of(*note, both).size() != 2)
          fault(-1, where,
                {"la clé précédente ne s'en est pas portée garante", "the key before it did not endorse it"});
      }
      if (i == 0 && !keys[0].endorsement.empty())
        fault(-1, where, {"la première clé ne peut avoir de garante", "the first key cannot be endorsed"});
      known_.push_back(key);
      introductions_[keys[i].position] = key;
    }
  }

  void load_checkpoints() {
    for (auto& checkpoint : signed_checkpoints(snapshot_)) add_checkpoint(std::move(checkpoint.note), checkpoint.size);
    report_.checkpoints = checkpoints_.size();
    for (const auto& note : witness_.checkpoints) add_checkpoint(note, std::nullopt);
    std::ranges::sort(checkpoints_, {}, &Checkpoint::size);
  }
  void add_checkpoint(const std::string& text, std::optional<std::int64_t> stored_size) {
    const auto note = parse_note(text);
    const auto checkpoint = note ? parse_checkpoint(note->text) : std::nullopt;
    const std::string where =
        stored_size ? "checkpoint " + std::to_string(*stored_size) : std::string("checkpoint given");
    if (!checkpoint || (stored_size && checkpoint->size != *stored_size)) {
      fault(-1, where, {"ce n'est pas un point de contrôle", "it is no checkpoint"});
      return;
    }
    if (signers_of(*note, known_).empty() || checkpoint->origin != known_.front().name) {
      fault(-1, where, {"aucune clé du journal ne l'a signé", "no key of the log has signed it"});
      return;
    }
    checkpoints_.push_back(*checkpoint);
  }
  void meet_checkpoints() {
    for (; next_checkpoint_ < checkpoints_.size() && checkpoints_[next_checkpoint_].size == tree_.size();
         ++next_checkpoint_)
      if (checkpoints_[next_checkpoint_].root != tree_.root())
        fault(tree_.size() - 1, "checkpoint " + std::to_string(tree_.size()),
              {"la racine signée n'est pas celle des entrées : une entrée d'avant a été changée",
               "the signed root is not that of the entries: an entry before it was changed"});
  }
  void check_unmet_checkpoints() {
    for (; next_checkpoint_ < checkpoints_.size(); ++next_checkpoint_)
      fault(tree_.size(), "checkpoint " + std::to_string(checkpoints_[next_checkpoint_].size),
            {"le journal est plus court que ce point de contrôle : des entrées ont été retirées de la fin",
             "the log is shorter than this checkpoint: entries were taken from its end"});
  }

  bool take(const StoredEntry& stored) {
    const std::int64_t position = stored.entry.position;
    if (position < tree_.size()) {
      fault_of(position, {"une position avant la première", "a position before the first"});
      return true;
    }
    while (tree_.size() < position) {
      fault_of(tree_.size(), {"elle manque", "it is missing"});
      const auto hashes = tile_of(tree_.size());
      const auto slot = static_cast<std::size_t>(tree_.size() % tile_width);
      if (hashes.size() < 32 * (slot + 1)) return false;
      Digest hash{};
      std::copy_n(hashes.begin() + static_cast<std::ptrdiff_t>(32 * slot), 32, hash.begin());
      grow(hash);
    }
    check_entry(stored);
    const Digest hash = hash_leaf(stored.leaf);
    check_against_tile(position, hash);
    grow(hash);
    if (position % 1024 == 0 && stored_size_ > 0)
      progress_(static_cast<double>(position) / static_cast<double>(stored_size_));
    return true;
  }

  void grow(const Digest& hash) {
    tree_.add(hash);
    pending_[0].push_back(hash);
    for (std::size_t level = 0; pending_[level].size() == static_cast<std::size_t>(tile_width); ++level) {
      const Digest above = root_of(pending_[level]);
      check_tile(static_cast<int>(level), counts_[level]++, pending_[level]);
      pending_[level].clear();
      if (pending_.size() == level + 1) {
        pending_.emplace_back();
        counts_.push_back(0);
      }
      pending_[level + 1].push_back(above);
    }
    meet_checkpoints();
  }

  // The completed tile that holds this position; empty where the tree has none yet.
  const crypto::Bytes& tile_of(std::int64_t position) {
    const std::int64_t number = position / tile_width;
    if (!tile_number_ || *tile_number_ != number) {
      tile_ = stored_tile(snapshot_, 0, number);
      tile_number_ = number;
    }
    return tile_;
  }
  void check_against_tile(std::int64_t position, const Digest& hash) {
    const auto& hashes = tile_of(position);
    const auto slot = static_cast<std::size_t>(position % tile_width);
    if (hashes.size() >= 32 * (slot + 1) &&
        !std::equal(hash.begin(), hash.end(), hashes.begin() + static_cast<std::ptrdiff_t>(32 * slot)))
      fault_of(position, {"sa feuille n'est pas celle de l'arbre", "its leaf is not the tree's"});
  }

  void check_entry(const StoredEntry& stored) {
    const Entry& entry = stored.entry;
    const auto parts = parse_leaf(stored.leaf);
    if (!parts) {
      fault_of(entry.position, {"sa feuille est illisible", "its leaf cannot be read"});
      return;
    }
    if (parts->at != entry.at)
      fault_of(entry.position, {"sa date a été changée (" + format_utc(parts->at) + " dans la feuille)",
                                "its date was changed (" + format_utc(parts->at) + " in the leaf)"});
    if (parts->action != entry.act.action)
      fault_of(entry.position, {"son genre d'acte a été changé", "its kind of act was changed"});
    if (stored.has_odd_salt) fault_of(entry.position, {"son sel a été changé", "its salt was changed"});
    for (std::size_t i = 0; i < field_count; ++i) {
      const auto field = static_cast<Field>(i);
      const auto& salt = is_content(field) ? stored.content_salt : stored.account_salt;
      if (salt && commitment(*salt, field, value_of(entry.act, field)) != parts->commitments[i])
        fault_of(entry.position,
                 {label_of(field).fr + " a été changé(e) après coup", label_of(field).en + " was changed afterwards"});
    }
    check_erased(entry, stored.content_salt.has_value(), entry.content_erased_by, has_content(entry.act),
                 &ErasedCounts::contents);
    check_erased(entry, stored.account_salt.has_value(), entry.account_erased_by, has_account(entry.act),
                 &ErasedCounts::accounts);
    if (entry.act.action == Action::erasure) receipts_[entry.position] = parse_counts(entry.act.outcome);
    if (entry.account_erased_by)
      receipts_.erase(entry.position), unreadable_receipts_[entry.position] = entry.act.action;
    if (const auto key = introductions_.find(entry.position); key != introductions_.end()) {
      if (stored.content_salt && entry.act.details != format_key(key->second))
        fault_of(entry.position, {"elle n'introduit pas la clé du journal", "it does not introduce the log's key"});
      introductions_.erase(key);
    }
    if (entry.at < last_at_) ++report_.clock_steps_back;
    last_at_ = entry.at;
  }

  void check_erased(const Entry& entry, bool has_salt, std::optional<std::int64_t> by, bool has_text,
                    std::int64_t ErasedCounts::* count) {
    if (has_salt && by)
      fault_of(entry.position, {"dite effacée, elle a gardé son sel", "said to be erased, it kept its salt"});
    if (!has_salt && has_text)
      fault_of(entry.position, {"son sel manque : ce qu'elle dit ne peut être vérifié",
                                "its salt is missing: what it says cannot be verified"});
    if (!has_salt && !by)
      fault_of(entry.position, {"effacée sans acte d'effacement", "erased without an act of erasure"});
    if (has_salt || !by) return;
    ++(count == &ErasedCounts::contents ? report_.erased_contents : report_.erased_accounts);
    if (*by <= entry.position) fault_of(entry.position, {"effacée par un acte antérieur", "erased by an earlier act"});
    ++(erased_by_[*by].*count);
  }

  // Every act that took something away must be in the tree as an erasure, and must say how much.
  void check_erasures() {
    for (const auto& [position, counts] : erased_by_) {
      const auto receipt = receipts_.find(position);
      if (receipt == receipts_.end()) {
        const auto unreadable = unreadable_receipts_.find(position);
        if (unreadable == unreadable_receipts_.end() || unreadable->second != Action::erasure)
          fault_of(position, {"des entrées se disent effacées par elle, qui n'est pas un effacement",
                              "entries say that it erased them, and it is no erasure"});
      } else if (!receipt->second || *receipt->second != counts) {
        fault_of(position, {"elle a effacé plus ou moins que ce qu'elle dit", "it erased more or less than it says"});
      }
      receipts_.erase(position);
    }
    for (const auto& [position, counts] : receipts_)
      if (counts && *counts != ErasedCounts{})
        fault_of(position, {"ce qu'elle dit avoir effacé ne l'est pas", "what it says it erased is not"});
    for (const auto& [position, key] : introductions_)
      fault(position, "key", {"l'entrée qui l'introduit manque", "the entry that introduces it is missing"});
  }

  void check_tile(int level, std::int64_t number, std::span<const Digest> hashes) {
    if (level == 0 && hashes.size() < static_cast<std::size_t>(tile_width)) return;
    const auto stored = level == 0 ? tile_of(number * tile_width) : stored_tile(snapshot_, level, number);
    const std::string where = "tile " + std::to_string(level) + "/" + std::to_string(number);
    const std::span<const std::uint8_t> expected(hashes.front().data(), 32 * hashes.size());
    // Hash by hash, an entry of level 0 was compared when it came; here only what is missing or too much.
    const auto differs = std::ranges::mismatch(stored, expected).in2 - expected.begin();
    const bool is_same = stored.size() == expected.size() && (level == 0 || differs == std::ssize(expected));
    if (!is_same)
      fault(((number * tile_width + differs / 32 + 1) << (8 * level)) - 1, where,
            stored.empty() ? Text{"elle manque", "it is missing"}
                           : Text{"elle n'est pas celle des entrées", "it is not that of the entries"});
    ++tiles_seen_;
  }
  void check_tiles() {
    for (std::size_t level = 0; level < pending_.size(); ++level)
      if (level > 0 && !pending_[level].empty()) check_tile(static_cast<int>(level), counts_[level], pending_[level]);
    const auto names = stored_tile_names(snapshot_);
    if (names.size() > tiles_seen_)
      fault(tree_.size(), "tile",
            {"il y a " + std::to_string(names.size() - tiles_seen_) + " tuile(s) sans entrées : la fin a été retirée",
             "there are " + std::to_string(names.size() - tiles_seen_) +
                 " tile(s) without entries: the end was removed"});
  }

  database::Snapshot& snapshot_;
  const LogWitness& witness_;
  const std::function<void(double)>& progress_;
  LogReport report_;
  std::int64_t stored_size_ = 0;
  Frontier tree_;
  std::vector<std::vector<Digest>> pending_{1};  // by level: hashes of the tile under way
  std::vector<std::int64_t> counts_{0};          // by level: tiles completed
  std::size_t tiles_seen_ = 0;
  std::optional<std::int64_t> tile_number_;
  crypto::Bytes tile_;
  std::vector<VerifierKey> known_;
  std::map<std::int64_t, VerifierKey> introductions_;
  std::vector<Checkpoint> checkpoints_;
  std::size_t next_checkpoint_ = 0;
  std::map<std::int64_t, ErasedCounts> erased_by_;
  std::map<std::int64_t, std::optional<ErasedCounts>> receipts_;
  std::map<std::int64_t, Action> unreadable_receipts_;
  Instant last_at_{INT64_MIN};
};

}  // namespace

LogReport verify(database::Snapshot& snapshot, const LogWitness& witness, const std::function<void(double)>& progress) {
  return Verifier(snapshot, witness, progress).run();
}

}  // namespace quadrille::audit
