import { describe, expect, it } from "vitest";
import type { DueDayView, HoldingView, RecallView } from "../api/types";
import { byUrgency, counts, countsOf, kindsIn, monthsOf, objectIn, termsOf, usualDeadline, weeksOf, whereIn, type Week } from "./recall.model";
import { recallWords } from "./recall.words";
import { known } from "./recalls.view";

const recall = (code: string, of: Partial<RecallView>) => ({ code, deadline: "2026-12-02T22:59:59.999Z", ours: true, settled: false, overdue: false, ...of }) as unknown as RecallView;

it("places where somebody was found are named in the reader's language", () => {
  expect(whereIn("addition abcdefgh", "fr")).toBe("ajout abcdefgh");
  expect(whereIn("facts", "fr")).toBe("faits");
  expect(whereIn("facts", "en")).toBe("facts");
});

it("objects are named in the reader's language", () => {
  expect(objectIn("note abcdefghijklmnop", "fr")).toBe("fiche abcdefghijklmnop");
  expect(objectIn("note abcdefghijklmnop", "en")).toBe("note abcdefghijklmnop");
});

describe("the calendar", () => {
  const none = { requests: 0, operations: 0, conflicts: 0, targets: 0, recalls: 0 };
  const day = (text: string, notes: number, more: Partial<DueDayView> = {}) => ({ ...none, day: text, notes, about_minors: 0, with_persons: 0, ...more }) as DueDayView;
  it("puts days into the weeks from today's on, Monday first, quiet ones included", () => {
    // 2026-11-29 is a Sunday.
    const weeks = weeksOf([day("2026-11-29", 2), day("2026-11-30", 3, { about_minors: 1 }), day("2026-12-06", 4, { conflicts: 1 }), day("2027-03-01", 1)], "2026-11-25");
    expect(weeks[0]).toEqual({ first: "2026-11-23", notes: 2, minors: 0, persons: 0, ...none });
    expect(weeks[1]).toEqual({ first: "2026-11-30", notes: 7, minors: 1, persons: 0, ...none, conflicts: 1 });
    expect(weeks.length).toBe(15);
    expect(countsOf(weeks[2] as Week)).toBe(0);
    expect(weeks[14]).toMatchObject({ first: "2027-03-01", notes: 1 });
    expect(kindsIn(weeks)).toEqual(["notes", "conflicts"]);
    expect(monthsOf(weeks).map((month) => month.index)).toEqual([2, 6, 10]);
  });
  it("is empty without anything, and never a few thick bars", () => {
    expect(weeksOf([], "2026-11-25")).toEqual([]);
    expect(weeksOf([day("2026-11-26", 1)], "2026-11-25")).toHaveLength(9);
  });
  it("is not lost where clocks change", () => {
    const weeks = weeksOf([day("2026-10-25", 1), day("2026-10-26", 1), day("2027-03-28", 1), day("2027-03-29", 1)], "2026-10-19");
    expect(weeks.filter((week) => week.notes > 0).map((week) => week.first)).toEqual(["2026-10-19", "2026-10-26", "2027-03-22", "2027-03-29"]);
  });
});

describe("recalls", () => {
  it("come with what presses most first", () => {
    const list = [recall("done", { settled: true }), recall("ours", {}), recall("theirs", { ours: false }), recall("late", { overdue: true })];
    expect(byUrgency(list).map((one) => one.code)).toEqual(["late", "theirs", "ours", "done"]);
    expect(counts(list)).toEqual({ overdue: 1, toAnswer: 1 });
  });
  it("say what a service is known to hold, and nothing it is not", () => {
    const holding = { service: "douane", given: true, was_given: true, openings: 3, last: null, copies: 0, additions: 1, requests: 0 } as HoldingView;
    expect(known(holding, "fr")).toBe("destinataire · 3 ouvertures · 1 ajout");
    expect(known({ ...holding, given: false, openings: 0, additions: 0 }, "en")).toBe("was given it");
  });
  it("are to be answered within a week unless said otherwise", () => {
    expect(usualDeadline(new Date("2026-12-28T12:00:00Z"))).toBe("2027-01-04");
  });
});

describe("a person's search", () => {
  it("takes spellings one by one and leaves empty ones out", () => {
    expect(termsOf(" jean dupont, ,dupont jean,")).toEqual(["jean dupont", "dupont jean"]);
    expect(termsOf("a,b,c,d,e,f,g,h,i")).toHaveLength(8);
  });
});

it("both languages have every word", () => {
  const keys = (value: object): string[] => Object.entries(value).flatMap(([name, inner]) => (typeof inner === "object" ? keys(inner as object).map((one) => `${name}.${one}`) : [name]));
  expect(keys(recallWords.en)).toEqual(keys(recallWords.fr));
});
