import type { Language } from "../words/words";
import { asWritten } from "../words/format";
import { fill } from "../words/words";
import type { NoteWords } from "./fiches.words";

const locales: Record<Language, string> = { fr: "fr-FR", en: "en-GB" };

// Moments are shown in the territory's own time, wherever the reader is.
export function formatMoment(moment: string, zone: string, language: Language): string {
  return asWritten(new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(moment)), language);
}

export function formatDate(moment: string, zone: string, language: Language): string {
  return asWritten(new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "long", year: "numeric", timeZone: zone }).format(new Date(moment)), language);
}

const hourOf = (moment: string, zone: string) => Number(new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone: zone }).format(new Date(moment)));

// "24 oct., matin" where only the half-day may be said; else "24 oct., 10:00".
export function formatSpan(from: string, to: string, isExact: boolean, zone: string, language: Language, words: NoteWords): string {
  if (!isExact) {
    const day = new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "short", timeZone: zone }).format(new Date(from));
    return fill(words.halfDay, { day: asWritten(day, language), half: hourOf(from, zone) < 12 ? words.morning : words.afternoon });
  }
  if (from === to) return formatMoment(from, zone, language);
  const range = new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone });
  return asWritten(range.formatRange(new Date(from), new Date(to)), language);
}

// Rows of one height, of which only those near the window are drawn.
export type Window = { first: number; last: number };
export function windowOfRows(scrollTop: number, height: number, rowHeight: number, count: number): Window {
  const margin = 6;
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + margin);
  return { first: Math.min(first, last), last };
}

// The server names the field of a refusal as the API does; the form has fewer, larger fields.
export function formField(field: string): string {
  const name = field.replace(/^\//, "");
  if (name === "sector" || name === "point" || name === "place") return "place";
  if (name === "window" || name === "from" || name === "to") return "window";
  if (name.startsWith("assertions")) return "assertions";
  if (name.startsWith("marking")) return "marking";
  return name;
}
