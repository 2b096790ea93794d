import type { RequestRules, ServiceRequestView } from "../api/types";
import { fill } from "../words/words";
import type { RequestWords } from "./requests.words";

// What the Demandes panel computes: words of clocks, what a form still lacks, the body it sends. No rule of the
// procedure: steps, grounds and limits come from the server.

export type Which = "unfinished" | "late" | "all";
export type SideShown = "both" | "received" | "sent";
export type Filter = { which: Which; side: SideShown };

export function queryOf(filter: Filter, own: string | null, cursor: string): string {
  const query = new URLSearchParams({ which: filter.which });
  if (filter.side === "received" && own) query.set("asked", own);
  if (filter.side === "sent" && own) query.set("asking", own);
  if (cursor !== "") query.set("cursor", cursor);
  return query.toString();
}

const minute = 60_000;

// "6 h 20 min", "2 j 3 h"; the two largest parts are enough to act on.
export function spanInWords(ms: number, language: "fr" | "en"): string {
  const minutes = Math.floor(Math.abs(ms) / minute);
  const day = language === "fr" ? "j" : "d";
  if (minutes >= 2880) return `${Math.floor(minutes / 1440)} ${day} ${Math.floor((minutes % 1440) / 60)} h`;
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${minutes} min`;
}

export type ClockShown = { words: string; percent: number; state: "going" | "late" | "standing" | "ended" };

// The server's reading, moved on by the time since it was read.
export function clockShown(request: ServiceRequestView, sinceReadMs: number, words: RequestWords, language: "fr" | "en"): ClockShown {
  const { clock } = request;
  if (request.ended) return { words: clock.late ? words.clock.afterLimit : words.clock.inTime, percent: clock.percent_used, state: "ended" };
  if (clock.suspended) return { words: fill(words.clock.suspended, { span: spanInWords(clock.left_ms, language) }), percent: clock.percent_used, state: "standing" };
  const left = clock.left_ms - sinceReadMs;
  const whole = clock.percent_used < 100 ? clock.left_ms / (1 - clock.percent_used / 100) : 0;
  const percent = left <= 0 || whole <= 0 ? 100 : Math.min(100, Math.max(0, Math.round((1 - left / whole) * 100)));
  const span = spanInWords(left, language);
  return left < 0 ? { words: fill(words.clock.late, { span }), percent: 100, state: "late" } : { words: fill(words.clock.left, { span }), percent, state: "going" };
}

export type Draft = {
  asked: string;
  kind: "information" | "action";
  frame: string;
  country: string;
  urgency: string;
  urgencyReason: string;
  place: string;
  text: string;
  legalBasis: string;
  sensitivity: string;
  regime: string;
};

export const emptyDraft: Draft = { asked: "", kind: "information", frame: "internal", country: "", urgency: "ordinary", urgencyReason: "", place: "", text: "", legalBasis: "", sensitivity: "ordinary", regime: "administrative" };

export function bodyOf(draft: Draft, note: string | null): Record<string, string> {
  const body: Record<string, string> = {
    asked: draft.asked,
    kind: draft.kind,
    frame: draft.frame,
    urgency: draft.urgency,
    text: draft.text.trim(),
    legal_basis: draft.legalBasis.trim(),
    sensitivity: draft.sensitivity,
    regime: draft.regime,
  };
  if (note) body.note = note;
  else body.place = draft.place.trim();
  if (draft.frame === "member_state") body.country = draft.country.trim().toUpperCase();
  if (draft.frame === "member_state" && draft.urgency === "urgent") body.urgency_reason = draft.urgencyReason;
  return body;
}

// The limit the request would have, as the server's table says it.
export function limitOf(rules: RequestRules, draft: Draft, words: RequestWords): string {
  const row = rules.limits.find((one) => one.frame === draft.frame && one.urgency === draft.urgency);
  if (!row) return "";
  const limit = row.hours > 0 ? fill(words.hours, { count: row.hours }) : fill(words.days, { count: row.days });
  return fill(words.limit, { limit, source: row.source });
}

const key = (slug: string, person: string) => `quadrille.request.${person}.${slug}`;

// What was typed survives a closed page, for the person who typed it.
export function keptDraft(store: Storage, slug: string, person: string): Draft {
  try {
    const text = store.getItem(key(slug, person));
    return text === null ? emptyDraft : { ...emptyDraft, ...(JSON.parse(text) as Partial<Draft>) };
  } catch {
    return emptyDraft;
  }
}
export function keepDraft(store: Storage, slug: string, person: string, draft: Draft): void {
  if (JSON.stringify(draft) === JSON.stringify(emptyDraft)) store.removeItem(key(slug, person));
  else store.setItem(key(slug, person), JSON.stringify(draft));
}

// Which side of the form a refused field belongs to; fields the form has not are shown on top.
const formFields = ["asked", "about", "text", "legal_basis", "country", "urgency_reason", "sensitivity", "regime"];
export const isFormField = (field: string): boolean => formFields.includes(field.replace(/^\//, ""));
