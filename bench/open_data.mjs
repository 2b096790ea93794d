// San Francisco's and Chicago's open data as events in square cells, for the programs of this folder.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const fields = (line) => {
  const cells = [];
  let cell = "";
  let quoted = false;
  for (const c of line) {
    if (c === '"') quoted = !quoted;
    else if (c === "," && !quoted) {
      cells.push(cell);
      cell = "";
    } else cell += c;
  }
  cells.push(cell);
  return cells;
};

// Of each event not marked as a duplicate: `day` from the first, `kind` as the shipped mapping `city.mapping` names it, and `cell`,
// column and row of a square of `cellM` metres.
export const readEvents = (folder, city, cellM) => {
  const { categories } = JSON.parse(readFileSync(new URL(`../mappings/${city.mapping}.json`, import.meta.url)));
  const lines = execFileSync("zstd", ["-dc", join(folder, city.file)], { maxBuffer: 1 << 30 }).toString().split("\n");
  const header = fields(lines[0]);
  const at = Object.fromEntries(header.map((name, i) => [name, i]));
  const rows = [];
  for (const line of lines.slice(1)) {
    const cells = fields(line);
    const lon = Number(cells[at.lon]);
    const lat = Number(cells[at.lat]);
    if (!cells[at.lon] || !Number.isFinite(lon) || lat > 80 || cells[at.dup] === "1") continue;
    rows.push({ day: Date.parse(`${cells[at.datetime].slice(0, 10)}T00:00:00Z`) / 86_400_000, kind: categories[cells[at.category]]?.as ?? "other", lon, lat });
  }
  const start = rows.reduce((least, row) => Math.min(least, row.day), Infinity);
  const middle = rows.map((row) => row.lat).sort((a, b) => a - b)[rows.length >> 1];
  const metresPerDegree = 111_320;
  const east = Math.cos((middle * Math.PI) / 180);
  for (const row of rows) {
    row.day -= start;
    row.cell = `${Math.floor((row.lon * metresPerDegree * east) / cellM)}:${Math.floor((row.lat * metresPerDegree) / cellM)}`;
  }
  return rows;
};
