import { expect, test } from "vitest";
import { addDays, formatChange, formatCount, formatDay, formatRate, formatRecurrence } from "./format";
import { dictionaries, plural } from "./words";

test("numbers and dates are written the French way in French", () => {
  expect(formatCount(878049, "fr")).toBe("878\u202f049");
  expect(formatRate(3.456, "fr")).toBe("3,46");
  expect(formatRate(null, "fr")).toBe("–");
  expect(formatDay("2015-05-13", "fr")).toBe("13 mai 2015");
  expect(formatChange(1.23, "fr")).toMatch(/^\+23\s%$/u);
  expect(formatChange(1, "en")).toBe("0%");
});

test("the first of a month is written as French does", () => {
  expect(formatDay("2026-11-01", "fr")).toBe("1er novembre 2026");
  expect(formatDay("2026-11-11", "fr")).toBe("11 novembre 2026");
  expect(formatDay("2026-11-01", "en")).toBe("1 November 2026");
});

test("days are added across months and clock changes", () => {
  expect(addDays("2015-03-01", -1)).toBe("2015-02-28");
  expect(addDays("2026-10-24", 2)).toBe("2026-10-26");
});

test("no label is the same key left untranslated by accident", () => {
  const same = Object.keys(dictionaries.fr).filter((key) => JSON.stringify(dictionaries.fr[key as "map"]) === JSON.stringify(dictionaries.en[key as "map"]));
  expect(same.sort()).toEqual(["pages", "source"].sort());
});

test("what chance gives less than once in ten years is not counted in days", () => {
  const words = { recurrenceDays: "{days} j", recurrenceMost: "plus de 10 ans" };
  expect(formatRecurrence(214.6, "fr", words)).toBe("215 j");
  expect(formatRecurrence(3650, "fr", words)).toBe("plus de 10 ans");
  expect(formatRecurrence(null, "fr", words)).toBe("–");
});

test("a word in brackets goes with the number before it", () => {
  expect(plural("fr", "{count} fiche(s) affichée(s)", { count: 1 })).toBe("1 fiche affichée");
  expect(plural("fr", "{count} fiche(s) affichée(s)", { count: "225" })).toBe("225 fiches affichées");
  expect(plural("fr", "{count} fiche(s) affichée(s)", { count: 0 })).toBe("0 fiche affichée");
  expect(plural("fr", "{count} fiche(s)", { count: "1,5" })).toBe("1,5 fiche");
  expect(plural("fr", "{count} fiche(s)", { count: "10" })).toBe("10 fiches");
  expect(plural("en", "{count} note(s)", { count: 0 })).toBe("0 notes");
  expect(plural("en", "{count} note(s)", { count: 1 })).toBe("1 note");
  expect(plural("fr", "{arrests} interpellation(s), dont {presented} présentée(s)", { arrests: 3, presented: 1 })).toBe("3 interpellations, dont 1 présentée");
});
