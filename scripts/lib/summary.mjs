// Adds up the reports of a test run (JUnit XML of GoogleTest and Vitest, "N passed, N failed" files of the journeys),
// names what failed or was skipped, and ends with the one line that counts.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = [];

function files(path) {
  return readdirSync(path).flatMap((name) => {
    const full = join(path, name);
    return statSync(full).isDirectory() ? files(full) : [full];
  });
}

function addJunit(path) {
  const xml = readFileSync(path, "utf8");
  for (const [, attributes, selfClosed, body = ""] of xml.matchAll(/<testcase ((?:[^>"]|"[^"]*")*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = /(?:^| )name="([^"]*)"/.exec(attributes)?.[1] ?? "?";
    const group = /classname="([^"]*)"/.exec(attributes)?.[1] ?? "";
    const content = selfClosed === "/>" ? "" : body;
    if (/<(failure|error)/.test(content)) {
      totals.failed += 1;
      failures.push(`${group}.${name}`);
    } else if (/<skipped/.test(content) || /status="notrun"|result="skipped"/.test(attributes)) {
      totals.skipped += 1;
      skips.push(`${group}.${name}`);
    } else totals.passed += 1;
  }
}

function addCounts(path) {
  const match = /^(\d+) passed, (\d+) failed/m.exec(readFileSync(path, "utf8"));
  if (!match) {
    totals.failed += 1;
    failures.push(`${path} holds no result`);
    return;
  }
  totals.passed += Number(match[1]);
  totals.failed += Number(match[2]);
  if (Number(match[2]) > 0) failures.push(path);
}

for (const path of files(folder)) {
  if (path.endsWith(".xml")) addJunit(path);
  if (path.endsWith(".counts")) addCounts(path);
}
const failedParts = join(folder, "failed-parts");
if (existsSync(failedParts)) {
  const parts = readFileSync(failedParts, "utf8").trim().split("\n");
  failures.push(...parts.map((part) => `part: ${part}`));
  totals.failed = Math.max(totals.failed, parts.length);
}
if (totals.passed === 0) {
  totals.failed += 1;
  failures.push("no test ran");
}

for (const name of failures) console.log(`FAILED  ${name}`);
for (const name of skips) console.log(`SKIPPED ${name}`);
const dataPresent = process.env.QUADRILLE_DATA || existsSync(join(process.cwd(), "..", "shared", "data"));
const skipsAreFailures = skips.length > 0 && Boolean(dataPresent);
if (skipsAreFailures) console.log(`${skips.length} skipped although the development data are present: this counts as failure`);
if (skipsAreFailures) totals.failed += totals.skipped;
console.log(skipsAreFailures || skips.length === 0 ? `${totals.passed} passed, ${totals.failed} failed` : `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);
