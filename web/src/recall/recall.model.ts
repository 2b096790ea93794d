import type { DueDayView, RecallView } from "../api/types";
import type { Language } from "../words/words";

// What the pages of recall and keeping work out by themselves. Pure.

export type Week = { first: string; notes: number; minors: number; persons: number };

// "note abc" as the reader's language names it: "fiche abc".
export function objectIn(object: string, language: Language): string {
  const french: Record<string, string> = { note: "fiche", addition: "ajout", request: "demande" };
  const [kind = "", ...rest] = object.split(" ");
  return language === "fr" ? [french[kind] ?? kind, ...rest].join(" ") : object;
}

// Days of the calendar by week, Monday first; weeks without anything are left out.
export function weeksOf(days: DueDayView[]): Week[] {
  const weeks = new Map<string, Week>();
  for (const day of days) {
    const date = new Date(`${day.day}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
    const first = date.toISOString().slice(0, 10);
    const week = weeks.get(first) ?? { first, notes: 0, minors: 0, persons: 0 };
    week.notes += day.notes;
    week.minors += day.about_minors;
    week.persons += day.with_persons;
    weeks.set(first, week);
  }
  return [...weeks.values()].sort((a, b) => a.first.localeCompare(b.first));
}

// Recalls that somebody has to do something about, the most urgent first: ours overdue, ours to answer, then the rest.
export function byUrgency(recalls: RecallView[]): RecallView[] {
  const rank = (one: RecallView) => (one.settled ? 3 : one.overdue ? 0 : one.ours ? 2 : 1);
  return [...recalls].sort((a, b) => rank(a) - rank(b) || a.deadline.localeCompare(b.deadline) || a.code.localeCompare(b.code));
}

export function counts(recalls: RecallView[]): { overdue: number; toAnswer: number } {
  return { overdue: recalls.filter((one) => one.ours && one.overdue).length, toAnswer: recalls.filter((one) => !one.ours && !one.settled).length };
}

// The day that is proposed for the answers: a week from now, as a date of the form.
export function usualDeadline(now: Date): string {
  return new Date(now.getTime() + 7 * 86_400_000).toISOString().slice(0, 10);
}

// "jean dupont, dupont jean" -> two terms; at most eight.
export function termsOf(typed: string): string[] {
  return typed
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .slice(0, 8);
}
