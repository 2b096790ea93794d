// Journeys through the page as its users take them, with axe-core on every state, both themes, 360 and 1440 px.
//
//   node tests/web/run.mjs http://localhost:8080
import { openBrowser, openPage, settled } from "./browser.mjs";
import { accessible, check, counts } from "./checks.mjs";

const base = process.argv[2];
if (!base) {
  console.error("usage: node tests/web/run.mjs BASE_URL");
  process.exit(2);
}
async function journey(name, options, steps) {
  const page = await openPage(browser, { base, ...options });
  try {
    await steps(page);
    check(page.faults.length === 0, `${name}: the console and the network stay clean: ${page.faults.join(" | ")}`);
  } catch (failure) {
    check(false, `${name}: ${failure.message.split("\n").slice(0, 4).join(" ")}`);
  }
  await page.context().close();
}

const browser = await openBrowser();
const first = await openPage(browser, { base });
const instance = await (await first.context().request.get(`${base}/api/v1/instance`)).json();
await first.context().close();
const slug = instance.territories.find((one) => one.simulated)?.slug;
const open = async (page, path = `/${slug}/physionomie`) => {
  await page.goto(base + path);
  await settled(page);
};

await journey("a first visit", {}, async (page) => {
  await page.goto(base);
  await settled(page);
  check(page.url().includes(`/${instance.territories[0].slug}/physionomie`), "the first territory opens by itself");
  check(await page.locator("html").getAttribute("lang").then((lang) => lang === "fr"), "French is the default");
  check((await page.locator(".findings li").count()) >= 1, "what changed is listed");
  check((await page.locator(".findings li").count()) <= 7, "at most seven lines");
  check(await page.locator(".ribbon").isVisible(), "simulated data are marked");
  await page.locator(".map canvas").waitFor({ timeout: 20_000 });
  await page.locator(".map-label").first().waitFor({ timeout: 20_000 });
  check((await page.locator(".map-label").count()) > 5, "sectors are named on the map");
  check((await page.locator("table.sectors tbody tr").count()) === 30, "thirty sectors are ranked");
  check((await page.locator(".weeks-chart svg").count()) >= 1, "the weeks are drawn");
});

await journey("filters live in the address", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "30 jours" }).click();
  await settled(page);
  check(page.url().includes("du="), "the period is in the address");
  await page.getByRole("button", { name: /Constatés/ }).click();
  await settled(page);
  check(page.url().includes("canal=constates"), "the channel is in the address");
  const address = page.url();
  const title = await page.locator(".page-title p").textContent();
  await page.goBack();
  await settled(page);
  check(!page.url().includes("canal="), "Back undoes the last setting");
  await page.goto(address);
  await settled(page);
  check((await page.locator(".page-title p").textContent()) === title, "the same address shows the same picture");
});

await journey("a sector from the list to map and chart", {}, async (page) => {
  await open(page);
  const button = page.locator("table.sectors tbody th button").first();
  const name = (await button.textContent())?.trim() ?? "";
  await button.click();
  await page.locator("tr.picked").waitFor();
  check(page.url().includes("secteur="), "the sector is in the address");
  check((await page.locator("#weeks-title").textContent())?.includes(name) === true, "the chart shows the sector");
  check((await page.locator("tr.picked").count()) === 1, "its row is marked");
  await page.keyboard.press("Escape");
  await page.locator("tr.picked").waitFor({ state: "detached", timeout: 5_000 });
  check(!page.url().includes("secteur="), "Escape leaves the sector");
});

await journey("layers, tables and legends", {}, async (page) => {
  await open(page);
  for (const layer of ["Densité", "Points chauds", "Foyers", "Secteurs"]) {
    await page.getByRole("button", { name: layer, exact: true }).click();
    await page.locator(".legend").waitFor();
    check((await page.locator(".legend li").count()) >= 2, `${layer} has a legend`);
    await page.locator(".map-card header button.plain").click();
    await page.locator(".map-card table").waitFor();
    check((await page.locator(".map-card tbody tr").count()) >= 1, `${layer} has its table`);
    await accessible(page, `table of ${layer}`);
    await page.locator(".map-card header button.plain").click();
  }
});

await journey("keyboard only", {}, async (page) => {
  await open(page);
  await page.keyboard.press("/");
  await page.locator("dialog[open] input").waitFor();
  await accessible(page, "search open");
  await page.keyboard.type("catalpas");
  await page.keyboard.press("Enter");
  await page.locator("dialog.search").waitFor({ state: "detached" });
  check(page.url().includes("secteur="), "a sector is found by typing");
  await page.keyboard.press("?");
  await page.locator("dialog[open] .keys").waitFor();
  await accessible(page, "keys open");
  await page.keyboard.press("Escape");
  await page.keyboard.press("4");
  check(page.url().includes("couche=foyers"), "4 shows the clusters");
  await page.locator("body").click({ position: { x: 5, y: 400 } });
  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement !== document.body), "Tab moves the focus");
});

await journey("both languages", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "English" }).click();
  await page.locator("html[lang=en]").waitFor({ state: "attached", timeout: 5_000 });
  check((await page.locator("h1").textContent()) === "Picture", "the title is English");
  check(/\d (January|February|March|April|May|June|July|August|September|October|November|December) \d{4}/.test((await page.locator(".findings").textContent()) ?? ""), "findings are English too");
  await page.reload();
  await settled(page);
  check((await page.locator("h1").textContent()) === "Picture", "the choice is kept");
});

await journey("a study is saved and run again", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "Enregistrer comme étude" }).click();
  await page.locator("dialog[open]").waitFor();
  await accessible(page, "study dialog open");
  await page.locator("dialog[open] input").fill("Nuit du 31");
  await page.getByRole("button", { name: "Enregistrer", exact: true }).click();
  await page.locator(".studies li").first().waitFor();
  await page.getByRole("button", { name: "Refaire: Nuit du 31" }).first().click();
  await page.getByText("identique, octet pour octet").first().waitFor({ timeout: 30_000 });
  check(true, "it is the same");
});

await journey("categories narrow the picture", {}, async (page) => {
  await open(page);
  await page.locator(".picker summary").click();
  await page.locator(".picker-list input[type=checkbox]").first().check();
  await settled(page);
  check(page.url().includes("categories="), "the category is in the address");
  await accessible(page, "picker open");
});

// The server's jobs as this test tells them: slow without a slow machine. `tell` says how far the job is from now on,
// `next` how far those are that begin from now on, whatever is told of the others; `begun` and `cancelled` are the jobs'
// numbers.
async function slowJobs(page) {
  const slow = { begun: [], cancelled: [], tell: { state: "running", share_done: 0.1, seconds_left: 14 }, next: null };
  const own = new Map();
  const answer = (id, told) => ({ contentType: "application/json", body: JSON.stringify({ id, kind: "picture", seconds: 1, seconds_left: null, problem: null, share_done: 0, ...told }) });
  await page.route(/\/jobs(\?|$)/, (route) => {
    const id = slow.begun.length + 1;
    slow.begun.push(id);
    if (slow.next) own.set(id, slow.next);
    return route.fulfill({ status: 201, ...answer(id, own.get(id) ?? slow.tell) });
  });
  await page.route(/\/jobs\/\d+/, (route) => {
    const id = Number(/\/jobs\/(\d+)/.exec(route.request().url())[1]);
    if (route.request().method() !== "DELETE") return route.fulfill(answer(id, own.get(id) ?? slow.tell));
    slow.cancelled.push(id);
    return route.fulfill(answer(id, { state: "cancelled", share_done: 0.1 }));
  });
  return slow;
}

await journey("a long picture shows how far it is", {}, async (page) => {
  await open(page);
  const slow = await slowJobs(page);
  await page.getByRole("button", { name: "30 jours" }).click();
  const bar = page.getByRole("progressbar", { name: "Calcul de la physionomie" });
  await bar.waitFor();
  check((await bar.getAttribute("aria-valuenow")) === "10", "the share is told to a screen reader");
  check((await bar.getAttribute("aria-valuetext")) === "10 %, encore 14 s environ", "so is the time left");
  check(await page.locator(".findings").isVisible(), "the picture before stays in sight");
  await accessible(page, "a picture under way");
  slow.tell = { state: "running", share_done: 0.6, seconds_left: 5 };
  await page.locator("[role=progressbar][aria-valuenow='60']").waitFor();
  await page.locator("[aria-live=polite]", { hasText: "50 %" }).waitFor({ state: "attached" });
  slow.tell = { state: "done", share_done: 1 };
  await bar.waitFor({ state: "detached" });
  await settled(page);
  await page.locator("[aria-live=polite]", { hasText: "La physionomie est prête." }).waitFor({ state: "attached" });
  check((await page.getByRole("button", { name: "30 jours" }).getAttribute("aria-pressed")) === "true", "then it is there");
  check(slow.cancelled.length === 0, "nothing was cancelled");
});

await journey("a long picture can be cancelled by mouse and by keyboard", {}, async (page) => {
  await open(page);
  const before = { address: page.url(), title: await page.locator(".page-title p").textContent() };
  for (const cancel of [() => page.getByRole("button", { name: "Annuler" }).click(), () => page.keyboard.press("Escape")]) {
    const slow = await slowJobs(page);
    await page.getByRole("button", { name: "30 jours" }).click();
    await page.getByRole("progressbar").waitFor();
    check(page.url() !== before.address, "the address asks for the new picture");
    // Of the picture that is gone back to. The one on its way stays so, however long it takes to cancel it: were it done
    // meanwhile, there would be nothing left to cancel.
    slow.next = { state: "done", share_done: 1 };
    const cancelling = page.waitForResponse((response) => response.request().method() === "DELETE");
    await cancel();
    await cancelling;
    await page.getByRole("progressbar").waitFor({ state: "detached" });
    await settled(page);
    check(page.url() === before.address, "the address is that of the picture before");
    check((await page.locator(".page-title p").textContent()) === before.title, "and so is the picture");
    check(slow.cancelled.join() === "1", `the job is cancelled on the server (${slow.cancelled.join()})`);
    check(await page.evaluate(() => document.activeElement?.id === "content"), "the focus is on the content, not lost");
    await page.unroute(/\/jobs(\?|$)/);
    await page.unroute(/\/jobs\/\d+/);
  }
});

await journey("a new filter cancels the picture of the one before", {}, async (page) => {
  await open(page);
  const slow = await slowJobs(page);
  await page.getByRole("button", { name: "30 jours" }).click();
  await page.getByRole("progressbar").waitFor();
  const cancelling = page.waitForRequest((request) => request.method() === "DELETE");
  await page.getByRole("button", { name: /Constatés/ }).click();
  await cancelling;
  slow.tell = { state: "done", share_done: 1 };
  await settled(page);
  check(slow.cancelled.join() === "1" && slow.begun.length === 2, `one begun for each, the first cancelled (${slow.begun.join()}; ${slow.cancelled.join()})`);
  check(page.url().includes("canal=constates"), "the new filter stands");
});

await journey("a first picture that is cancelled leaves a way back", {}, async (page) => {
  const slow = await slowJobs(page);
  await page.goto(`${base}/${slug}/physionomie`);
  await page.getByRole("button", { name: "Annuler" }).click();
  await page.getByText("il n'y a pas de physionomie à montrer").waitFor();
  await accessible(page, "nothing to show");
  slow.tell = { state: "done", share_done: 1 };
  await page.getByRole("button", { name: "Recommencer" }).click();
  await settled(page);
  check((await page.locator(".findings li").count()) >= 1, "and then it is there");
});

await journey("wrong addresses", {}, async (page) => {
  await page.goto(`${base}/atlantide/physionomie`);
  await page.locator("main.empty h1").waitFor();
  check((await page.locator("main.empty").textContent())?.includes("atlantide") === true, "an unknown territory is named");
  await accessible(page, "unknown territory");
  page.faults.length = 0;
  await page.goto(`${base}/${slug}/physionomie?du=2025-05-02&au=2025-05-01`);
  await page.locator("[role=alert]").waitFor();
  check(await page.getByRole("button", { name: "Revenir aux 90 derniers jours" }).isVisible(), "a refused period offers a way back");
  await accessible(page, "refusal");
  page.faults.length = 0;
});

for (const theme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    await journey(`accessibility ${theme} ${width}`, { theme, width, height: width === 360 ? 780 : 900 }, async (page) => {
      await open(page);
      await accessible(page, `${theme}, ${width} px`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(overflow <= 0, `nothing sticks out at ${width} px (${overflow})`);
    });
  }
}

for (const territory of instance.territories.filter((one) => !one.simulated)) {
  await journey(`real data: ${territory.slug}`, {}, async (page) => {
    const started = Date.now();
    await page.goto(`${base}/${territory.slug}/physionomie`);
    await page.locator(".findings li").first().waitFor({ timeout: 30_000 });
    console.log(`        ${territory.slug}: what changed is shown ${Date.now() - started} ms after navigation`);
    await settled(page);
    check((await page.locator(".ribbon").count()) === 0, "real data are not marked simulated");
    check((await page.locator(".findings").textContent())?.includes("ne sont pas observés") === true, "unobserved days are said");
    await accessible(page, territory.slug);
  });
}

await browser.close();
process.exit(counts());
