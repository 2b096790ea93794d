// The README's pictures: node tests/web/screenshots.mjs http://localhost:8080 docs/pictures
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser, openPage, settled } from "./browser.mjs";

const [base, folder, slug = "port-demo"] = process.argv.slice(2);
if (!base || !folder) {
  console.error("usage: node tests/web/screenshots.mjs BASE_URL FOLDER [SLUG]");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
const shots = [
  { name: "physionomie", width: 1440, height: 1000 },
  { name: "physionomie-dark", width: 1440, height: 1000, theme: "dark", query: "?couche=foyers", language: "en" },
  { name: "physionomie-phone", width: 360, height: 780 },
];
for (const { name, query = "", ...options } of shots) {
  const page = await openPage(browser, { base, ...options });
  await page.goto(`${base}/${slug}/physionomie${query}`);
  await settled(page);
  await page.waitForTimeout(2500); // the map draws its last tiles
  await page.screenshot({ path: join(folder, `${name}.png`) });
  if (process.env.WHOLE_PAGE) await page.screenshot({ path: join(folder, `${name}-whole.png`), fullPage: true });
  if (page.faults.length > 0) console.log(name, page.faults);
  await page.context().close();
}
await browser.close();
