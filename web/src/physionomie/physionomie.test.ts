import { expect, test } from "vitest";
import type { SectorRow, Territory } from "../api/types";
import { emptyAddress } from "../shell/address.model";
import { intervalScale, sortedRows, studyQuery, withPeriod, withPreset } from "./physionomie.model";

function row(name: string, count: number, ratio: number, certainty: "established" | "possible", direction: "up" | "down" | "steady"): SectorRow {
  const estimate = { count, observed_days: 10, rate: count / 10, low: 0, high: count / 5 };
  return { id: count, code: name, name, parent: null, period: estimate, comparison: estimate, change: { ratio, low: null, high: null, certainty, direction }, weeks: [], alarm: null, density_per_km2: 1 / count };
}
const rows = [row("B", 5, 3, "possible", "up"), row("A", 9, 1.2, "established", "up"), row("C", 2, 1, "established", "steady")];

test("sectors are ranked by what is asked", () => {
  const names = (key: "count" | "rate" | "change" | "name") => sortedRows(rows, key).map((one) => one.name).join("");
  expect(names("count")).toBe("ABC");
  expect(names("rate")).toBe("CBA");
  expect(names("change")).toBe("ABC");
  expect(names("name")).toBe("ABC");
});

test("intervals share one scale", () => expect(intervalScale(rows)).toBeCloseTo(1.8));

test("a preset ends with the data and forgets the old comparison", () => {
  const territory = { last_day: "2015-05-13" } as Territory;
  const address = withPreset({ ...emptyAddress, compareFirst: "2010-01-01" }, territory, "days30");
  expect(address).toMatchObject({ first: "2015-04-14", last: "2015-05-13", compareFirst: null });
});

test("a period that ends before it begins is not taken", () => {
  expect(withPeriod(emptyAddress, "2015-05-02", "2015-05-01")).toBe(emptyAddress);
});

test("a study asks for what the address shows", () => {
  expect(studyQuery({ ...emptyAddress, first: "2015-01-01", categories: ["drugs"] })).toEqual({ channel: "reported", first_day: "2015-01-01", categories: ["drugs"] });
});
