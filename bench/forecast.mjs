// What forecasts by area are worth on San Francisco's and Chicago's open data, by rolling origins: the table of
// docs/methods/forecast.md. Settings are chosen on days before the first origin and stay.
//
//   node bench/forecast.mjs OPEN_DATA_FOLDER
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents } from "./open_data.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("node bench/forecast.mjs OPEN_DATA_FOLDER");
const program = process.env.QUADRILLE_BINARY ?? new URL("../build/release/quadrille", import.meta.url).pathname;
const cellM = 250;
const methods = ["history", "decay", "kernel", "sepp", "blend", "auto"];
// Kinds of the shipped mappings. What police find is apart, and so is `other`, which mixes both.
const foundByPolice = new Set(["drugs", "prostitution", "warrant", "weapons", "alcohol", "driving_influence"]);
const series = [
  { name: "reported facts, all", keeps: (kind) => !foundByPolice.has(kind) && kind !== "other" },
  { name: "violence and robbery, reported", keeps: (kind) => kind === "violence" || kind === "robbery" },
  { name: "**drugs: police activity**", keeps: (kind) => kind === "drugs" },
];
// Horizon and origins in days from the first; San Francisco lacks every second week, so 14 days hold 7 observed ones.
const cities = [
  { name: "San Francisco", file: "sf/incidents.csv.zst", mapping: "san-francisco", horizon: 14, origins: "3779:4493:14", first: 3779 },
  { name: "Chicago", file: "chicago/incidents.csv.zst", mapping: "chicago", horizon: 7, origins: "111:209:7", first: 111 },
];

const score = ({ value, interval }, digits) => `${value.toFixed(digits)} [${interval.map((x) => x.toFixed(digits)).join(", ")}]`;
// Mean of a list over origins with its 95 % interval: the same blocks of origins are drawn for every method, so that a
// difference of two methods is a difference on the same days.
const blocks = (origins) => {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const block = Math.max(1, Math.round(Math.cbrt(origins)));
  return Array.from({ length: 2000 }, () => {
    const sample = [];
    while (sample.length < origins) {
      const start = Math.floor(next() * (origins - block + 1));
      for (let k = 0; k < block && sample.length < origins; ++k) sample.push(start + k);
    }
    return sample;
  });
};
const difference = (found, base, of, digits) => {
  const origins = base.by_origin.length;
  const over = (sample) => of(sample.map((i) => found.by_origin[i])) - of(sample.map((i) => base.by_origin[i]));
  const values = blocks(origins).map(over).sort((a, b) => a - b);
  const all = over(Array.from({ length: origins }, (_, i) => i));
  const text = `${all > 0 ? "+" : ""}${all.toFixed(digits)} [${values[Math.floor(0.025 * values.length)].toFixed(digits)}, ${values[Math.floor(0.975 * values.length)].toFixed(digits)}]`;
  return text;
};
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
const logScoreOf = (list) => sum(list, (one) => one.log_score) / list.length;
const recallOf = (list) => sum(list, (one) => one.hits[1]) / sum(list, (one) => one.events);
const work = mkdtempSync(join(tmpdir(), "forecast-"));
try {
  console.log("| city, series | events a week | method | settings | PAI at 1 % | PEI at 1 % | recall at 5 % | log score | Brier | log score − history | recall at 5 % − history |");
  console.log("|---|---|---|---|---|---|---|---|---|---|---|");
  for (const city of cities) {
    const rows = readEvents(folder, city, cellM);
    // Cells where anything was recorded before the first origin.
    const cells = [...new Set(rows.filter((row) => row.day <= city.first).map((row) => row.cell))].sort();
    const known = new Set(cells);
    writeFileSync(join(work, "places.csv"), `id,x,y\n${cells.map((cell) => `${cell},${cell.split(":").map((k) => (Number(k) + 0.5) * cellM).join(",")}`).join("\n")}\n`);
    writeFileSync(join(work, "observed.csv"), `day\n${[...new Set(rows.map((row) => row.day))].sort((a, b) => a - b).join("\n")}\n`);
    const tops = [0.01, 0.05].map((share) => Math.round(share * cells.length));
    for (const one of series) {
      const outside = rows.filter((row) => one.keeps(row.kind) && row.day > city.first && !known.has(row.cell)).length;
      const kept = rows.filter((row) => one.keeps(row.kind) && known.has(row.cell));
      console.error(`${city.name}, ${one.name}: ${outside} events after the first origin lie in cells without any before, and are left out`);
      writeFileSync(join(work, "events.csv"), `loc,day\n${kept.map((row) => `${row.cell},${row.day}`).join("\n")}\n`);
      let base;
      for (const method of methods) {
        const found = JSON.parse(execFileSync(program, ["lab", "evaluate", "--events", join(work, "events.csv"), "--places", join(work, "places.csv"), "--observed", join(work, "observed.csv"), "--origins", city.origins, "--horizon", String(city.horizon), "--top", tops.join(","), "--method", method], { maxBuffer: 1 << 28 }).toString());
        base ??= found;
        const settings = Object.entries(found.settings).filter(([, value]) => value !== null).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`).join(", ");
        const [one5, five] = found.scores;
        console.log(`| ${city.name} (${cells.length} cells), ${one.name} | ${Math.round(found.events / found.origins)} | ${method}${method === "auto" ? ` = ${found.method}` : ""} | ${settings} | ${score(one5.pai, 1)} | ${score(one5.pei, 2)} | ${score(five.recall, 3)} | ${score(found.log_score, 4)} | ${score(found.brier, 4)} | ${found === base ? "" : difference(found, base, logScoreOf, 4)} | ${found === base ? "" : difference(found, base, recallOf, 4)} |`);
      }
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
