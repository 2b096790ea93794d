// What journeys stand on that make and serve their own instances, one a folder.
//
//   node tests/web/JOURNEY.mjs build/release/quadrille [SCREENSHOTS_FOLDER]
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openBrowser, openPage } from "./browser.mjs";
import { accessible, check, fits } from "./checks.mjs";

// The program and the screenshots' folder are those of the command line. `fullPage`: screenshots of the whole page, not
// of what the screen shows; `refusals`: answers that a journey may meet without anything being wrong.
export async function openStage({ fullPage, refusals }) {
  const [script, program, pictures] = process.argv.slice(1);
  const name = basename(script, ".mjs");
  if (!program) {
    console.error(`usage: node tests/web/${name}.mjs PROGRAM [SCREENSHOTS_FOLDER]`);
    process.exit(2);
  }
  if (pictures) mkdirSync(pictures, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), `quadrille-${name}-`));
  const servers = [];
  const of = (instance) => ["--data-dir", join(folder, instance)];
  const run = (instance, ...words) => {
    const done = spawnSync(program, [...words, ...of(instance)], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stderr}`);
    return done.stdout.trim();
  };
  // On any free port; answers its address and, where it is waited for, the one-time link that it prints.
  const serve = (instance, { wantsLink = false, options = [] } = {}) => {
    const server = spawn(program, ["serve", "--port", "0", ...of(instance), ...options], { stdio: ["ignore", "pipe", "inherit"] });
    servers.push(server);
    let said = "";
    return new Promise((done, failed) => {
      server.stdout.on("data", (bytes) => {
        said += bytes;
        const base = /Quadrille: (http:\/\/localhost:\d+)/.exec(said)?.[1];
        const link = /(http:\S+\/invitation#\S+)/.exec(said)?.[1];
        if (base && (link || !wantsLink)) done({ base, link });
      });
      server.on("exit", () => failed(new Error(said)));
    });
  };
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
  const journey = async (title, options, steps) => {
    const page = await openPage(browser, options);
    try {
      await steps(page);
      const unexpected = page.faults.filter((fault) => !refusals.test(fault));
      check(unexpected.length === 0, `${title}: the console and the network stay clean: ${unexpected.join(" | ")}`);
    } catch (failure) {
      check(false, `${title}: ${failure.message.split("\n").slice(0, 6).join(" ")}`);
      await shoot(page, `failed-${title.replace(/\W+/g, "-")}`);
    }
    await page.context().close();
  };
  const end = async () => {
    await browser.close();
    for (const server of servers) server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { program, folder, run, serve, shoot, state, journey, end };
}

export const phone = { width: 360, height: 780, theme: "dark" };
export const button = (page, name) => page.getByRole("button", { name, exact: true });
