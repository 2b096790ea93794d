#include "edge/format/dossier_pdf.h"

#include <fmt/format.h>

#include <array>

#include "host/pdf/document.h"

namespace quadrille::format {
namespace {

// Signs of French typography: no-break space, and its narrow form before ; ! ? and inside « ».
constexpr const char* space = "\u00a0";

class Writer {
 public:
  Writer(const provenance::NoteDossier& dossier, const clock::TimeZone& zone, Language language)
      : dossier_(dossier), zone_(zone), language_(language) {}

  pdf::Document write() {
    document_.title = say({"Dossier de provenance " + dossier_.code, "Provenance dossier " + dossier_.code});
    document_.language = language_;
    document_.made_at = dossier_.printed_at;
    document_.running_head = fmt::format("{} · {} {} · {}", say({"Dossier de provenance", "Provenance dossier"}),
                                         say({"fiche", "note"}), dossier_.note, dossier_.marking.in(language_));
    document_.running_foot = say({fmt::format("Imprimé le {} pour{}{}{}{} par {}", moment(dossier_.printed_at), space,
                                              "«" + nbsp(), dossier_.recipient, nbsp() + "»", dossier_.printed_by),
                                  fmt::format("Printed on {} for \"{}\" by {}", moment(dossier_.printed_at),
                                              dossier_.recipient, dossier_.printed_by)});
    put_head();
    put_print();
    put_claims();
    put_hands();
    put_files();
    put_decisions();
    put_proofs();
    return std::move(document_);
  }

 private:
  [[nodiscard]] std::string say(const Text& text) const { return text.in(language_); }
  [[nodiscard]] bool is_french() const { return language_ == Language::fr; }
  static std::string nbsp() { return space; }
  void heading(int level, const Text& text) { document_.blocks.emplace_back(pdf::Heading{level, say(text)}); }
  void paragraph(const Text& text, pdf::Paragraph::Style style = pdf::Paragraph::Style::normal) {
    document_.blocks.emplace_back(pdf::Paragraph{say(text), style});
  }
  void small(const Text& text) { paragraph(text, pdf::Paragraph::Style::small); }

  // "25 novembre 2026, 14 h 05", "25 November 2026, 14:05".
  [[nodiscard]] std::string moment(Instant at) const {
    const auto local = zone_.to_local(at);
    return fmt::format("{}, {}", day(local.date), clock(local));
  }
  [[nodiscard]] std::string clock(const clock::LocalTime& local) const {
    const std::int64_t minutes = local.time.ms_of_day / 60'000;
    return is_french() ? fmt::format("{}{}h{}{:02}", minutes / 60, space, space, minutes % 60)
                       : fmt::format("{}:{:02}", minutes / 60, minutes % 60);
  }
  [[nodiscard]] std::string day(CivilDate date) const {
    static constexpr std::array<const char*, 12> french{"janvier",   "février", "mars",     "avril",
                                                        "mai",       "juin",    "juillet",  "août",
                                                        "septembre", "octobre", "novembre", "décembre"};
    static constexpr std::array<const char*, 12> english{"January",   "February", "March",    "April",
                                                         "May",       "June",     "July",     "August",
                                                         "September", "October",  "November", "December"};
    const auto [year, month, number] = to_year_month_day(date);
    const auto index = static_cast<std::size_t>(month - 1);
    const std::string first = is_french() && number == 1 ? "1er" : std::to_string(number);
    return fmt::format("{}{}{}{}{}", first, space, is_french() ? french[index] : english[index], space, year);
  }
  [[nodiscard]] std::string window(Window when) const {
    const auto from = zone_.to_local(when.earliest);
    const auto to = zone_.to_local(when.latest);
    if (when.earliest == when.latest) return moment(when.earliest);
    if (from.date == to.date) return fmt::format("{}, {} – {}", day(from.date), clock(from), clock(to));
    return fmt::format("{} – {}", moment(when.earliest), moment(when.latest));
  }
  [[nodiscard]] std::string or_dash(std::string text) const { return text.empty() ? "—" : text; }

  void put_head() {
    heading(1, {"Dossier de provenance", "Provenance dossier"});
    small(
        {"Ce dossier dit d’où vient chaque affirmation et par quelles mains elle est passée. Il ne dit pas qu’elle est "
         "vraie, n’est pas une pièce de procédure et ne contient aucune source humaine.",
         "This dossier says where each claim comes from and through which hands it went. It does not say that it is "
         "true, is no procedure document, and holds no human source."});
    pdf::Pairs pairs;
    pairs.rows = {{say({"Dossier", "Dossier"}), dossier_.code},
                  {say({"Fiche", "Note"}), dossier_.note},
                  {say({"Territoire", "Territory"}), dossier_.territory},
                  {say({"Service d’origine", "Originating service"}), dossier_.originator},
                  {say({"Voie", "Channel"}), say(dossier_.channel)},
                  {say({"Reçue", "Received"}), window(dossier_.received)},
                  {say({"Étape", "Stage"}), or_dash(say(dossier_.stage))},
                  {say({"Marquage", "Marking"}), say(dossier_.marking)},
                  {say({"Révisions", "Revisions"}), std::to_string(dossier_.revisions)},
                  {say({"Conservée jusqu’au", "Kept until"}), moment(dossier_.retain_until)}};
    document_.blocks.emplace_back(std::move(pairs));
    if (dossier_.is_coarse)
      small({"Signalement d’un habitant : montré par secteur et demi-journée, tel que son vérificateur l’a résumé.",
             "A resident’s report: shown by sector and half-day, as its verifier summed it up."});
  }

  void put_print() {
    heading(2, {"Impression", "Print"});
    pdf::Pairs pairs;
    pairs.rows = {{say({"Imprimé le", "Printed on"}), moment(dossier_.printed_at)},
                  {say({"Par", "By"}),
                   fmt::format("{}{}", dossier_.printed_by, dossier_.service.empty() ? "" : ", " + dossier_.service)},
                  {say({"Pour", "For"}), dossier_.recipient},
                  {say({"But", "Purpose"}), or_dash(dossier_.purpose)},
                  {say({"Fondement légal", "Legal basis"}), or_dash(dossier_.legal_basis)}};
    document_.blocks.emplace_back(std::move(pairs));
  }

  void put_claims() {
    heading(2, {fmt::format("Affirmations ({})", dossier_.claims.size()),
                fmt::format("Claims ({})", dossier_.claims.size())});
    if (dossier_.claims.empty())
      paragraph({"Aucune affirmation ne peut être montrée : le vérificateur n’a pas encore résumé ce signalement.",
                 "No claim can be shown: the verifier has not summed up this report yet."});
    pdf::Table table{{say({"N°", "No."}), say({"Affirmation", "Claim"}), say({"Source", "Source"}),
                      say({"Évaluation", "Evaluation"}), say({"Quand et où", "When and where"})},
                     {5, 31, 20, 20, 24},
                     {}};
    int number = 0;
    for (const auto& claim : dossier_.claims)
      table.rows.push_back({std::to_string(++number),
                            fmt::format("{}\n{}", say(claim.words), say(provenance::label_of(claim.kind))),
                            fmt::format("{}{}", say(claim.source), claim.object == "note" ? "" : "\n" + claim.object),
                            fmt::format("{}\n{}", claim.evaluation, say(claim.evaluation_words)),
                            fmt::format("{}{}", window(claim.when), claim.place.empty() ? "" : "\n" + claim.place)});
    if (!table.rows.empty()) document_.blocks.emplace_back(std::move(table));
    if (dossier_.left_out > 0)
      small({fmt::format("Laissés de côté, parce que leur code de diffusion interdit cette sortie{}: {}.", space,
                         dossier_.left_out),
             fmt::format("Left out, because their handling code forbids this way out: {}.", dossier_.left_out)});
  }

  void put_hands() {
    heading(2, {"Mains par lesquelles elle est passée", "Hands it went through"});
    pdf::Table table{{say({"Quand", "When"}), say({"Acte", "Act"}), say({"Service et agent", "Service and officer"}),
                      say({"Motif", "Words"}), say({"Journal", "Log"})},
                     {20, 27, 22, 22, 9},
                     {}};
    for (const auto& hand : dossier_.hands)
      table.rows.push_back({moment(hand.at), say(hand.what),
                            fmt::format("{}{}", hand.service, hand.agent.empty() ? "" : "\n" + hand.agent),
                            or_dash(hand.words),
                            hand.entry ? fmt::format("{}", dossier_.entries[*hand.entry].position) : "—"});
    document_.blocks.emplace_back(std::move(table));
  }

  void put_files() {
    heading(2, {"Pièces jointes", "Files attached"});
    if (dossier_.files.empty()) {
      paragraph(dossier_.is_coarse ? Text{"Aucune ne peut être montrée.", "None can be shown."}
                                   : Text{"Aucune.", "None."});
      return;
    }
    pdf::Table table{{say({"Pièce", "File"}), say({"Nature", "Kind"}), say({"Jointe le", "Attached on"}), "SHA-256"},
                     {21, 14, 23, 42},
                     {}};
    for (const auto& file : dossier_.files)
      table.rows.push_back(
          {file.code, fmt::format("{}\n{}{}{}", file.media_type, (file.size + 1023) / 1024, space, say({"Kio", "KiB"})),
           moment(file.at), file.sha256});
    document_.blocks.emplace_back(std::move(table));
  }

  void put_decisions() {
    heading(2, {"Décisions judiciaires", "Judicial decisions"});
    if (dossier_.decisions.empty()) {
      paragraph({"Aucune n’a été enregistrée.", "None was recorded."});
      return;
    }
    pdf::Table table{
        {say({"Enregistrée le", "Recorded on"}), say({"Décision", "Decision"}), say({"Référence", "Reference"})},
        {25, 30, 45},
        {}};
    for (const auto& one : dossier_.decisions)
      table.rows.push_back({moment(one.at), say(retention::label_of(one.decision)), one.reference});
    document_.blocks.emplace_back(std::move(table));
  }

  void put_proofs() {
    heading(2, {"Preuves", "Proofs"});
    paragraph(
        {fmt::format("Chaque acte ci-dessus qui porte un numéro est une entrée du journal. Le dossier au format JSON "
                     "contient la preuve de chacune, que le programme séparé quadrille-verify contrôle sans rien "
                     "demander à cette instance. L’impression elle-même est l’entrée{}{}.",
                     space, dossier_.entries[dossier_.own_entry].position),
         fmt::format("Each act above that has a number is an entry of the log. The dossier as JSON holds the proof of "
                     "each, which the separate program quadrille-verify checks without asking this instance. The "
                     "print itself is entry {}.",
                     dossier_.entries[dossier_.own_entry].position)});
    heading(3, {"Point de contrôle signé du journal", "Signed checkpoint of the log"});
    paragraph(same_text(dossier_.checkpoint), pdf::Paragraph::Style::fixed_width);
    heading(3, {"Ce que l’instance signe de ce dossier", "What the instance signs of this dossier"});
    paragraph(same_text(dossier_.statement), pdf::Paragraph::Style::fixed_width);
    heading(3, {"Clé, à comparer avec une source indépendante", "Key, to be compared with an independent source"});
    paragraph(same_text(dossier_.key), pdf::Paragraph::Style::fixed_width);
  }

  const provenance::NoteDossier& dossier_;
  const clock::TimeZone& zone_;
  Language language_;
  pdf::Document document_;
};

}  // namespace

std::string dossier_pdf(const provenance::NoteDossier& dossier, const clock::TimeZone& zone, Language language) {
  return pdf::render(Writer(dossier, zone, language).write());
}

}  // namespace quadrille::format
