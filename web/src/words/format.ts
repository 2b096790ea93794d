import type { Language } from "./words";

const locales: Record<Language, string> = { fr: "fr-FR", en: "en-GB" };

// The first of a month is "1er" in French, which Intl writes "1".
export const asWritten = (text: string, language: Language) => (language === "fr" ? text.replace(/(?<!\d)1 (?=\p{L})/gu, "1er ") : text);

const utc = (day: string) => new Date(`${day}T00:00:00Z`);

// "13 mai 2015"; the days of a territory are civil days, so no time zone is applied.
export function formatDay(day: string, language: Language): string {
  return asWritten(new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(utc(day)), language);
}

// "13 mai 2015, 21:04:10" on the reader's own clock.
export function formatMoment(moment: string, language: Language): string {
  return asWritten(new Intl.DateTimeFormat(locales[language], { dateStyle: "medium", timeStyle: "medium" }).format(new Date(moment)), language);
}

// "13 mai 2015, 21:04"
export function formatMinute(moment: string, language: Language): string {
  return asWritten(new Intl.DateTimeFormat(locales[language], { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment)), language);
}

export function formatShortDay(day: string, language: Language): string {
  return asWritten(new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "short", timeZone: "UTC" }).format(utc(day)), language);
}

// "13 février – 13 mai 2015"
export function formatDays(first: string, last: string, language: Language): string {
  return asWritten(new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).formatRange(utc(first), utc(last)), language);
}

export function formatCount(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language]).format(value);
}

// Rates: two figures that matter, no more.
export function formatRate(value: number | null, language: Language): string {
  if (value === null) return "–";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return new Intl.NumberFormat(locales[language], { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function formatShare(value: number | null, language: Language): string {
  if (value === null) return "–";
  return new Intl.NumberFormat(locales[language], { style: "percent", maximumFractionDigits: 1 }).format(value);
}

// How rare a cluster is by chance; the server says no more than ten years.
export function formatRecurrence(days: number | null, language: Language, words: { recurrenceDays: string; recurrenceMost: string }): string {
  if (days === null) return "–";
  if (days >= 3650) return words.recurrenceMost;
  return words.recurrenceDays.replace("{days}", formatCount(Math.round(days), language));
}

// A ratio as "+12 %".
export function formatChange(ratio: number | null, language: Language): string {
  if (ratio === null) return "–";
  return new Intl.NumberFormat(locales[language], { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(ratio - 1);
}

export function addDays(day: string, days: number): string {
  return new Date(utc(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

// "mars 2015", of a month's first day.
export function formatMonth(day: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { month: "short", year: "numeric", timeZone: "UTC" }).format(utc(day));
}
