// Journeys of signing in, on instances that this script makes and serves itself: the first administrator by the one-time
// link, accounts and habilitations, a session that ends under one's hands, and the demonstration's roles.
//
//   node tests/web/accounts.mjs build/release/quadrille [SCREENSHOTS_FOLDER]
import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBrowser, openPage, settled } from "./browser.mjs";
import { accessible, check, counts, fits } from "./checks.mjs";

const [program, pictures] = process.argv.slice(2);
if (!program) {
  console.error("usage: node tests/web/accounts.mjs PROGRAM [SCREENSHOTS_FOLDER]");
  process.exit(2);
}
if (pictures) mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "quadrille-accounts-"));
const servers = [];

function quadrille(instance, ...words) {
  const run = spawnSync(program, [...words, "--data-dir", join(folder, instance)], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${words.join(" ")}: ${run.stderr}`);
  return run.stdout.trim();
}

// Starts a server on any free port; answers its address and the link it printed, if it did.
async function serve(instance, wantsLink, ...options) {
  const server = spawn(program, ["serve", "--port", "0", "--data-dir", join(folder, instance), ...options], { stdio: ["ignore", "pipe", "inherit"] });
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
}

// RFC 6238 with the key as an authenticator application reads it.
function totp(key, at = Date.now()) {
  const bits = [...key.replace(/\s/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const tag = createHmac("sha1", secret).update(counter).digest();
  return String((tag.readUInt32BE(tag[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function shoot(page, name) {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

const browser = await openBrowser();

async function journey(name, options, steps) {
  const page = await openPage(browser, options);
  try {
    await steps(page);
    const unexpected = page.faults.filter((fault) => !/status of 40[01349]|status of 429/.test(fault));
    check(unexpected.length === 0, `${name}: the console and the network stay clean: ${unexpected.join(" | ")}`);
  } catch (failure) {
    check(false, `${name}: ${failure.message.split("\n").slice(0, 4).join(" ")}`);
    await shoot(page, `failed-${name.replace(/\W+/g, "-")}`);
  }
  await page.context().close();
}

try {
  quadrille("real", "init");
  quadrille("real", "territory", "create", "ville", "--name", "Ma ville");
  quadrille("real", "territory", "service", "ville", "--code", "pn", "--name", "Police nationale");
  const proxySecret = "le secret que partage le mandataire";
  writeFileSync(join(folder, "proxy-secret"), `${proxySecret}\n`, { mode: 0o600 });
  const first = await serve("real", true, "--trusted-proxy-secret-file", join(folder, "proxy-secret"));
  let invitation = "";
  const password = "quatre mots sans rime";

  await journey("an instance without account", {}, async (page) => {
    await page.goto(`${first.base}/ville/physionomie`);
    await page.getByText("n'a pas encore de compte").waitFor();
    await accessible(page, "no account yet");
    check((await page.locator("input").count()) === 0, "there is nothing to type yet");
  });

  await journey("the first administrator", {}, async (page) => {
    await page.goto(first.link);
    await page.locator("form").waitFor();
    await accessible(page, "one-time link");
    await shoot(page, "invitation");
    await page.getByLabel("Identifiant").fill("admin");
    await page.getByLabel("Nom affiché").fill("Première administratrice");
    await page.getByLabel("Mot de passe").fill(password);
    const key = await page.locator("fieldset code").textContent();
    await page.getByLabel(/Code à six chiffres/).fill("000000");
    await page.getByRole("button", { name: "Ouvrir le compte" }).click();
    await page.getByRole("alert").waitFor();
    check((await page.getByRole("alert").textContent())?.includes("code") === true, "a wrong code is refused in words");
    await page.getByLabel(/Code à six chiffres/).fill(totp(key));
    await page.getByRole("button", { name: "Ouvrir le compte" }).click();
    await page.locator(".codes li").first().waitFor();
    check((await page.locator(".codes li").count()) === 10, "ten recovery codes are shown");
    await page.getByRole("button", { name: "C'est noté" }).click();
    await page.getByRole("heading", { level: 1, name: "Comptes" }).waitFor();
    check((await page.locator(".rail a").count()) === 1, "the administrator's rail has no page of content");
    await accessible(page, "accounts");
    await page.getByLabel("Identifiant").fill("martin");
    await page.getByLabel("Nom affiché").fill("A. Martin");
    await page.getByRole("button", { name: "Créer" }).click();
    await page.locator("code.link").waitFor();
    invitation = await page.locator("code.link").textContent();
    const grant = page.getByRole("form", { name: "Habiliter: A. Martin" });
    await grant.getByLabel("Rôle").selectOption("analyst");
    await grant.getByLabel(/Décision/).fill("décision 12");
    await grant.getByRole("button", { name: "Habiliter" }).click();
    await page.getByRole("button", { name: "Annuler" }).waitFor();
    await accessible(page, "a habilitation granted");
    await shoot(page, "accounts");
    await page.getByRole("button", { name: "Annuler" }).click();
    await page.getByRole("cell", { name: "révoquée" }).waitFor();
    await grant.getByLabel(/Décision/).fill("décision 13");
    await grant.getByRole("button", { name: "Habiliter" }).click();
    await page.getByRole("cell", { name: "décision 13" }).waitFor();
    const own = page.locator("details.account-card", { hasText: "Première administratrice" });
    await own.locator("summary").click();
    const grantSelf = own.getByRole("button", { name: "Habiliter", exact: true });
    check((await grantSelf.getAttribute("aria-disabled")) === "true", "nobody grants themselves");
    check((await page.locator(`[id="${await grantSelf.getAttribute("aria-describedby")}"]`).textContent())?.includes("soi-même") === true, "and is told why");
    const again = await page.context().newPage();
    await again.goto(first.link);
    await again.getByRole("heading", { name: "Ce lien ne sert plus" }).waitFor();
    await again.close();
  });

  await journey("an analyst opens the account, keyboard only", {}, async (page) => {
    await page.goto(invitation);
    await page.getByLabel("Mot de passe").focus();
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.locator("dialog[open] .purpose").waitFor();
    await accessible(page, "purpose asked");
    await shoot(page, "purpose");
    await page.keyboard.press("Escape");
    check(await page.locator("dialog[open] .purpose").isVisible(), "the purpose cannot be passed over");
    await page.getByLabel("Comprendre une évolution").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    check((await page.locator(".rail a").allTextContents()).join() === "Physionomie", "the analyst's rail has the picture and not the accounts");
  });

  await journey("wrong passwords, then the right one, then a session that ends", {}, async (page) => {
    await page.goto(`${first.base}/ville/physionomie`);
    await page.getByLabel("Identifiant").fill("martin");
    await page.getByLabel("Mot de passe").fill("wrong password");
    await page.getByRole("button", { name: "Se connecter", exact: true }).click();
    await page.getByRole("alert").waitFor();
    const wrong = await page.getByRole("alert").textContent();
    await page.getByLabel("Identifiant").fill("personne");
    await page.getByRole("button", { name: "Se connecter", exact: true }).click();
    await page.waitForTimeout(600);
    check((await page.getByRole("alert").textContent()) === wrong, "an unknown login is answered alike");
    await accessible(page, "sign-in refused");
    await page.getByLabel("Identifiant").fill("martin");
    await page.getByLabel("Mot de passe").fill(password);
    await page.getByRole("button", { name: "Se connecter", exact: true }).click();
    await page.getByLabel("Autre motif").last().fill("relève");
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.locator("details.account summary").click();
    await accessible(page, "account menu");
    check((await page.locator(".account-menu").textContent())?.includes("relève") === true, "the menu shows the purpose");
    await page.getByRole("button", { name: "Changer" }).click();
    await page.getByLabel("Autre motif").last().fill("un motif à demi écrit");
    // The session ends elsewhere; what was being typed stays.
    await page.evaluate(async () => {
      const session = await (await fetch("/api/v1/session")).json();
      await fetch("/api/v1/sessions", { method: "DELETE", headers: { "Quadrille-Csrf": session.csrf } });
    });
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.getByRole("heading", { name: "Votre session a pris fin" }).waitFor();
    const dialog = page.getByRole("dialog", { name: "Votre session a pris fin" });
    await dialog.getByLabel("Identifiant").fill("martin");
    await dialog.getByLabel("Mot de passe").fill(password);
    await dialog.getByRole("button", { name: "Se connecter", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    check((await page.getByLabel("Autre motif").last().inputValue()) === "un motif à demi écrit", "what was typed is still there");
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.locator("details.account summary").click();
    await page.getByRole("button", { name: "Se déconnecter", exact: true }).click();
    await page.getByRole("heading", { name: "Connexion" }).waitFor();
  });

  const fingerprint = "ab".repeat(32);
  let recoveryCodes = [];
  await journey("a role that comes to demand a second factor", {}, async (page) => {
    await page.goto(`${first.base}/ville/physionomie`);
    await page.getByLabel("Identifiant").fill("martin");
    await page.getByLabel("Mot de passe").fill(password);
    await page.getByRole("button", { name: "Se connecter", exact: true }).click();
    await page.getByLabel("Rendre compte").check();
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    process.env.QUADRILLE_TOKEN = quadrille("real", "account", "token", "admin", "--for", "politique", "--capabilities", "run_instance");
    quadrille("real", "access", "policy", "set", "--role", "analyst", "--second-factor", "required");
    // The session that is open hears of it at its next request.
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Second facteur demandé" }).waitFor();
    await page.locator("main").getByText("Votre rôle « Analyste » (Ma ville) demande un second facteur.").waitFor();
    check((await page.locator(".rail a").count()) === 0, "nothing of the role is left in the rail");
    const key = await page.locator("fieldset code").textContent();
    await accessible(page, "second factor demanded");
    await fits(page, "second factor demanded");
    await shoot(page, "second-factor-demanded");
    await page.getByLabel(/Code à six chiffres/).fill("000000");
    await page.getByRole("button", { name: "Activer le second facteur" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel(/Code à six chiffres/).fill(totp(key));
    await page.getByRole("button", { name: "Activer le second facteur" }).click();
    await page.locator(".codes li").first().waitFor();
    recoveryCodes = (await page.locator(".codes code").allTextContents()).map((code) => code.replace(/\s/g, ""));
    await accessible(page, "recovery codes");
    await page.getByRole("button", { name: "C'est noté" }).click();
    await page.locator(".rail a", { hasText: "Physionomie" }).waitFor();
    check((await page.getByRole("heading", { name: "Second facteur demandé" }).count()) === 0, "the role is there without signing in again");
  });

  quadrille("real", "account", "certificate", "martin", "--fingerprint", fingerprint);
  for (const [width, language, theme] of [
    [1440, "fr", "light"],
    [360, "en", "dark"],
  ])
    await journey(`a session by certificate steps up by code ${width}`, { width, height: 800, language, theme }, async (page) => {
      const french = language === "fr";
      await page.context().setExtraHTTPHeaders({ "Quadrille-Proxy-Secret": proxySecret, "Quadrille-Certificate-Fingerprint": fingerprint });
      await page.goto(`${first.base}/ville/physionomie`);
      await page.getByRole("button", { name: french ? "Se connecter avec mon certificat" : "Sign in with my certificate" }).click();
      await page.getByRole("heading", { level: 1, name: french ? "Second facteur demandé" : "Second factor demanded" }).waitFor();
      check((await page.locator("fieldset code").count()) === 0, "a second factor that is there is not replaced");
      const field = page.getByLabel(french ? /Code à six chiffres/ : /Six-digit code/);
      await field.fill("123456");
      const give = page.getByRole("button", { name: french ? "Donner le code" : "Give the code" });
      await give.click();
      await page.getByRole("alert").waitFor();
      await accessible(page, `a code to be given ${width}`);
      await fits(page, `a code to be given ${width}`);
      await shoot(page, `second-factor-step-up-${width}`);
      await field.fill(recoveryCodes.pop());
      await give.click();
      await page.locator("dialog[open] .purpose").waitFor();
      check((await page.locator(".rail a").count()) >= 1, "the role is there");
    });

  await journey("who has another role meanwhile is told above every page", { width: 360, height: 780 }, async (page) => {
    quadrille("real", "account", "grant", "martin", "--role", "patrol", "--territory", "ville", "--service", "pn", "--act", "décision 14");
    await page.context().setExtraHTTPHeaders({ "Quadrille-Proxy-Secret": proxySecret, "Quadrille-Certificate-Fingerprint": fingerprint });
    await page.goto(`${first.base}/ville/physionomie`);
    await page.getByRole("button", { name: "Se connecter avec mon certificat" }).click();
    await page.getByLabel("Rendre compte").check();
    await page.getByRole("button", { name: "Continuer" }).click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    const ribbon = page.getByRole("complementary", { name: "Second facteur demandé" });
    await accessible(page, "a role that waits beside another");
    await fits(page, "a role that waits beside another");
    await shoot(page, "second-factor-ribbon");
    await ribbon.getByRole("button", { name: "Donner le code" }).click();
    const dialog = page.getByRole("dialog", { name: "Second facteur demandé" });
    await accessible(page, "a code to be given over the page");
    await dialog.getByLabel(/Code à six chiffres/).fill(recoveryCodes.pop());
    await dialog.getByRole("button", { name: "Donner le code" }).click();
    await dialog.waitFor({ state: "detached" });
    await ribbon.waitFor({ state: "detached" });
  });
  delete process.env.QUADRILLE_TOKEN;

  quadrille("demo", "demo", "--seed", "1", "--slug", "port-demo");
  const demo = await serve("demo", false);
  for (const theme of ["light", "dark"]) {
    for (const width of [360, 1440]) {
      await journey(`the demonstration's roles ${theme} ${width}`, { theme, width, height: width === 360 ? 780 : 900 }, async (page) => {
        await page.goto(demo.base);
        await page.getByRole("button", { name: /Analyste/ }).waitFor();
        check((await page.locator(".choices li").count()) === 10, "one account a role");
        await accessible(page, `sign-in ${theme} ${width}`);
        await fits(page, `sign-in ${theme} ${width}`);
        await shoot(page, `sign-in-${theme}-${width}`);
        await page.getByRole("button", { name: /Police municipale/ }).click();
        await page.locator("dialog[open] .purpose").waitFor();
        await accessible(page, `purpose ${theme} ${width}`);
        await page.getByLabel("Rendre compte").check();
        await page.getByRole("button", { name: "Continuer" }).click();
        await page.getByRole("heading", { name: "Nombres masqués" }).waitFor();
        await page.locator("table td.number").first().waitFor();
        const numbers = (await page.locator("table td.number").allTextContents()).filter((text) => /^\d+$/.test(text.trim())).map(Number);
        check(numbers.length > 20 && numbers.every((one) => one === 0 || one >= 5), "municipal police see masked counts only");
        await accessible(page, `aggregates ${theme} ${width}`);
        await fits(page, `aggregates ${theme} ${width}`);
        await shoot(page, `aggregates-${theme}-${width}`);
        await page.locator("details.account summary").click();
        await accessible(page, `menu ${theme} ${width}`);
        await fits(page, `menu ${theme} ${width}`);
        await page.getByRole("button", { name: "Se déconnecter", exact: true }).click();
        await page.getByRole("button", { name: /Administration technique/ }).click();
        await page.getByRole("heading", { level: 1, name: "Comptes" }).waitFor();
        await page.locator("details.account-card summary").first().click();
        await accessible(page, `accounts ${theme} ${width}`);
        await fits(page, `accounts ${theme} ${width}`);
        await shoot(page, `accounts-${theme}-${width}`);
      });
    }
  }

  for (const width of [1440, 360]) {
    await journey(`a compartment ${width}`, { base: demo.base, width, height: 800, theme: width === 360 ? "dark" : "light" }, async (page) => {
      const name = `BORA-${width}`;
      await page.goto(`${demo.base}/port-demo/dossiers`);
      await page.getByRole("heading", { level: 2, name: /MISTRAL/ }).waitFor();
      await page.getByLabel("Nom de code").fill(`bora ${width}`);
      check((await page.getByLabel("Nom de code").inputValue()) === name, "what is typed becomes a code name");
      await page.getByRole("button", { name: "Ouvrir un dossier" }).click();
      const card = page.getByRole("region", { name: new RegExp(name) });
      await card.waitFor();
      const leave = card.getByRole("button", { name: `Quitter ${name}` });
      check((await leave.getAttribute("aria-disabled")) === "true", "the last member does not leave");
      check((await page.locator(`[id="${await leave.getAttribute("aria-describedby")}"]`).textContent())?.includes("Plus personne") === true, "and is told why");
      const admission = page.getByRole("form", { name: `Admettre · ${name}` });
      await admission.getByRole("combobox").selectOption("demo-commander");
      await admission.getByRole("button", { name: "Admettre" }).click();
      await card.getByText("Dominique Vasseur").first().waitFor();
      await accessible(page, `a compartment with two members ${width}`);
      await fits(page, `a compartment with two members ${width}`);
      await shoot(page, `compartment-${width}`);
      await card.getByRole("button", { name: "Écarter Dominique Vasseur" }).click();
      await accessible(page, `dismissal to be confirmed ${width}`);
      await card.getByRole("button", { name: "Confirmer" }).click();
      await page.getByRole("button", { name: "Annuler" }).click();
      await card.getByRole("button", { name: "Écarter Dominique Vasseur" }).waitFor();
      await admission.getByRole("textbox").fill("demo-partner");
      await admission.getByRole("button", { name: "Admettre" }).click();
      await page.getByRole("alert").waitFor();
      check((await page.getByRole("alert").textContent())?.includes("ne peut être admis") === true, "a partner is not admitted");
      // A note inside, from the form.
      await page.goto(`${demo.base}/port-demo/fiches/nouvelle`);
      await page.getByLabel(/Ce qui a été vu/).fill("Deux vendeurs devant le hall, relève vers 18 h");
      await page.getByText("Resserrer").click();
      await page.getByRole("checkbox", { name }).check();
      await accessible(page, `marking with a compartment ${width}`);
      await fits(page, `marking with a compartment ${width}`);
      await shoot(page, `marking-${width}`);
      check((await page.locator(".marking-line").textContent())?.includes(`membres de ${name}`) === true, "the marking says who reads");
      await page.goto(`${demo.base}/port-demo/dossiers`);
      await card.getByRole("button", { name: `Clôturer ${name}` }).click();
      await card.getByRole("button", { name: "Confirmer" }).click();
      await card.getByText("rien ni personne n’y entre plus").waitFor();
      await accessible(page, `a closed compartment ${width}`);
    });
  }

  for (const width of [1440, 360]) {
    await journey(`one's own tokens ${width}`, { base: demo.base, width, height: 800, theme: width === 360 ? "dark" : "light" }, async (page) => {
      const label = `QGIS ${width}`;
      await page.goto(`${demo.base}/port-demo/dossiers`);
      await page.locator("details.account summary").click();
      await page.getByRole("button", { name: "Jetons de programmes" }).click();
      const dialog = page.getByRole("dialog", { name: "Jetons de programmes" });
      await dialog.getByRole("button", { name: "Faire le jeton" }).waitFor();
      check((await dialog.getByRole("button", { name: "Faire le jeton" }).getAttribute("aria-disabled")) === "true", "a token that may do nothing is not made");
      await dialog.getByLabel("Nom", { exact: true }).fill(label);
      await dialog.getByLabel("À quoi il sert").fill("cartes du comité");
      await dialog.getByLabel(/Durée/).fill("30");
      check((await dialog.getByRole("checkbox", { name: /gérer les comptes/ }).count()) === 0, "a token may do nothing that its person may not");
      await dialog.getByRole("checkbox", { name: /exporter des nombres masqués/ }).check();
      await accessible(page, `a token to be made ${width}`);
      await dialog.getByRole("button", { name: "Faire le jeton" }).click();
      await dialog.getByText("il ne sera plus montré").waitFor();
      const secret = await dialog.locator("code.secret").textContent();
      check(/^qdr_.{43}$/.test(secret ?? ""), "the token is shown");
      const own = await page.context().request.get(`${demo.base}/api/v1/territories/port-demo/exports/sectors.csv`, { headers: { Authorization: `Bearer ${secret}` } });
      check(own.ok(), "and opens what it was made for");
      await accessible(page, `a token made ${width}`);
      await fits(page, `a token made ${width}`);
      await shoot(page, `tokens-${width}`);
      await dialog.getByRole("button", { name: "Fermer" }).click();
      await dialog.waitFor({ state: "detached" });
      await page.locator("details.account summary").click();
      await page.getByRole("button", { name: "Jetons de programmes" }).click();
      await dialog.getByRole("button", { name: `Révoquer: ${label}` }).waitFor();
      check((await dialog.locator("code.secret").count()) === 0, "it is shown once");
      check((await dialog.locator("li.token", { hasText: label }).textContent())?.includes("exporter des nombres masqués") === true, "what it may do stays written");
      await dialog.getByRole("button", { name: `Révoquer: ${label}` }).click();
      await dialog.locator("li.token", { hasText: label }).getByRole("button", { name: "Révoquer", exact: true }).click();
      await dialog.locator("li.token", { hasText: label }).getByText(/révoqué le/).waitFor();
      const after = await page.context().request.get(`${demo.base}/api/v1/territories/port-demo/exports/sectors.csv`, { headers: { Authorization: `Bearer ${secret}` } });
      check(after.status() === 401, "once revoked it opens nothing");
      await accessible(page, `a token revoked ${width}`);
    });
  }

  await journey("whoever patrols is told why they open no compartment", { base: demo.base, login: "demo-patrol" }, async (page) => {
    await page.goto(`${demo.base}/port-demo/dossiers`);
    await page.getByRole("heading", { name: "Vous n’êtes dans aucun dossier cloisonné." }).waitFor();
    check((await page.locator("main").textContent())?.includes("MISTRAL") === false, "others' compartments are not there");
    const open = page.getByRole("button", { name: "Ouvrir un dossier" });
    await open.focus();
    check((await open.getAttribute("aria-disabled")) === "true" && (await page.locator(`[id="${await open.getAttribute("aria-describedby")}"]`).isVisible()), "the button is reached and says why it is off");
    await accessible(page, "no compartment");
  });

  await journey("an analyst of the demonstration in English", { language: "en", base: demo.base, purpose: "" }, async (page) => {
    await page.goto(`${demo.base}/port-demo/physionomie`);
    await page.getByLabel("Understand a change").check();
    await page.getByRole("button", { name: "Go on" }).click();
    await settled(page);
    check((await page.locator(".findings li").count()) >= 1, "the picture is there once the purpose is said");
    await page.goto(`${demo.base}/comptes`);
    await page.locator(".rail").waitFor();
    check((await page.getByRole("heading", { name: "Accounts" }).count()) === 0, "the accounts are not the analyst's");
  });
} finally {
  for (const server of servers) server.kill();
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(counts());
