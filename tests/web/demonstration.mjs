// A demonstration that a journey makes and serves itself, looked at as the people of its accounts.
//
//   node tests/web/JOURNEY.mjs build/release/quadrille [SCREENSHOTS_FOLDER]
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openBrowser, openPage } from "./browser.mjs";
import { accessible, check, fits } from "./checks.mjs";

const slug = "port-demo";

function served(server) {
  return new Promise((done, failed) => {
    let said = "";
    server.stdout.on("data", (bytes) => {
      said += bytes;
      const address = /Quadrille: (http:\/\/localhost:\d+)/.exec(said)?.[1];
      if (address) done(address);
    });
    server.on("exit", () => failed(new Error(said)));
  });
}

// The program and the screenshots' folder are those of the command line. `purpose`: what its people give as theirs;
// `fullPage`: screenshots of the whole page, not of what the screen shows.
export async function demonstration({ purpose, fullPage }) {
  const [script, program, pictures] = process.argv.slice(1);
  const name = basename(script, ".mjs");
  if (!program) {
    console.error(`usage: node tests/web/${name}.mjs PROGRAM [SCREENSHOTS_FOLDER]`);
    process.exit(2);
  }
  if (pictures) mkdirSync(pictures, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), `quadrille-${name}-`));
  const run = (...words) => spawnSync(program, [...words, "--data-dir", folder], { encoding: "utf8" });
  const made = run("demo", "--slug", slug);
  if (made.status !== 0) throw new Error(made.stderr);
  const server = spawn(program, ["serve", "--port", "0", "--data-dir", folder], { stdio: ["ignore", "pipe", "inherit"] });
  const base = await served(server);
  const browser = await openBrowser();

  const shoot = async (page, picture) => {
    if (pictures) await page.screenshot({ path: join(pictures, `${picture}.png`), fullPage });
  };
  // What every state of the page is held to.
  const state = async (page, picture) => {
    await accessible(page, picture);
    await fits(page, picture);
    await shoot(page, picture);
  };
  // The steps of one person, in a browser of their own; what fails in them is counted and the next ones still go.
  const as = async (login, options, title, steps) => {
    const page = await openPage(browser, { ...options, base, login, purpose });
    try {
      await steps(page);
      const unexpected = page.faults.filter((fault) => !/status of 40[034]/.test(fault));
      check(unexpected.length === 0, `${title}: the console and the network stay clean: ${unexpected.join(" | ")}`);
    } catch (failure) {
      check(false, `${title}: ${failure.message.split("\n").slice(0, 6).join(" ")}`);
      await shoot(page, `failed-${title.replace(/\W+/g, "-")}`);
    }
    await page.context().close();
  };
  const end = async () => {
    await browser.close();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { program, folder, slug, base, run, state, as, end };
}

export const phone = { width: 360, height: 780, theme: "dark" };
export const button = (page, name) => page.getByRole("button", { name, exact: true });
