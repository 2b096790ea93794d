import type { MarkingPreview, MarkingView, RemarkWish } from "../api/types";

// A change of a note's marking as it is typed, and what its preview says. Pure.

export type RemarkDraft = { marking: RemarkWish; denied: string; reason: string };

export const wishOfMarking = (marking: MarkingView): RemarkWish => ({
  sensitivity: marking.sensitivity,
  handling: marking.handling,
  regime: marking.regime,
  services: marking.services,
  compartments: marking.compartments.map((one) => one.code),
  originator_controlled: marking.originator_controlled,
  denied: null,
  reason: null,
});

export function wishOfDraft(draft: RemarkDraft): RemarkWish {
  const denied = draft.denied.split(/[\s,;]+/).filter((login) => login !== "");
  return { ...draft.marking, denied: denied.length > 0 ? denied : null, reason: draft.reason.trim() };
}

// What a preview was made of: the reason changes nothing of it.
export const previewKey = (wish: RemarkWish) => JSON.stringify({ ...wish, reason: null });

export type Kept<T> = { kept: T[]; lost: T[]; won: T[] };
export function compared<T extends { before: boolean; after: boolean }>(list: readonly T[]): Kept<T> {
  return { kept: list.filter((one) => one.before && one.after), lost: list.filter((one) => one.before && !one.after), won: list.filter((one) => !one.before && one.after) };
}

export const changedExits = (preview: MarkingPreview) => preview.exits.filter((one) => one.before.name !== one.after.name);

// The last whole day that is not later than what is set: keeping is never lengthened.
export function lastDay(retainUntil: string, zone: string): string {
  const before = new Date(new Date(retainUntil).getTime() - 24 * 3_600_000 + 1);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(before);
}
export const today = (zone: string, now: Date) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(now);
