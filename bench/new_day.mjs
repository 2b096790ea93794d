// How long the emerging clusters take to take in a new day: on generated registers of 500, 1,000 and 2,000 places, and on the last
// 20,000 drug events of San Francisco's open data in cells of 200 m. Prints, asserts nothing.
//
//   node bench/new_day.mjs OPEN_DATA_FOLDER [DAYS]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readEvents } from "./open_data.mjs";

const [folder, days = "20"] = process.argv.slice(2);
if (!folder) throw new Error("node bench/new_day.mjs OPEN_DATA_FOLDER [DAYS]");
const home = fileURLToPath(new URL("..", import.meta.url));
execFileSync("cmake", ["--build", join(home, "build/release"), "--target", "scan_new_day"], { stdio: ["ignore", "ignore", "inherit"] });
const drugs = readEvents(folder, { file: "sf/incidents.csv.zst", mapping: "san-francisco" }, 200).filter((row) => row.kind === "drugs");
const last = drugs.sort((a, b) => a.day - b.day).slice(-20_000);
const work = mkdtempSync(join(tmpdir(), "new-day-"));
try {
  const file = join(work, "events.txt");
  writeFileSync(file, last.map((row) => `${row.day - last[0].day} ${row.cell.replace(":", " ")}\n`).join(""));
  execFileSync(join(home, "build/release/scan_new_day"), [days, file], { stdio: "inherit" });
} finally {
  rmSync(work, { recursive: true });
}
