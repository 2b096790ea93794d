import { ask } from "../api/client";
import type { AttachmentRemoved, AttachmentView } from "../api/types";

const at = (slug: string, note: string, rest: string) => `/api/v1/territories/${encodeURIComponent(slug)}/notes/${encodeURIComponent(note)}/attachments${rest}`;

export const attachmentsApi = {
  list: (slug: string, note: string) => ask<AttachmentView[]>(at(slug, note, "")),
  remove: (slug: string, note: string, code: string) => ask<AttachmentRemoved>(at(slug, note, `/${encodeURIComponent(code)}`), { method: "DELETE" }),
  collection: (slug: string, note: string, name: string) => at(slug, note, `?name=${encodeURIComponent(name)}`),
  address: (slug: string, note: string, code: string, use: "show" | "take") => at(slug, note, `/${encodeURIComponent(code)}${use === "take" ? "?take=1" : ""}`),
};
