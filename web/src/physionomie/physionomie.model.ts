import type { Picture, SectorRow, Territory } from "../api/types";
import type { Address } from "../shell/address.model";
import { addDays } from "../words/format";

export type SortKey = "count" | "rate" | "change" | "name";

const certaintyOrder = { established: 0, probable: 1, possible: 2, undetermined: 3 } as const;

export function sortedRows(rows: readonly SectorRow[], key: SortKey): SectorRow[] {
  const by: Record<SortKey, (a: SectorRow, b: SectorRow) => number> = {
    count: (a, b) => b.period.count - a.period.count,
    rate: (a, b) => (b.density_per_km2 ?? -1) - (a.density_per_km2 ?? -1),
    // The surest changes first, then the largest, up or down.
    change: (a, b) => certaintyOf(a) - certaintyOf(b) || strength(b) - strength(a),
    name: (a, b) => a.name.localeCompare(b.name, "fr"),
  };
  return [...rows].sort((a, b) => by[key](a, b) || a.name.localeCompare(b.name, "fr"));
}

const certaintyOf = (row: SectorRow) => (row.change.direction === "up" || row.change.direction === "down" ? certaintyOrder[row.change.certainty] : 4);
const strength = (row: SectorRow) => Math.abs(Math.log(row.change.ratio ?? 1));

// The largest upper end of the rows' intervals: the common scale on which intervals are drawn.
export function intervalScale(rows: readonly SectorRow[]): number {
  return Math.max(1e-9, ...rows.map((row) => row.period.high ?? 0));
}

export type Preset = "days30" | "days90" | "year";
export const presetDays: Record<Preset, number> = { days30: 30, days90: 90, year: 364 };

// The preset ends with the data; the comparison is the stretch of the same length before it.
export function withPreset(address: Address, territory: Territory, preset: Preset): Address {
  const last = territory.last_day;
  if (last === null) return address;
  return { ...address, first: addDays(last, 1 - presetDays[preset]), last, compareFirst: null, compareLast: null };
}

export function presetOf(picture: Picture, territory: Territory): Preset | null {
  const { first_day, last_day } = picture.parameters;
  if (last_day !== territory.last_day) return null;
  return (Object.keys(presetDays) as Preset[]).find((preset) => addDays(last_day, 1 - presetDays[preset]) === first_day) ?? null;
}

// Moving one end of the period keeps the comparison next to it, of the same length.
export function withPeriod(address: Address, first: string, last: string): Address {
  if (last < first) return address;
  return { ...address, first, last, compareFirst: null, compareLast: null };
}

export function studyQuery(address: Address): Record<string, unknown> {
  const query: Record<string, unknown> = { channel: address.channel };
  if (address.first) query["first_day"] = address.first;
  if (address.last) query["last_day"] = address.last;
  if (address.compareFirst) query["compare_first_day"] = address.compareFirst;
  if (address.compareLast) query["compare_last_day"] = address.compareLast;
  if (address.categories.length > 0) query["categories"] = address.categories;
  if (address.level !== null) query["level"] = address.level;
  return query;
}
