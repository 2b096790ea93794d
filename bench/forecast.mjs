// What forecasts by area are worth on San Francisco's and Chicago's open data, by rolling origins: the table of
// docs/methods/forecast.md. Settings are chosen on days before the first origin and stay.
//
//   node bench/forecast.mjs OPEN_DATA_FOLDER
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = process.argv[2];
if (!folder) throw new Error("node bench/forecast.mjs OPEN_DATA_FOLDER");
const program = new URL("../build/release/quadrille", import.meta.url).pathname;
const cellM = 250;
const methods = ["history", "decay", "kernel", "sepp", "blend", "auto"];
const foundByPolice = new Set(["DRUG/NARCOTIC", "NARCOTICS", "PROSTITUTION", "WARRANTS", "WEAPON LAWS", "WEAPONS VIOLATION", "LIQUOR LAWS", "LIQUOR LAW VIOLATION", "DRIVING UNDER THE INFLUENCE", "DRUNKENNESS", "CONCEALED CARRY LICENSE VIOLATION", "GAMBLING", "INTERFERENCE WITH PUBLIC OFFICER"]);
const violent = new Set(["ROBBERY", "ASSAULT", "BATTERY"]);
const series = [
  { name: "reported facts, all", keeps: (category) => !foundByPolice.has(category) },
  { name: "robbery, assault, battery", keeps: (category) => violent.has(category) },
  { name: "drugs: police activity", keeps: (category) => category === "DRUG/NARCOTIC" || category === "NARCOTICS" },
];
// Horizon and origins in days from the first; San Francisco lacks every second week, so 14 days hold 7 observed ones.
const cities = [
  { name: "San Francisco", file: "sf/incidents.csv.zst", horizon: 14, origins: "3779:4493:14", first: 3779 },
  { name: "Chicago", file: "chicago/incidents.csv.zst", horizon: 7, origins: "111:209:7", first: 111 },
];

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

const read = (city) => {
  const lines = execFileSync("zstd", ["-dc", join(folder, city.file)], { maxBuffer: 1 << 30 }).toString().split("\n");
  const header = fields(lines[0]);
  const at = Object.fromEntries(header.map((name, i) => [name, i]));
  const rows = [];
  for (const line of lines.slice(1)) {
    const cells = fields(line);
    const lon = Number(cells[at.lon]);
    const lat = Number(cells[at.lat]);
    if (!cells[at.lon] || !Number.isFinite(lon) || lat > 80 || cells[at.dup] === "1") continue;
    rows.push({ day: Date.parse(`${cells[at.datetime].slice(0, 10)}T00:00:00Z`) / 86_400_000, category: cells[at.category], lon, lat });
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

const score = ({ value, interval }, digits) => `${value.toFixed(digits)} [${interval.map((x) => x.toFixed(digits)).join(", ")}]`;
const work = mkdtempSync(join(tmpdir(), "forecast-"));
try {
  console.log("| city, series | events a week | method | settings | PAI at 1 % | PEI at 1 % | recall at 5 % | log score | Brier |");
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const city of cities) {
    const rows = read(city);
    // Cells where anything was recorded before the first origin.
    const cells = [...new Set(rows.filter((row) => row.day <= city.first).map((row) => row.cell))].sort();
    const known = new Set(cells);
    writeFileSync(join(work, "places.csv"), `id,x,y\n${cells.map((cell) => `${cell},${cell.split(":").map((k) => (Number(k) + 0.5) * cellM).join(",")}`).join("\n")}\n`);
    writeFileSync(join(work, "observed.csv"), `day\n${[...new Set(rows.map((row) => row.day))].sort((a, b) => a - b).join("\n")}\n`);
    const tops = [0.01, 0.05].map((share) => Math.round(share * cells.length));
    for (const one of series) {
      const kept = rows.filter((row) => one.keeps(row.category) && known.has(row.cell));
      writeFileSync(join(work, "events.csv"), `loc,day\n${kept.map((row) => `${row.cell},${row.day}`).join("\n")}\n`);
      for (const method of methods) {
        const found = JSON.parse(execFileSync(program, ["lab", "evaluate", "--events", join(work, "events.csv"), "--places", join(work, "places.csv"), "--observed", join(work, "observed.csv"), "--origins", city.origins, "--horizon", String(city.horizon), "--top", tops.join(","), "--method", method], { maxBuffer: 1 << 28 }).toString());
        const settings = Object.entries(found.settings).filter(([, value]) => value !== null).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`).join(", ");
        const [one5, five] = found.scores;
        console.log(`| ${city.name} (${cells.length} cells), ${one.name} | ${Math.round(found.events / found.origins)} | ${method}${method === "auto" ? ` = ${found.method}` : ""} | ${settings} | ${score(one5.pai, 1)} | ${score(one5.pei, 2)} | ${score(five.recall, 3)} | ${score(found.log_score, 4)} | ${score(found.brier, 4)} |`);
      }
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
