// The journey of a note on an instance that this script makes and serves itself: a patrol writes four lines on a phone,
// an analyst verifies, another service enriches, the match is seen, and it goes to attributed and to its result.
//
//   node tests/web/notes.mjs build/release/quadrille [SCREENSHOTS_FOLDER]
import { check, counts } from "./checks.mjs";
import { button, demonstration, phone } from "./demonstration.mjs";

const { slug, base, state, as, end } = await demonstration({ purpose: "Suivi du quartier", fullPage: false });
// One grey pixel.
const picture = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");

const ask = async (page, path) => (await page.request.get(`${base}/api/v1/territories/${slug}${path}`)).json();
const stage = (page, name) => page.locator(".note-head .stage", { hasText: name }).waitFor({ timeout: 15_000 });

let known = null; // a note of the demonstration with an exact place, for the match
let code = "";

try {
  await as("demo-analyst", {}, "the list", async (page) => {
    const notes = (await ask(page, "/notes?limit=100")).notes;
    known = notes.find((note) => note.point !== null && note.channel === "patrol");
    check(known !== undefined, "the demonstration has notes with a place");
    await page.goto(`${base}/${slug}/fiches`);
    await page.locator(".note-row").first().waitFor({ timeout: 15_000 });
    await state(page, "fiches-list-1440");
    await page.getByRole("link", { name: "Demandes" }).click();
    await page.locator("#requests-title").waitFor();
    await state(page, "fiches-requests-1440");
    await page.goBack();
    await page.locator(".note-row").first().waitFor();
  });

  await as("demo-patrol", phone, "four lines on a phone", async (page) => {
    await page.context().grantPermissions(["geolocation"], { origin: base });
    await page.context().setGeolocation({ longitude: known.point[0], latitude: known.point[1], accuracy: 12 });
    await page.goto(`${base}/${slug}/fiches`);
    await page.locator(".note-row").first().waitFor({ timeout: 15_000 });
    await state(page, "fiches-list-360");
    const begun = Date.now();
    await button(page, "+ Nouvelle fiche").click();
    const facts = page.getByLabel("Ce qui a été vu ou entendu");
    // What names a person is refused, with what was written kept.
    await facts.fill("Momo Benali vend au pied du bloc 4");
    await button(page, "Ici").click();
    await page.getByText("Ici, à 12 m près").waitFor();
    await button(page, "Envoyer la fiche").click();
    await page.locator("#facts-problem").waitFor();
    await state(page, "fiches-refused-360");
    await facts.fill("");
    // As a person types: twenty letters a second.
    await facts.pressSequentially("Deux vendeurs et un guetteur au pied du bloc 4, clients à pied", { delay: 50 });
    await button(page, "Maintenant").click();
    await page.getByLabel("Quel produit").selectOption("cannabis_resin");
    await state(page, "fiches-entry-360");
    await button(page, "Envoyer la fiche").click();
    await page.locator(".note-head").waitFor();
    const seconds = (Date.now() - begun) / 1000;
    check(seconds < 60, `a note of four lines takes less than a minute, a refusal and the checks included (${seconds.toFixed(1)} s)`);
    await page.locator("input[type=file]").first().setInputFiles({ name: "hall.png", mimeType: "image/png", buffer: picture });
    await button(page, "Envoyer 1 pièce").click();
    await button(page, "Photographie 1").waitFor();
    await button(page, "Photographie 1").click();
    await page.getByRole("img", { name: "Photographie 1" }).waitFor();
    await state(page, "fiches-note-360");
    code = new URL(page.url()).pathname.split("/").at(-1);
    check(/^[a-z2-7]{16}$/.test(code), `the address names the note (${code})`);
    check((await button(page, "Prendre en charge").getAttribute("aria-disabled")) === "true", "a patrol sees the step it may not take, and why");
  });

  await as("demo-analyst", {}, "verified and deconflicted", async (page) => {
    await page.goto(`${base}/${slug}/fiches/${code}`);
    await stage(page, "Reçue");
    await button(page, "Prendre en charge").click();
    await button(page, "Vérifier").and(page.locator("[aria-disabled=false]")).click();
    await page.getByLabel("Évaluation (A–F)").selectOption("B");
    await state(page, "fiches-verify-1440");
    await button(page, "Valider : vérifier").click();
    await stage(page, "Vérifiée");
    check((await page.locator(`.matches a[href*="${known.id}"]`).count()) > 0, "the note on the same spot is among the matches");
    await page.locator(".matches").scrollIntoViewIfNeeded();
    await state(page, "fiches-matches-1440");
    await button(page, "Écarter les conflits").click();
    await page.getByLabel("Ce qu'a donné la recherche de conflits").fill("Aucun autre service sur ce lieu");
    await button(page, "Valider : écarter les conflits").click();
    await stage(page, "Sans conflit");
    await state(page, "fiches-note-1440");
  });

  await as("demo-duty_officer", { width: 1440, theme: "dark" }, "enriched by another service", async (page) => {
    await page.goto(`${base}/${slug}/fiches/${code}`);
    await stage(page, "Sans conflit");
    await button(page, "Ajouter").click();
    const form = page.locator("form.entry");
    await form.getByLabel("Ce qui a été vu ou entendu").fill("Confirmé par deux passages, approvisionnement vers 18 h");
    await form.getByLabel("Secteur").selectOption({ index: 1 });
    await form.getByRole("button", { name: "Maintenant" }).click();
    await state(page, "fiches-enrich-dark-1440");
    await form.getByRole("button", { name: "Ajouter", exact: true }).click();
    await page.locator(".additions", { hasText: "Confirmé par deux passages" }).waitFor();
  });

  await as("demo-analyst", { language: "fr" }, "attributed, and the result", async (page) => {
    await page.goto(`${base}/${slug}/fiches/${code}`);
    await stage(page, "Sans conflit");
    await button(page, "Déclarer enrichie").click();
    await stage(page, "Enrichie");
    await button(page, "Attribuer sans le parquet").click();
    await button(page, "Valider : attribuer sans le parquet").click();
    await stage(page, "Attribuée");
    await button(page, "Noter le résultat").click();
    await page.getByRole("spinbutton", { name: "Interpellations" }).fill("2");
    await page.getByRole("spinbutton", { name: "dont présentées à un juge" }).fill("1");
    await page.getByLabel("En quelques mots").fill("Point interrompu pendant l'opération");
    await state(page, "fiches-result-1440");
    await button(page, "Valider : noter le résultat").click();
    await stage(page, "Résultat");
    await state(page, "fiches-over-1440");
  });

  await as("demo-analyst", {}, "who reads it is previewed, changed and undone", async (page) => {
    await page.goto(`${base}/${slug}/fiches/${code}`);
    await button(page, "Changer qui la lit").focus();
    await page.keyboard.press("Enter");
    const form = page.locator(".remark-form");
    const apply = form.getByRole("button", { name: "Appliquer" });
    check((await form.getByRole("button", { name: "Voir qui la lira" }).getAttribute("aria-disabled")) === "true", "nothing to preview before something changes");
    await form.getByLabel("Usage").selectOption("h2");
    const shared = form.locator("fieldset", { hasText: "Partagée avec" }).locator("input:checked");
    const before = await shared.count();
    check(before > 0, "the note is shared");
    while ((await shared.count()) > 0) await shared.first().uncheck();
    check((await apply.getAttribute("aria-disabled")) === "true", "a change is seen before it is made");
    await form.getByRole("button", { name: "Voir qui la lira" }).click();
    await form.locator(".preview dt", { hasText: "Ne la liront plus" }).waitFor();
    check((await form.locator(".preview td", { hasText: "avec l'accord du service d'origine" }).count()) >= 1, "the preview says which uses change");
    check((await apply.getAttribute("aria-disabled")) === "true", "a change without a reason is not made");
    await form.getByLabel("Pourquoi").fill("Partagée trop largement");
    await state(page, "fiches-remark-1440");
    await apply.click();
    await button(page, "Annuler le changement").waitFor();
    check((await ask(page, `/notes/${code}`)).note.marking.services.length === 0, "the marking holds at once");
    await state(page, "fiches-remarked-1440");
    await button(page, "Annuler le changement").click();
    await button(page, "Annuler le changement").waitFor({ state: "detached" });
    const marking = (await ask(page, `/notes/${code}`)).note.marking;
    check(marking.services.length === before && marking.handling === "h0", "undone, it is as it was");
    await button(page, "La garder moins longtemps").click();
    await form.getByLabel("Gardée jusqu'au").fill("2020-01-01");
    check((await form.getByRole("button", { name: "Réduire la conservation" }).getAttribute("aria-disabled")) === "true", "a day that is past is refused with the reason");
    const last = await form.getByLabel("Gardée jusqu'au").getAttribute("max");
    const sooner = new Date(new Date(`${last}T12:00:00Z`).getTime() - 7 * 86_400_000).toISOString().slice(0, 10);
    await form.getByLabel("Gardée jusqu'au").fill(sooner);
    await form.getByLabel("Pourquoi").fill("Sans suite");
    await button(page, "Réduire la conservation").click();
    await form.waitFor({ state: "detached" });
    check((await ask(page, `/notes/${code}`)).note.retain_until < `${last}T00:00:00Z`, "kept for a week less");
  });

  await as("demo-duty_officer", { ...phone, language: "en" }, "another service sees it off, with the reason", async (page) => {
    await page.goto(`${base}/${slug}/fiches/${code}`);
    const change = button(page, "Change who reads it");
    await change.waitFor();
    check((await change.getAttribute("aria-disabled")) === "true", "who did not write it changes nothing");
    await page.getByText("Only the service that wrote the note changes its marking and its keeping.").waitFor();
    await change.scrollIntoViewIfNeeded();
    await state(page, "fiches-remark-off-360-en");
  });

  await as("demo-analyst", { ...phone, language: "en" }, "marking on a phone, in English", async (page) => {
    await page.goto(`${base}/${slug}/fiches/${code}`);
    await button(page, "Change who reads it").click();
    const form = page.locator(".remark-form");
    await form.getByLabel("Handling").selectOption("h3");
    await form.getByLabel("Deny persons").fill("demo-nobody");
    await form.getByRole("button", { name: "See who will read it" }).click();
    await form.locator("[role=alert]").waitFor();
    await form.getByLabel("Deny persons").fill("");
    await form.getByRole("button", { name: "See who will read it" }).click();
    await form.locator(".preview").waitFor();
    await form.locator(".preview").scrollIntoViewIfNeeded();
    await state(page, "fiches-remark-360-en");
  });

  await as("demo-patrol", phone, "the author learns what became of it", async (page) => {
    await page.goto(`${base}/${slug}/fiches/${code}`);
    await stage(page, "Résultat");
    await page.getByText("2 interpellations, dont 1 présentée à un juge").waitFor();
    await state(page, "fiches-over-360");
  });

  await as("demo-partner", phone, "a partner follows its own", async (page) => {
    await page.goto(`${base}/${slug}/fiches`);
    await page.locator(".note-row").first().waitFor();
    await state(page, "fiches-partner-360");
    await page.goto(`${base}/${slug}/fiches/${code}`);
    await page.locator("[role=alert]").waitFor();
    const refused = (await page.locator("[role=alert]").first().innerText()).trim();
    await page.goto(`${base}/${slug}/fiches/aaaaaaaaaaaaaaaa`);
    await page.locator("[role=alert]").waitFor();
    check((await page.locator("[role=alert]").first().innerText()).trim() === refused, "a note one may not read answers as one that does not exist");
  });

  await as("demo-duty_officer", {}, "the duty desk", async (page) => {
    await page.goto(`${base}/${slug}/conflits`);
    await page.getByRole("heading", { level: 1, name: "Conflits" }).waitFor();
    await state(page, "conflits-1440");
  });
} finally {
  await end();
}
process.exit(counts());
