import type { DueDayView, RecallView } from "../api/types";
import type { Language } from "../words/words";

// What the pages of recall and keeping work out by themselves. Pure.

// In the order they are drawn.
export const dueKinds = ["notes", "requests", "operations", "conflicts", "targets", "recalls"] as const;
export type DueKind = (typeof dueKinds)[number];
export type Week = { first: string; minors: number; persons: number } & Record<DueKind, number>;

// "note abc" as the reader's language names it: "fiche abc".
export function objectIn(object: string, language: Language): string {
  const french: Record<string, string> = { note: "fiche", addition: "ajout", request: "demande", operation: "opération", conflict: "conflit", target: "cible", recall: "rappel" };
  const [kind = "", ...rest] = object.split(" ");
  return language === "fr" ? [french[kind] ?? kind, ...rest].join(" ") : object;
}

// "addition abc" of what was found on a person, as the reader's language names the place.
export function whereIn(where: string, language: Language): string {
  const french: Record<string, string> = { facts: "faits", assessment: "appréciation", summary: "résumé", addition: "ajout", step: "étape", request: "demande", revision: "version", outcome: "résultat", assertion: "précision", link: "rapprochement" };
  const [place = "", ...rest] = where.split(" ");
  return language === "fr" ? [french[place] ?? place, ...rest].join(" ") : where;
}

const dayMs = 86_400_000;

function mondayOf(day: string): number {
  const date = new Date(`${day}T00:00:00Z`);
  return date.getTime() - ((date.getUTCDay() + 6) % 7) * dayMs;
}

// Fewer weeks would be a few thick bars, and a month is what people plan by.
const weeksShownMin = 9;

// The weeks from today's to the last in which something ends, Monday first, quiet ones included: a line of time.
export function weeksOf(days: DueDayView[], today: string): Week[] {
  const last = days[days.length - 1];
  if (!last) return [];
  const first = mondayOf(today);
  const count = Math.max(weeksShownMin, Math.round((mondayOf(last.day) - first) / (7 * dayMs)) + 1);
  const weeks = Array.from({ length: count }, (_, index): Week => ({ first: new Date(first + index * 7 * dayMs).toISOString().slice(0, 10), minors: 0, persons: 0, notes: 0, requests: 0, operations: 0, conflicts: 0, targets: 0, recalls: 0 }));
  for (const day of days) {
    const week = weeks[Math.round((mondayOf(day.day) - first) / (7 * dayMs))];
    if (!week) continue;
    for (const kind of dueKinds) week[kind] += day[kind];
    week.minors += day.about_minors;
    week.persons += day.with_persons;
  }
  return weeks;
}

export const countsOf = (week: Week) => dueKinds.reduce((sum, kind) => sum + week[kind], 0);
export const kindsIn = (weeks: Week[]): DueKind[] => dueKinds.filter((kind) => weeks.some((week) => week[kind] > 0));

// Where months begin along the weeks: the first week whose Monday is in a month. Without those that leave no room for
// their name before the next one or the end.
export function monthsOf(weeks: Week[]): { first: string; index: number }[] {
  const months = weeks.flatMap((week, index) => (index > 0 && week.first.slice(0, 7) === weeks[index - 1]?.first.slice(0, 7) ? [] : [{ first: week.first, index }]));
  return months.filter((month, at) => (months[at + 1]?.index ?? weeks.length) - month.index >= 3);
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
