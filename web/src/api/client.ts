import type { AcceptanceRequest, Accounts, Aggregates, Areas, ChangedAccount, InvitationView, IssuedTokenView, NewHabilitation, OwnAccountView, RecoveryCodes, SecondFactorView, SessionView, TokenView, Conflicts, DeskState, Instance, Job, Layer, LayerKind, Picture, Rerun, Streets, StudySummary, Territory } from "./types";

// What went wrong, in the server's words (RFC 9457) and the reader's language.
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly field: string,
  ) {
    super(message);
  }
}

export const asProblem = (failure: unknown) => (failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));

// What the server said of the session at the last answer that told: the session ended, the purpose is missing, or a
// role is not what the page thinks. Kept here because any request may be the one that hears it.
type Heard = "ended" | "purpose" | "role";
let csrf = "";
const watchers = new Set<(what: Heard) => void>();
export function watchSession(watcher: (what: Heard) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

type ProblemBody = { title?: string; detail?: string; field?: string };

function hear(status: number, body: ProblemBody) {
  if (status === 401 && body.field === "session") for (const tell of watchers) tell("ended");
  if (status === 403 && body.field === "purpose") for (const tell of watchers) tell("purpose");
  if (status === 403 && body.field === "role") for (const tell of watchers) tell("role");
}

export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await answered(path, init)).json()) as T;
}

// A file that the server makes for this very request, by the name it gave.
export async function askFile(path: string, init: RequestInit): Promise<{ name: string; file: Blob }> {
  const response = await answered(path, init);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "quadrille";
  return { name, file: await response.blob() };
}

async function answered(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { "Accept-Language": document.documentElement.lang, ...(init?.method ? { "Quadrille-Csrf": csrf === "" ? "none" : csrf } : {}), ...init?.headers } });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new Problem(document.documentElement.lang === "en" ? "The server does not answer. Is it still running?" : "Le serveur ne répond pas. Est-il toujours démarré ?", 0, "");
  }
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  hear(response.status, body);
  throw new Problem(body.detail ?? body.title ?? response.statusText, response.status, body.field ?? "");
}

// A file as the body, with how far it is. XMLHttpRequest, because fetch tells nothing of an upload under way.
export function uploadFile<T>(path: string, file: File, onProgress: (percent: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("Quadrille-Csrf", csrf === "" ? "none" : csrf);
    request.setRequestHeader("Content-Type", file.type === "" ? "application/octet-stream" : file.type);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(Math.round((event.loaded / event.total) * 100));
    request.onerror = () => reject(new Problem(document.documentElement.lang === "en" ? "The file could not be sent. It stays here; try again." : "Le fichier n'a pu être envoyé. Il reste ici ; réessayez.", 0, ""));
    request.onload = () => {
      let body: ProblemBody = {};
      try {
        body = JSON.parse(request.responseText) as ProblemBody;
      } catch {
        // Not JSON: the status says what there is to say.
      }
      if (request.status >= 200 && request.status < 300) return resolve(body as T);
      hear(request.status, body);
      reject(new Problem(body.detail ?? body.title ?? request.statusText, request.status, body.field ?? ""));
    };
    request.send(file);
  });
}

const at = (slug: string, rest: string) => `/api/v1/territories/${encodeURIComponent(slug)}${rest}`;

const send = <T>(method: "POST" | "DELETE", path: string, body?: unknown) => ask<T>(path, body === undefined ? { method } : { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

// The cross-site token belongs to the session that was answered.
async function sessionOf(answer: Promise<SessionView>): Promise<SessionView> {
  const session = await answer;
  csrf = session.csrf;
  return session;
}

const account = (code: string, rest: string) => `/api/v1/accounts/${encodeURIComponent(code)}${rest}`;

export const api = {
  session: () => sessionOf(ask<SessionView>("/api/v1/session")),
  signIn: (login: string, password: string, code: string | null) => sessionOf(send("POST", "/api/v1/session", { login, password, code })),
  signInToDemonstration: (login: string) => sessionOf(send("POST", "/api/v1/session/demonstration", { login })),
  signInByCertificate: () => sessionOf(send("POST", "/api/v1/session/certificate")),
  beginAtProvider: () => send<{ address: string }>("POST", "/api/v1/session/provider"),
  signOut: () => sessionOf(send("DELETE", "/api/v1/session")),
  signOutEverywhere: () => sessionOf(send("DELETE", "/api/v1/sessions")),
  sayPurpose: (purpose: string, legalBasis: string) => sessionOf(send("POST", "/api/v1/session/purpose", { purpose, legal_basis: legalBasis })),
  invitation: (secret: string) => send<InvitationView>("POST", "/api/v1/invitation", { secret }),
  acceptInvitation: (acceptance: AcceptanceRequest) => send<RecoveryCodes>("POST", "/api/v1/invitation/acceptance", acceptance),
  giveSecondFactor: (code: string) => sessionOf(send("POST", "/api/v1/session/second-factor", { code })),
  ownAccount: () => ask<OwnAccountView>("/api/v1/account"),
  beginSecondFactor: (code: string | null) => send<SecondFactorView>("POST", "/api/v1/account/second-factor", { code }),
  confirmSecondFactor: (code: string) => send<RecoveryCodes>("POST", "/api/v1/account/second-factor/confirmation", { code }),
  giveUpSecondFactor: (code: string) => sessionOf(send("POST", "/api/v1/account/second-factor/removal", { code })),
  ownTokens: () => ask<TokenView[]>("/api/v1/account/tokens"),
  issueToken: (token: { label: string; purpose: string; capabilities: string[]; days: number }) => send<IssuedTokenView>("POST", "/api/v1/account/tokens", token),
  revokeOwnToken: (code: string) => send<{ done: boolean }>("DELETE", `/api/v1/account/tokens/${encodeURIComponent(code)}`),
  accounts: () => ask<Accounts>("/api/v1/accounts"),
  createAccount: (login: string, name: string) => send<ChangedAccount>("POST", "/api/v1/accounts", { login, name }),
  changeAccount: (code: string, what: "disable" | "enable" | "reset") => send<ChangedAccount>("POST", account(code, `/${what}`)),
  grant: (code: string, habilitation: NewHabilitation) => send<ChangedAccount>("POST", account(code, "/habilitations"), habilitation),
  revoke: (code: string, habilitation: string) => send<ChangedAccount>("DELETE", account(code, `/habilitations/${habilitation}`)),
  revokeToken: (code: string, token: string) => send<ChangedAccount>("DELETE", account(code, `/tokens/${token}`)),
  recordAct: (slug: string, act: { part: string; reference: string; from: string | null; until: string | null }) => send<{ done: boolean }>("POST", at(slug, "/legal-acts"), act),
  endAct: (slug: string, code: string) => send<{ done: boolean }>("DELETE", at(slug, `/legal-acts/${code}`)),
  aggregates: (slug: string, query: string) => ask<Aggregates>(at(slug, `/aggregates?${query}`)),
  instance: () => ask<Instance>("/api/v1/instance"),
  territory: (slug: string) => ask<Territory>(at(slug, "")),
  picture: (slug: string, query: string, signal: AbortSignal) => ask<Picture>(at(slug, `/picture?${query}`), { signal }),
  startPicture: (slug: string, query: Record<string, unknown>, waitMs: number) =>
    ask<Job>(at(slug, `/jobs?wait_ms=${waitMs}`), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ kind: "picture", query }) }),
  job: (slug: string, id: number, signal: AbortSignal) => ask<Job>(at(slug, `/jobs/${id}`), { signal }),
  // Also when the page is being left.
  cancelJob: (slug: string, id: number) => ask<Job>(at(slug, `/jobs/${id}`), { method: "DELETE", keepalive: true }),
  layer: (slug: string, kind: LayerKind, query: string, signal: AbortSignal) => ask<Layer>(at(slug, `/picture/layers/${kind}?${query}`), { signal }),
  streets: (slug: string) => ask<Streets>(at(slug, "/map/streets")),
  sectors: (slug: string) => ask<Areas>(at(slug, "/map/sectors")),
  coast: (slug: string) => ask<Areas>(at(slug, "/map/coast")),
  studies: (slug: string) => ask<StudySummary[]>(at(slug, "/studies")),
  rerun: (slug: string, id: number) => ask<Rerun>(at(slug, `/studies/${id}/rerun`), { method: "POST" }),
  saveStudy: (slug: string, title: string, query: Record<string, unknown>) =>
    ask<StudySummary>(at(slug, "/studies"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ title, query }) }),
  conflicts: (slug: string) => ask<Conflicts>(at(slug, "/conflicts")),
  conflictEvents: (slug: string) => at(slug, "/conflicts/events"),
  deskStep: (slug: string, code: string, step: string, reason?: string) =>
    ask<DeskState>(at(slug, `/conflicts/${encodeURIComponent(code)}/steps`), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(reason === undefined ? { step } : { step, reason }) }),
  exportAddress: (slug: string, kind: string, format: string, query: string) => at(slug, `/exports/${kind}.${format}?${query}`),
};
