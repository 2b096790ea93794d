// Signing in through a real OpenID Connect provider (the npm package oidc-provider) on a free port: there and back, with
// RS256 and ES256 identity tokens, user information as JSON and as a signed token, changed keys, and what must be refused.
//
//   node tests/oidc/run.mjs build/release/quadrille
import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Provider from "oidc-provider";
import { totp } from "../web/totp.mjs";

const program = process.argv[2];
if (!program) {
  console.error("usage: node tests/oidc/run.mjs PROGRAM");
  process.exit(2);
}
let passed = 0;
let failed = 0;
function check(condition, words) {
  if (condition) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED  ${words}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "quadrille-oidc-"));
const instance = join(folder, "instance");
const secretFile = join(folder, "secret");
writeFileSync(secretFile, "the secret that both know\n");
chmodSync(secretFile, 0o600);

const freePort = () => new Promise((done) => { const server = createServer().listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => done(port)); }); });
const key = (kid, alg) => {
  const pair = alg === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...pair.privateKey.export({ format: "jwk" }), kid, alg, use: "sig" };
};

const claims = { given_name: "Camille", usual_name: "Renard", email: "camille.renard@police.example", uid: "u-4711", siret: "12345678900011" };
const profile = Object.keys(claims);

// A provider on the port; answers how to stop it.
async function provide(port, base, { alg, userinfo, kids }) {
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{ client_id: "quadrille", client_secret: "the secret that both know", redirect_uris: [`${base}/api/v1/session/provider/return`], token_endpoint_auth_method: "client_secret_post", id_token_signed_response_alg: alg, ...(userinfo ? { userinfo_signed_response_alg: userinfo } : {}) }],
    jwks: { keys: kids.map(([kid, kind]) => key(kid, kind)) },
    cookies: { keys: ["a key of the provider's cookies"] },
    claims: Object.fromEntries(["openid", ...profile].map((name) => [name, name === "openid" ? ["sub"] : [name]])),
    scopes: ["openid", ...profile],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true }, jwtUserinfo: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
  });
  const server = createServer(provider.callback());
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
}

// A browser's cookies, by host and port.
class Jar {
  cookies = new Map();
  async fetch(url, init = {}) {
    const { host } = new URL(url);
    const own = [...this.cookies].filter(([name]) => name.startsWith(`${host} `)).map(([name, value]) => `${name.slice(host.length + 1)}=${value}`);
    const answer = await fetch(url, { redirect: "manual", ...init, headers: { ...init.headers, cookie: own.join("; ") } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const at = pair.indexOf("=");
      this.cookies.set(`${host} ${pair.slice(0, at)}`, pair.slice(at + 1));
    }
    return answer;
  }
}

// From the button to the provider's last redirection: the address that the browser would come back to.
async function visit(jar, base, login) {
  const csrf = (await session(jar, base)).csrf || "none";
  const begun = await jar.fetch(`${base}/api/v1/session/provider`, { method: "POST", headers: { "Quadrille-Csrf": csrf } });
  if (!begun.ok) throw new Error(`begin: ${begun.status} ${await begun.text()}`);
  let url = (await begun.json()).address;
  for (let step = 0; step < 20; step += 1) {
    if (url.startsWith(`${base}/`)) return url;
    let answer = await jar.fetch(url);
    if (answer.status === 200) {
      const html = await answer.text();
      const action = new URL(/action="([^"]+)"/.exec(html)[1], url).href;
      const prompt = /name="prompt" value="([^"]+)"/.exec(html)[1];
      answer = await jar.fetch(action, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(prompt === "login" ? { prompt, login, password: "any" } : { prompt }) });
    }
    const next = answer.headers.get("location");
    if (!next) throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    url = new URL(next, url).href;
  }
  throw new Error("the provider leads nowhere");
}

const session = async (jar, base) => (await jar.fetch(`${base}/api/v1/session`)).json();
const port = await freePort();
const issuerPort = await freePort();
const base = `http://localhost:${port}`;
let stop = await provide(issuerPort, base, { alg: "RS256", kids: [["first", "RS256"]] });
const quadrille = (...words) => spawnSync(program, [...words, "--data-dir", instance], { encoding: "utf8" });
quadrille("init");
quadrille("territory", "create", "ville", "--name", "Ma ville");
quadrille("territory", "service", "ville", "--code", "pn", "--name", "Police nationale");
quadrille("account", "create", "admin");
const server = spawn(program, ["serve", "--port", String(port), "--data-dir", instance, "--public-url", base, "--oidc-issuer", `http://localhost:${issuerPort}`, "--oidc-client-id", "quadrille", "--oidc-client-secret-file", secretFile], { stdio: ["ignore", "pipe", "inherit"] });
try {
  await new Promise((done) => server.stdout.on("data", (bytes) => String(bytes).includes("Quadrille:") && done()));

  const jar = new Jar();
  check((await session(jar, base)).ways.provider === "ProConnect", "the sign-in page is told of the provider");
  const back = await visit(jar, base, "camille");
  const copied = new Jar();
  check((await copied.fetch(back)).status === 403, "another browser cannot use the return address");
  const returned = await jar.fetch(back);
  check(returned.status === 303 && returned.headers.get("location") === "/", `RS256: signed in (${returned.status})`);
  const first = await session(jar, base);
  check(first.signed_in && first.person.name === "Camille Renard" && first.person.login === claims.email, "name and address come from the provider");
  check(first.standings.length === 0 && first.instance_roles.length === 0 && first.capabilities.length === 0, "and no right does");
  check((await jar.fetch(`${base}/api/v1/instance`)).status === 403, "the account opens nothing before it is habilitated");
  check((await jar.fetch(back)).status === 403, "a return address works once");
  const twisted = new URL(await visit(jar, base, "camille"));
  twisted.searchParams.set("state", `${twisted.searchParams.get("state")}x`);
  check((await jar.fetch(twisted)).status === 403, "another state is refused");
  const guessed = new URL(await visit(jar, base, "camille"));
  guessed.searchParams.set("code", "guessed");
  check((await jar.fetch(guessed)).status === 403, "a guessed code is refused");

  // A role that demands a second factor: the provider's word is one factor, the code given in the session the other.
  const tell = async (where, path, body) => {
    const { csrf } = await session(where, base);
    const answer = await where.fetch(`${base}${path}`, { method: "POST", headers: { "Quadrille-Csrf": csrf, "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
    return { status: answer.status, body: await answer.json() };
  };
  quadrille("account", "grant", claims.email, "--role", "analyst", "--territory", "ville", "--service", "pn", "--act", "décision 1");
  const seesTerritory = async (where) => (await where.fetch(`${base}/api/v1/territories/ville`)).status;
  await tell(jar, "/api/v1/session/purpose", { purpose: "essai", legal_basis: null });
  check((await seesTerritory(jar)) === 200, "habilitated, they see their territory");
  quadrille("account", "grant", "admin", "--role", "administrator", "--act", "décision 2");
  const token = quadrille("account", "token", "admin", "--for", "politique", "--capabilities", "run_instance").stdout.trim();
  const set = spawnSync(program, ["access", "policy", "set", "--role", "analyst", "--second-factor", "required", "--data-dir", instance], { encoding: "utf8", env: { ...process.env, QUADRILLE_TOKEN: token } });
  check(set.status === 0 && set.stderr.includes(claims.email), `the policy is set, and says who has no second factor yet: ${set.stderr}`);
  check((await seesTerritory(jar)) === 403, "from the next request on the role waits");
  const roles = (await session(jar, base)).waiting_roles;
  check(roles.length === 1 && roles[0].role.role === "analyst" && roles[0].territory === "ville", "and the session says which");
  const key = (await tell(jar, "/api/v1/account/second-factor")).body.secret;
  const enrolled = await tell(jar, "/api/v1/account/second-factor/confirmation", { code: totp(key, Date.now()) });
  check(enrolled.status === 200 && (await seesTerritory(jar)) === 200, "enrolled, the session steps up at once");
  const later = new Jar();
  await later.fetch(await visit(later, base, "camille"));
  await tell(later, "/api/v1/session/purpose", { purpose: "essai", legal_basis: null });
  check((await seesTerritory(later)) === 403, "another session of the provider is of one factor");
  check((await tell(later, "/api/v1/account/second-factor")).status === 403, "and does not replace the second factor");
  check((await tell(later, "/api/v1/session/second-factor", { code: "000000" })).status === 400, "a wrong code is refused");
  const raised = await tell(later, "/api/v1/session/second-factor", { code: enrolled.body.recovery_codes[0] });
  check(raised.status === 200 && raised.body.waiting_roles.length === 0 && (await seesTerritory(later)) === 200, "the code lifts it in place");

  await stop();
  stop = await provide(issuerPort, base, { alg: "ES256", userinfo: "ES256", kids: [["second", "ES256"], ["third", "RS256"]] });
  const again = new Jar();
  const second = await again.fetch(await visit(again, base, "camille"));
  check(second.status === 303, `new keys, ES256, user information as a signed token: signed in (${second.status} ${second.status === 303 ? "" : await second.text()})`);
  check((await session(again, base)).person.code === first.person.code, "the same person is the same account");

  // The provider signs with a key it does not publish: the same name, another key.
  const before = again.cookies.size;
  const waiting = await visit(again, base, "camille");
  await stop();
  stop = await provide(issuerPort, base, { alg: "ES256", kids: [["second", "ES256"]] });
  check((await again.fetch(waiting)).status !== 303 && before > 0, "a code of a provider that is no more is refused");

  quadrille("account", "disable", claims.email);
  check(!(await session(again, base)).signed_in, "a disabled account's session is over");
} catch (failure) {
  check(false, failure.stack.split("\n").slice(0, 3).join(" "));
} finally {
  server.kill();
  await stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
