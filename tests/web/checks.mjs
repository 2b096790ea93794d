// What journeys assert with: a count of checks, and axe-core on the page as it stands.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let passed = 0;
let failed = 0;

export function check(condition, words) {
  if (condition) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED  ${words}`);
  }
}

// Prints the line that scripts/test reads; the exit code.
export function counts() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

export async function accessible(page, state) {
  // The page's own policy forbids injected scripts; the accessibility engine is evaluated through the debugger instead.
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const words = result.violations.map((one) => `${one.id} (${one.nodes.length}: ${one.nodes[0].target.join(" ")} ${one.nodes[0].failureSummary?.split("\n")[1] ?? ""})`).join("; ");
  check(result.violations.length === 0, `accessibility, ${state}: ${words}`);
}

export async function fits(page, state) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(overflow <= 0, `nothing sticks out, ${state} (${overflow})`);
}
