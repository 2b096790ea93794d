import type { Areas, Conflicts, DeskState, Instance, Job, Layer, LayerKind, Picture, Rerun, Streets, StudySummary, Territory } from "./types";

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

type ProblemBody = { title?: string; detail?: string; field?: string };

export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { "Accept-Language": document.documentElement.lang, ...init?.headers } });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new Problem(document.documentElement.lang === "en" ? "The server does not answer. Is it still running?" : "Le serveur ne répond pas. Est-il toujours démarré ?", 0, "");
  }
  if (response.ok) return (await response.json()) as T;
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  throw new Problem(body.detail ?? body.title ?? response.statusText, response.status, body.field ?? "");
}

// A file as the body, with how far it is. XMLHttpRequest, because fetch tells nothing of an upload under way.
export function uploadFile<T>(path: string, file: File, onProgress: (percent: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
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
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(new Problem(body.detail ?? body.title ?? request.statusText, request.status, body.field ?? ""));
    };
    request.send(file);
  });
}

const at = (slug: string, rest: string) => `/api/v1/territories/${encodeURIComponent(slug)}${rest}`;

export const api = {
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
