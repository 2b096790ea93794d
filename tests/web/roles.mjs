// Every page of every role of a demonstration: what the rail offers opens, is accessible and fits, on a desk and on a phone.
//
//   node tests/web/roles.mjs http://localhost:8080 [SCREENSHOTS_FOLDER]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser, openPage } from "./browser.mjs";
import { accessible, check, counts, fits } from "./checks.mjs";

const [base, pictures] = process.argv.slice(2);
if (!base) {
  console.error("usage: node tests/web/roles.mjs ADDRESS [SCREENSHOTS_FOLDER]");
  process.exit(2);
}
if (pictures) mkdirSync(pictures, { recursive: true });

const widths = [
  { width: 1440, height: 900, theme: "light" },
  { width: 360, height: 780, theme: "dark" },
];
const browser = await openBrowser();

async function walk(login, size) {
  const page = await openPage(browser, { ...size, base, login });
  const name = `${login} ${size.theme} ${size.width}`;
  try {
    await page.goto(base);
    await page.locator(".rail a").first().waitFor();
    await page.locator("main h1").first().waitFor();
    const labels = await page.locator(".rail a").allTextContents();
    check(labels.length > 0, `${name}: there is a page for this role`);
    for (const label of labels) {
      await page.locator(".rail a", { hasText: new RegExp(`^${label}$`) }).click();
      await page.locator(".rail a[aria-current=page]", { hasText: new RegExp(`^${label}$`) }).waitFor();
      await page.locator("main:not([aria-busy=true]) h1").first().waitFor({ timeout: 30_000 });
      await accessible(page, `${name} ${label}`);
      await fits(page, `${name} ${label}`);
      // What one may not do says why, to eyes and screen readers, and the keyboard reaches it.
      const silent = await page.evaluate(() =>
        [...document.querySelectorAll("main [aria-disabled=true], main button:disabled")]
          .filter((one) => one.checkVisibility())
          .filter((one) => one.disabled || one.tabIndex < 0 || !document.getElementById(one.getAttribute("aria-describedby") ?? "")?.checkVisibility() || document.getElementById(one.getAttribute("aria-describedby") ?? "")?.textContent?.trim() === "")
          .map((one) => one.textContent),
      );
      check(silent.length === 0, `${name} ${label}: what is off says why: ${silent.join(", ")}`);
      if (pictures) await page.screenshot({ path: join(pictures, `${login}-${label.toLowerCase().replace(/\W+/g, "-")}-${size.theme}-${size.width}.png`), fullPage: true });
    }
    check(page.faults.length === 0, `${name}: the console and the network stay clean: ${page.faults.join(" | ")}`);
  } catch (failure) {
    check(false, `${name}: ${failure.message.split("\n").slice(0, 4).join(" ")}`);
  }
  await page.context().close();
}

try {
  const session = await (await fetch(`${base}/api/v1/session`)).json();
  for (const { login } of session.ways.demonstration) for (const size of widths) await walk(login, size);
} finally {
  await browser.close();
}
process.exit(counts());
