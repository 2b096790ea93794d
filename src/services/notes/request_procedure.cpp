#include "services/notes/request_procedure.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "base/check.h"

namespace quadrille::notes {
namespace {

using enum RequestState;
using enum RequestStep;
using enum RequestGuard;

constexpr std::string_view indirect_article = "directive (UE) 2023/977 art. 5(1)(b); CPP R. 49-36";
constexpr std::string_view clarification_article = "CPP R. 49-37";
constexpr std::string_view delay_article = "directive (UE) 2023/977 art. 5(2)";
constexpr std::string_view answer_article = "directive (UE) 2023/977 art. 5(1)";
constexpr std::string_view partly_article = "directive (UE) 2023/977 art. 6(1); CPP R. 49-38";
constexpr std::string_view refusal_article = "directive (UE) 2023/977 art. 6(1); CPP R. 49-38";

constexpr RequestRow table[] = {
    {open, declare_indirect, open, RequestSide::asked, urgent_between_member_states, indirect_article},
    {open, ask_clarification, clarification_asked, RequestSide::asked, with_a_reason, clarification_article},
    {open, announce_delay, delayed, RequestSide::asked, with_a_new_date, delay_article},
    {open, escalate, escalated, RequestSide::asking, after_the_limit, ""},
    {open, give, given, RequestSide::asked, none, answer_article},
    {open, give_partly, partly_given, RequestSide::asked, with_a_ground, partly_article},
    {open, refuse, refused, RequestSide::asked, with_a_ground, refusal_article},
    {open, withdraw, withdrawn, RequestSide::asking, with_a_reason, ""},

    {clarification_asked, clarify, open, RequestSide::asking, with_a_reason, clarification_article},
    {clarification_asked, give, given, RequestSide::asked, none, answer_article},
    {clarification_asked, give_partly, partly_given, RequestSide::asked, with_a_ground, partly_article},
    {clarification_asked, refuse, refused, RequestSide::asked, with_a_ground, refusal_article},
    {clarification_asked, withdraw, withdrawn, RequestSide::asking, with_a_reason, ""},

    {delayed, ask_clarification, clarification_asked, RequestSide::asked, with_a_reason, clarification_article},
    {delayed, announce_delay, delayed, RequestSide::asked, with_a_new_date, delay_article},
    {delayed, escalate, escalated, RequestSide::asking, after_the_limit, ""},
    {delayed, give, given, RequestSide::asked, none, answer_article},
    {delayed, give_partly, partly_given, RequestSide::asked, with_a_ground, partly_article},
    {delayed, refuse, refused, RequestSide::asked, with_a_ground, refusal_article},
    {delayed, withdraw, withdrawn, RequestSide::asking, with_a_reason, ""},

    {escalated, ask_clarification, clarification_asked, RequestSide::asked, with_a_reason, clarification_article},
    {escalated, announce_delay, delayed, RequestSide::asked, with_a_new_date, delay_article},
    {escalated, give, given, RequestSide::asked, none, answer_article},
    {escalated, give_partly, partly_given, RequestSide::asked, with_a_ground, partly_article},
    {escalated, refuse, refused, RequestSide::asked, with_a_ground, refusal_article},
    {escalated, withdraw, withdrawn, RequestSide::asking, with_a_reason, ""},
};

const std::vector<RequestGround>& grounds() {
  static const std::vector<RequestGround> list{
      {"not_held",
       RequestFrame::internal,
       {"le service ne détient pas l'information", "the service does not hold the information"},
       ""},
      {"not_ours",
       RequestFrame::internal,
       {"la demande ne relève pas du service", "the request is not within the service's remit"},
       ""},
      {"no_legal_basis",
       RequestFrame::internal,
       {"aucun texte ne permet la communication demandée", "no text allows the disclosure asked for"},
       ""},
      {"harms_inquiry",
       RequestFrame::internal,
       {"la communication nuirait à une enquête en cours ou à la sécurité d'une personne",
        "disclosure would harm an inquiry under way or a person's safety"},
       ""},
      {"disproportionate",
       RequestFrame::internal,
       {"la demande est manifestement disproportionnée", "the request is clearly disproportionate"},
       ""},
      {"not_available",
       RequestFrame::member_state,
       {"les informations ne sont détenues ni par le point de contact unique ni par les services compétents",
        "the information is held neither by the single point of contact nor by the competent authorities"},
       "directive (UE) 2023/977 art. 6(1)(a)"},
      {"request_not_compliant",
       RequestFrame::member_state,
       {"la demande ne remplit pas les conditions de l'article 4", "the request does not meet article 4"},
       "directive (UE) 2023/977 art. 6(1)(b)"},
      {"judicial_authorisation_refused",
       RequestFrame::member_state,
       {"l'autorisation judiciaire exigée par le droit national a été refusée",
        "the judicial authorisation that national law requires was refused"},
       "directive (UE) 2023/977 art. 6(1)(c)"},
      {"category_not_allowed",
       RequestFrame::member_state,
       {"les données personnelles demandées sortent des catégories permises (art. 10, b)",
        "the personal data asked for are outside the categories allowed (art. 10, b)"},
       "directive (UE) 2023/977 art. 6(1)(d)"},
      {"inaccurate",
       RequestFrame::member_state,
       {"les informations se sont révélées inexactes, incomplètes ou périmées",
        "the information proved inaccurate, incomplete or out of date"},
       "directive (UE) 2023/977 art. 6(1)(e)"},
      {"national_security",
       RequestFrame::member_state,
       {"la communication porterait atteinte aux intérêts essentiels de la sécurité nationale",
        "disclosure would harm essential interests of national security"},
       "directive (UE) 2023/977 art. 6(1)(f)(i)"},
      {"endangers_inquiry_or_person",
       RequestFrame::member_state,
       {"la communication compromettrait une enquête en cours ou la sécurité d'une personne",
        "disclosure would jeopardise an investigation under way or a person's safety"},
       "directive (UE) 2023/977 art. 6(1)(f)(ii)"},
      {"harms_legal_person",
       RequestFrame::member_state,
       {"la communication nuirait indûment aux intérêts importants protégés d'une personne morale",
        "disclosure would unduly harm the protected important interests of a legal person"},
       "directive (UE) 2023/977 art. 6(1)(f)(iii)"},
      {"minor_offence",
       RequestFrame::member_state,
       {"l'infraction est punie d'un an d'emprisonnement au plus dans l'État requis",
        "the offence is punishable by one year's imprisonment or less in the requested State"},
       "directive (UE) 2023/977 art. 6(1)(g)(i)"},
      {"no_offence",
       RequestFrame::member_state,
       {"les faits ne sont pas une infraction dans l'État requis", "the matter is no offence in the requested State"},
       "directive (UE) 2023/977 art. 6(1)(g)(ii)"},
      {"no_consent_of_origin",
       RequestFrame::member_state,
       {"l'État d'où viennent les informations n'a pas consenti à leur communication",
        "the State from which the information came has not consented to its disclosure"},
       "directive (UE) 2023/977 art. 6(1)(h)"},
  };
  return list;
}

const std::vector<UrgencyReason>& reasons() {
  static const std::vector<UrgencyReason> list{
      {"public_security",
       {"essentielles à la prévention d'une menace immédiate et grave pour la sécurité publique",
        "essential to prevent an immediate and serious threat to public security"},
       "CPP R. 49-35, 1° a)"},
      {"life",
       {"nécessaires pour prévenir une menace imminente pour la vie ou l'intégrité d'une personne",
        "necessary to prevent an imminent threat to a person's life or physical integrity"},
       "CPP R. 49-35, 1° b)"},
      {"liberty_decision",
       {"nécessaires à une décision qui peut maintenir une mesure restrictive ou privative de liberté",
        "necessary for a decision that may maintain a measure restricting or depriving of liberty"},
       "CPP R. 49-35, 1° c)"},
      {"losing_relevance",
       {"importantes, et près de perdre leur intérêt si elles ne viennent pas d'urgence",
        "important, and about to lose their relevance unless they come urgently"},
       "CPP R. 49-35, 1° d)"},
  };
  return list;
}

struct Word {
  std::string_view name;
  Text label;
};

const Word& word_of(RequestState state) {
  static const std::map<RequestState, Word> words{
      {open, {"open", {"en cours", "open"}}},
      {clarification_asked, {"clarification_asked", {"précisions demandées", "clarification asked for"}}},
      {delayed, {"delayed", {"retard annoncé", "delay announced"}}},
      {escalated, {"escalated", {"signalée à la hiérarchie", "escalated"}}},
      {given, {"given", {"réponse donnée", "answered"}}},
      {partly_given, {"partly_given", {"réponse partielle", "partly answered"}}},
      {refused, {"refused", {"refusée", "refused"}}},
      {withdrawn, {"withdrawn", {"retirée", "withdrawn"}}},
  };
  return words.at(state);
}

const Word& word_of(RequestStep step) {
  static const std::map<RequestStep, Word> words{
      {declare_indirect, {"declare_indirect", {"Dire l'information indirecte", "Say access is indirect"}}},
      {ask_clarification, {"ask_clarification", {"Demander des précisions", "Ask for clarification"}}},
      {clarify, {"clarify", {"Préciser", "Clarify"}}},
      {announce_delay, {"announce_delay", {"Annoncer un retard", "Announce a delay"}}},
      {escalate, {"escalate", {"Signaler à la hiérarchie", "Escalate"}}},
      {give, {"give", {"Répondre", "Answer"}}},
      {give_partly, {"give_partly", {"Répondre en partie", "Answer in part"}}},
      {refuse, {"refuse", {"Refuser", "Refuse"}}},
      {withdraw, {"withdraw", {"Retirer", "Withdraw"}}},
  };
  return words.at(step);
}

template <class Value, std::size_t n>
std::optional<Value> named(const Value (&all)[n], std::string_view name) {
  const auto found = std::ranges::find_if(all, [&](Value value) { return name_of(value) == name; });
  return found == std::end(all) ? std::nullopt : std::optional(*found);
}

}  // namespace

std::span<const RequestRow> request_table() { return table; }

std::optional<RequestRow> next(RequestState state, RequestStep step) {
  for (const auto& row : table)
    if (row.from == state && row.step == step) return row;
  return std::nullopt;
}

bool is_final(RequestState state) {
  return std::ranges::none_of(table, [&](const RequestRow& row) { return row.from == state; });
}

std::span<const RequestGround> request_grounds() { return grounds(); }

const RequestGround* ground_named(RequestFrame frame, std::string_view name) {
  const auto found = std::ranges::find_if(
      grounds(), [&](const RequestGround& ground) { return ground.frame == frame && ground.name == name; });
  return found == grounds().end() ? nullptr : &*found;
}

std::span<const UrgencyReason> urgency_reasons() { return reasons(); }

const UrgencyReason* urgency_reason_named(std::string_view name) {
  const auto found = std::ranges::find(reasons(), name, &UrgencyReason::name);
  return found == reasons().end() ? nullptr : &*found;
}

CivilDate request_law_read_on() { return *make_date(2026, 11, 25); }

std::string_view name_of(RequestFrame frame) { return frame == RequestFrame::internal ? "internal" : "member_state"; }
std::string_view name_of(Urgency urgency) { return urgency == Urgency::urgent ? "urgent" : "ordinary"; }
std::string_view name_of(Accessibility accessibility) {
  return accessibility == Accessibility::direct ? "direct" : "indirect";
}
std::string_view name_of(RequestState state) { return word_of(state).name; }
std::string_view name_of(RequestStep step) { return word_of(step).name; }
std::string_view name_of(RequestSide side) { return side == RequestSide::asking ? "asking" : "asked"; }

const Text& label_of(RequestFrame frame) {
  static const Text inside{"entre services de l'instance", "between services of the instance"};
  static const Text between{"entre États membres", "between Member States"};
  return frame == RequestFrame::internal ? inside : between;
}
const Text& label_of(Urgency urgency) {
  static const Text urgent{"urgente", "urgent"};
  static const Text ordinary{"ordinaire", "ordinary"};
  return urgency == Urgency::urgent ? urgent : ordinary;
}
const Text& label_of(RequestState state) { return word_of(state).label; }
const Text& label_of(RequestStep step) { return word_of(step).label; }
const Text& label_of(RequestSide side) {
  static const Text asking{"service demandeur", "asking service"};
  static const Text asked{"service sollicité", "asked service"};
  return side == RequestSide::asking ? asking : asked;
}
const Text& label_of(RequestGuard guard) {
  static const std::map<RequestGuard, Text> labels{
      {none, {"aucune", "none"}},
      {urgent_between_member_states, {"demande urgente entre États membres", "urgent request between Member States"}},
      {after_the_limit, {"délai dépassé", "limit passed"}},
      {with_a_reason, {"un motif", "a reason"}},
      {with_a_new_date, {"un motif et la date prévue", "a reason and the expected date"}},
      {with_a_ground, {"un motif de refus de la table", "a ground of refusal from the table"}},
  };
  return labels.at(guard);
}

std::optional<RequestFrame> frame_named(std::string_view name) { return named(request_frames, name); }
std::optional<Urgency> urgency_named(std::string_view name) { return named(request_urgencies, name); }
std::optional<Accessibility> accessibility_named(std::string_view name) {
  static constexpr Accessibility all[] = {Accessibility::direct, Accessibility::indirect};
  return named(all, name);
}
std::optional<RequestState> request_state_named(std::string_view name) { return named(request_states, name); }
std::optional<RequestStep> request_step_named(std::string_view name) { return named(request_steps, name); }

}  // namespace quadrille::notes
