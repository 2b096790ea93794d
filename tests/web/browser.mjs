// Debian's Chromium without its background traffic, for journeys and screenshots.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export async function openBrowser() {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
  if (!executablePath) throw new Error("Chromium is missing: apt-get install chromium");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
  });
}

// Signs a browser's context in to an account of the demonstration, by the API, and says why.
export async function signIn(context, base, login, purpose = "Journeys") {
  const post = async (path, csrf, data) => {
    const answer = await context.request.post(base + path, { data, headers: { "Quadrille-Csrf": csrf } });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const session = await post("/api/v1/session/demonstration", "none", { login });
  if (purpose !== "") await post("/api/v1/session/purpose", session.csrf, { purpose });
}

// With `base`, signed in as `login`.
export async function openPage(browser, { width = 1440, height = 900, theme = "light", language = "fr", base = "", login = "demo-analyst", purpose } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: language === "fr" ? "fr-FR" : "en-GB", reducedMotion: "reduce" });
  await context.addInitScript(
    ([themeName, languageName]) => {
      if (sessionStorage.getItem("prepared")) return;
      sessionStorage.setItem("prepared", "1");
      localStorage.setItem("quadrille.theme", themeName);
      localStorage.setItem("quadrille.language", languageName);
    },
    [theme, language],
  );
  if (base !== "") await signIn(context, base, login, purpose);
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["localhost", "127.0.0.1"].includes(url.hostname) && !["data:", "blob:"].includes(url.protocol)) page.faults.push(`asked the outside: ${request.url()}`);
  });
  return page;
}

// The picture is there: findings are shown and nothing is under way.
export async function settled(page) {
  await page.locator("main[aria-busy=false] .findings").waitFor({ timeout: 30_000 });
  await page.locator(".skeleton").first().waitFor({ state: "detached", timeout: 30_000 });
}
