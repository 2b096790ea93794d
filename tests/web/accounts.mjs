// Journeys of signing in, on instances that this script makes and serves itself: the first administrator by the one-time
// link, accounts and habilitations, a session that ends under one's hands, and the demonstration's roles.
//
//   node tests/web/accounts.mjs build/release/quadrille [SCREENSHOTS_FOLDER]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { settled } from "./browser.mjs";
import { accessible, check, counts, fits } from "./checks.mjs";
import { button, openStage } from "./stage.mjs";
import { totp } from "./totp.mjs";

const { folder, run: quadrille, serve, shoot, state, journey, end } = await openStage({ fullPage: true, refusals: /status of 40[01349]|status of 429/ });

// What a camera reads of the page.
async function scanned(page) {
  const { width, height, data } = PNG.sync.read(await page.locator("svg.qr").screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}
// The QR code, the link and the key that the page shows say the same; answers the key.
async function shownKey(page) {
  const key = ((await page.locator("code.key").textContent()) ?? "").replace(/\s/g, "");
  const link = await page.locator(".enrolment a").getAttribute("href");
  check((await scanned(page)) === link, "the QR code holds the link");
  check(new URL(link ?? "").searchParams.get("secret") === key, "and the link the key");
  return key;
}

try {
  quadrille("real", "init");
  quadrille("real", "territory", "create", "ville", "--name", "Ma ville");
  quadrille("real", "territory", "service", "ville", "--code", "pn", "--name", "Police nationale");
  const proxySecret = "le secret que partage le mandataire";
  writeFileSync(join(folder, "proxy-secret"), `${proxySecret}\n`, { mode: 0o600 });
  const first = await serve("real", { wantsLink: true, options: ["--trusted-proxy-secret-file", join(folder, "proxy-secret")] });
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
    const key = await shownKey(page);
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
    const key = await shownKey(page);
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
      check((await page.locator("code.key").count()) === 0, "a second factor that is there is not replaced");
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
  // Signs martin in by password and code, says why, and opens the account from the name.
  const openOwnAccount = async (page, french, code) => {
    await page.goto(`${first.base}/ville/physionomie`);
    const sign = button(page, french ? "Se connecter" : "Sign in");
    await page.getByLabel(french ? "Identifiant" : "Login").fill("martin");
    await page.getByLabel(french ? "Mot de passe" : "Password").fill(password);
    await sign.click();
    if (code !== null) {
      await page.getByLabel(french ? /Code à six chiffres/ : /Six-digit code/).fill(code);
      await sign.click();
    }
    await page.getByLabel(french ? "Rendre compte" : "Report").check();
    await button(page, french ? "Continuer" : "Go on").click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.locator("details.account summary").click();
    await page.getByRole("link", { name: french ? "Mon compte" : "My account" }).click();
    await page.getByRole("heading", { level: 1, name: french ? "Mon compte" : "My account" }).waitFor();
    await page.locator("main[aria-busy=false]").waitFor();
  };
  for (const [width, language, theme] of [
    [1440, "fr", "light"],
    [360, "en", "dark"],
  ])
    await journey(`another telephone ${width}`, { width, height: 800, language, theme }, async (page) => {
      const french = language === "fr";
      await openOwnAccount(page, french, recoveryCodes.pop());
      const factor = page.getByRole("region", { name: french ? "Second facteur" : "Second factor" });
      check(/Actif depuis le|Active since/.test((await factor.textContent()) ?? ""), "since when it is in force is said");
      const giveUp = button(factor, french ? "Renoncer au second facteur" : "Give up the second factor");
      check((await giveUp.getAttribute("aria-disabled")) === "true", "what a role demands is not given up");
      check(/demande un second facteur|demands a second factor/.test((await page.locator(`[id="${await giveUp.getAttribute("aria-describedby")}"]`).textContent()) ?? ""), "and the role is named");
      await state(page, `own-account-${width}`);
      const change = button(factor, french ? "Changer de téléphone" : "Change telephone");
      const field = factor.getByLabel(french ? /Code à six chiffres/ : /Six-digit code/);
      const go = button(factor, french ? "Continuer" : "Go on");
      await change.click();
      check(await field.evaluate((input) => input === document.activeElement), "the keyboard is taken along");
      await field.fill("000000");
      await go.click();
      await factor.getByRole("alert").waitFor();
      check((await page.locator("svg.qr").count()) === 0, "no new telephone without the present one");
      await state(page, `telephone-proof-${width}`);
      await field.fill(recoveryCodes.pop());
      await go.click();
      await page.locator("svg.qr").waitFor();
      await button(factor, french ? "Annuler" : "Cancel").click();
      await change.click();
      await field.fill(recoveryCodes.pop());
      await go.click();
      const key = await shownKey(page);
      await state(page, `telephone-new-${width}`);
      await field.fill("000000");
      await button(factor, french ? "Mettre en service" : "Put in force").click();
      await factor.getByRole("alert").waitFor();
      await field.fill(totp(key));
      await button(factor, french ? "Mettre en service" : "Put in force").click();
      await page.locator(".codes li").first().waitFor();
      recoveryCodes = (await page.locator(".codes code").allTextContents()).map((code) => code.replace(/\s/g, ""));
      await state(page, `telephone-codes-${width}`);
      await factor.locator("button.action").click();
      await factor.getByText(french ? "Il vous reste 10 codes de secours." : "You have 10 recovery codes left.").waitFor();
      check((await page.locator("[aria-live=polite]").first().textContent())?.includes(french ? "nouveau téléphone" : "new telephone") === true, "it is read out");
    });

  await journey("a second factor given up where no role demands it", {}, async (page) => {
    quadrille("real", "access", "policy", "set", "--role", "analyst", "--second-factor", "free");
    await openOwnAccount(page, true, recoveryCodes.pop());
    const factor = page.getByRole("region", { name: "Second facteur" });
    await button(factor, "Renoncer au second facteur").click();
    await factor.getByText("Le mot de passe seul suffira").waitFor();
    await state(page, "second-factor-given-up");
    await button(factor, "Annuler").click();
    await button(factor, "Renoncer au second facteur").click();
    await factor.getByLabel(/Code à six chiffres/).fill("000000");
    await button(factor, "Renoncer au second facteur").click();
    await factor.getByRole("alert").waitFor();
    await factor.getByLabel(/Code à six chiffres/).fill(recoveryCodes.pop());
    await button(factor, "Renoncer au second facteur").click();
    await factor.getByText("Vous n’avez pas de second facteur").waitFor();
    await button(factor, "Activer le second facteur").click();
    await shownKey(page);
    await button(factor, "Annuler").click();
    await page.locator("details.account summary").click();
    await button(page, "Se déconnecter").click();
    await page.getByRole("heading", { name: "Connexion" }).waitFor();
    await openOwnAccount(page, true, null);
    check((await factor.textContent())?.includes("Vous n’avez pas de second facteur") === true, "and the password is enough again");
  });
  delete process.env.QUADRILLE_TOKEN;

  quadrille("demo", "demo", "--seed", "1", "--slug", "port-demo");
  const demo = await serve("demo");
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
      await page.goto(`${demo.base}/compte`);
      const card = page.getByRole("region", { name: "Jetons de programmes" });
      await card.getByRole("button", { name: "Faire le jeton" }).waitFor();
      check((await card.getByRole("button", { name: "Faire le jeton" }).getAttribute("aria-disabled")) === "true", "a token that may do nothing is not made");
      await card.getByLabel("Nom", { exact: true }).fill(label);
      await card.getByLabel("À quoi il sert").fill("cartes du comité");
      await card.getByLabel(/Durée/).fill("30");
      check((await card.getByRole("checkbox", { name: /gérer les comptes/ }).count()) === 0, "a token may do nothing that its person may not");
      await card.getByRole("checkbox", { name: /exporter des nombres masqués/ }).check();
      await accessible(page, `a token to be made ${width}`);
      await card.getByRole("button", { name: "Faire le jeton" }).click();
      await card.getByText("il ne sera plus montré").waitFor();
      const secret = await card.locator("code.secret").textContent();
      check(/^qdr_.{43}$/.test(secret ?? ""), "the token is shown");
      const own = await page.context().request.get(`${demo.base}/api/v1/territories/port-demo/exports/sectors.csv`, { headers: { Authorization: `Bearer ${secret}` } });
      check(own.ok(), "and opens what it was made for");
      await accessible(page, `a token made ${width}`);
      await fits(page, `a token made ${width}`);
      await shoot(page, `tokens-${width}`);
      await page.reload();
      await card.getByRole("button", { name: `Révoquer: ${label}` }).waitFor();
      check((await card.locator("code.secret").count()) === 0, "it is shown once");
      check((await card.locator("li.token", { hasText: label }).textContent())?.includes("exporter des nombres masqués") === true, "what it may do stays written");
      await card.getByRole("button", { name: `Révoquer: ${label}` }).click();
      await card.locator("li.token", { hasText: label }).getByRole("button", { name: "Révoquer", exact: true }).click();
      await card.locator("li.token", { hasText: label }).getByText(/révoqué le/).waitFor();
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
  await end();
}
process.exit(counts());
