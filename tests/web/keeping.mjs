// The journey of keeping on an instance that this script makes and serves itself: a service ends its own keeping of a note
// it received, the note is recalled, a reading service and the municipal police answer with signed receipts that the
// command line verifies; the calendar is read by eye and by key; a person's request is answered and a note erased.
//
//   node tests/web/keeping.mjs build/release/quadrille [SCREENSHOTS_FOLDER]
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, counts } from "./checks.mjs";
import { button, demonstration, phone } from "./demonstration.mjs";

const { program, folder, slug, base, run, state, as, end } = await demonstration({ purpose: "Tenue des fiches", fullPage: true });

const card = (page, name) => page.locator("section.card").filter({ has: page.getByRole("heading", { level: 2, name, exact: true }) });
const open = async (page, path) => {
  await page.goto(`${base}/${slug}/${path}`);
  await page.locator("main:not([aria-busy=true])").waitFor({ timeout: 15_000 });
};
// What the signed text says, checked outside of the page with the key that the instance publishes.
function verified(text) {
  const file = join(folder, "statement.txt");
  writeFileSync(file, text);
  const key = run("audit", "key").split(/\s+/).at(-1);
  return spawnSync(program, ["recall", "verify", file, "--key", key], { encoding: "utf8" }).status === 0;
}

let note = ""; // of the police, given to every service
let kept = ""; // another
let receipt = "";

try {
  await as("demo-analyst", {}, "a note is taken back", async (page) => {
    const ask = async (path) => (await page.request.get(`${base}/api/v1/territories/${slug}${path}`)).json();
    const given = [];
    for (const one of (await ask("/notes?limit=200")).notes) {
      if (one.service.code !== "police-nationale" || one.attributed !== null) continue;
      const { note: whole } = await ask(`/notes/${one.id}`);
      if (whole.marking.sensitivity === "confidential" || whole.marking.regime !== "administrative" || whole.marking.compartments.length > 0) continue;
      if (["gendarmerie", "police-municipale"].every((code) => whole.marking.services.includes(code))) given.push(whole);
      if (given.length === 2) break;
    }
    check(given.length >= 2, "the demonstration has notes that every service was given");
    [note, kept] = given.map((one) => one.id);
    await open(page, `fiches/${note}`);
    await button(page, "Voir les détenteurs").click();
    await page.getByLabel("Pourquoi, sans nommer personne").fill("place fausse, relevée une rue trop haut");
    await card(page, "Qui détient cette fiche").scrollIntoViewIfNeeded();
    await state(page, "note-recall-1440");
    await button(page, "Reprendre la fiche").click();
    await button(page, "Voir les détenteurs").waitFor();
    await open(page, "conservation");
    await card(page, "Rappels").locator(".recall").first().waitFor();
    await state(page, "conservation-analyst-1440");
  });

  await as("demo-duty_officer", {}, "a receiver lets a note go sooner", async (page) => {
    await open(page, `fiches/${kept}`);
    const own = card(page, "Conservation par votre service");
    await own.getByText("Le service d'origine la conserve").waitFor({ timeout: 15_000 });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await own.getByLabel("Dernier jour").fill(tomorrow);
    await own.scrollIntoViewIfNeeded();
    await state(page, "note-own-keeping-1440");
    await own.getByRole("button", { name: "Réduire pour notre service" }).click();
    await own.getByText("Votre service la conserve jusqu'au").waitFor();
    const later = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await own.getByLabel("Dernier jour").evaluate((input) => input.removeAttribute("max"));
    await own.getByLabel("Dernier jour").fill(later);
    await own.getByRole("button", { name: "Réduire pour notre service" }).click();
    await own.getByText("jamais allongée").waitFor();
    await state(page, "note-own-keeping-refused-1440");
  });

  await as("demo-duty_officer", phone, "a reading service answers, and reads its calendar", async (page) => {
    await open(page, "conservation");
    const recall = card(page, "Rappels").locator(".recall").first();
    await recall.getByText("place fausse").first().waitFor();
    await state(page, "conservation-officer-360");
    await recall.getByLabel("Combien de copies").fill("2");
    await recall.getByRole("button", { name: "Répondre" }).click();
    await card(page, "Rappels").getByText("Aucun rappel en cours").waitFor();
    await button(page, "Tous").click();
    await card(page, "Rappels").getByText("Récépissé signé").first().click();
    receipt = await card(page, "Rappels").locator("pre").first().innerText();
    check(verified(receipt), "the receipt verifies with the key of the log");
    check(!verified(receipt.replace("copies 2", "copies 1")), "a changed receipt does not");
    const calendar = page.getByRole("slider", { name: "Ce qui arrive à échéance, semaine par semaine" });
    await calendar.focus();
    await page.keyboard.press("Home");
    const first = await calendar.getAttribute("aria-valuetext");
    check(/^Semaine du .* : 1 fiche/.test(first), `the note that goes tomorrow is in this week or the next (${first})`);
    await page.keyboard.press("End");
    const last = await calendar.getAttribute("aria-valuetext");
    check(last !== first && (await page.locator(".due-said").innerText()) === last, "keys move along the weeks, and what is read out is what is written");
    await calendar.scrollIntoViewIfNeeded();
    await page.getByText("En tableau").click();
    await state(page, "conservation-calendar-360");
    const sides = await page.locator("table td.number").first().evaluate((cell) => getComputedStyle(cell).textAlign);
    check(sides === "right", "columns of numbers stand right");
  });

  await as("demo-municipal", phone, "the municipal police answer by a line", async (page) => {
    await open(page, "conservation");
    const line = card(page, "Rappels").locator(".recall").first();
    await line.getByText(`fiche ${note}`).waitFor();
    await line.getByText("Détruisez toutes vos copies").waitFor();
    check((await page.getByText("place fausse").count()) === 0, "why it is taken back is not told");
    await state(page, "conservation-municipal-360");
    await line.getByLabel("Combien de copies").fill("1");
    await line.getByRole("button", { name: "Répondre" }).click();
    await card(page, "Rappels").getByText("Aucun rappel à traiter").waitFor();
    await state(page, "conservation-municipal-none-360");
  });

  await as("demo-partner", { language: "en" }, "a colleague sees that it is settled", async (page) => {
    await open(page, "conservation");
    await button(page, "All").click();
    await card(page, "Recalls").getByText("settled").waitFor();
    await card(page, "Recalls").getByText("Signed receipt").click();
    check(verified(await card(page, "Recalls").locator("pre").first().innerText()), "the municipal police's receipt verifies");
    await state(page, "conservation-partner-en-1440");
  });

  for (const size of [{}, phone])
    await as("demo-analyst", { ...size, language: "en" }, "the originator has both answers", async (page) => {
      await open(page, "conservation");
      const recall = card(page, "Recalls").locator(".recall").first();
      await recall.getByText("Copies destroyed").first().waitFor();
      check((await recall.getByText("Copies destroyed").count()) === 2, "two services have answered, the others are waited for");
      await page.getByRole("slider", { name: "What ends, week by week" }).waitFor();
      await state(page, `conservation-analyst-en-${size.width ?? 1440}`);
    });

  await as("demo-auditor", {}, "a person's request is answered", async (page) => {
    await page.goto(`${base}/droits`);
    const form = page.getByRole("form", { name: "Ce qui est détenu sur une personne" });
    await form.waitFor({ timeout: 15_000 });
    await form.getByLabel("Référence de la demande").fill("DPO-26-17");
    await form.getByLabel("Noms et graphies, séparés par des virgules").fill("personne de ce nom");
    await form.getByRole("button", { name: "Chercher" }).click();
    await page.locator("main p", { hasText: "Rien n'est détenu sous ces mots." }).waitFor();
    await state(page, "droits-nothing-1440");
    await form.getByLabel("Noms et graphies, séparés par des virgules").fill("parasol");
    await form.getByRole("button", { name: "Chercher" }).click();
    const rows = page.locator("main tbody tr");
    await rows.first().waitFor();
    await state(page, "droits-found-1440");
    const before = await rows.count();
    await rows.first().getByRole("button").click();
    await state(page, "droits-sure-1440");
    await page.getByRole("group", { name: "Effacer la fiche" }).getByRole("button", { name: "Effacer la fiche" }).click();
    await page.waitForFunction((count) => document.querySelectorAll("main tbody tr").length < count, before).catch(() => undefined);
    await page.getByRole("group", { name: "Effacer la fiche" }).waitFor({ state: "detached" });
    check((await rows.count()) < before, "the note is gone with all that was found of it");
  });
  await as("demo-auditor", { ...phone, language: "en" }, "in English on a phone", async (page) => {
    await page.goto(`${base}/droits`);
    const form = page.getByRole("form", { name: "What is held on a person" });
    await form.waitFor({ timeout: 15_000 });
    await form.getByLabel("Reference of the request").fill("DPO-26-18");
    await form.getByLabel("Names and spellings, separated by commas").fill("parasol");
    await form.getByRole("button", { name: "Search" }).click();
    await page.locator("main tbody tr").first().waitFor();
    await state(page, "droits-found-en-360");
  });
  await as("demo-analyst", {}, "the erasure left its receipt", async (page) => {
    await open(page, "conservation");
    await card(page, "Effacements").locator("summary", { hasText: "Demande de la personne" }).first().click();
    check(verified(await card(page, "Effacements").locator("pre").first().innerText()), "the erasure's receipt verifies");
    await state(page, "conservation-erasures-1440");
  });
} finally {
  await end();
}
process.exit(counts());
