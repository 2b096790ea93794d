import { ask } from "../api/client";
import type { AdditionAdded, MarkingPreview, NoteAdded, NoteChanged, NoteDossier, NoteFacets, NoteForm, NoteMatchesView, NotePage, NoteRevised, RemarkWish, RetentionWish, StageReached } from "../api/types";

const at = (slug: string, rest: string) => `/api/v1/territories/${encodeURIComponent(slug)}/notes${rest}`;
const post = <T>(path: string, body: unknown) => ask<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const notesApi = {
  form: (slug: string) => ask<NoteForm>(at(slug, "/form")),
  page: (slug: string, isMine: boolean, query: string, cursor: string, signal?: AbortSignal) => {
    const all = new URLSearchParams(query);
    if (cursor !== "") all.set("cursor", cursor);
    const text = all.toString();
    return ask<NotePage>(at(slug, `${isMine ? "/mine" : ""}${text === "" ? "" : `?${text}`}`), signal ? { signal } : {});
  },
  facets: (slug: string, query: string, signal: AbortSignal) => ask<NoteFacets>(at(slug, `/facets?${query}`), { signal }),
  show: (slug: string, id: string, isMine: boolean, signal: AbortSignal) => ask<NoteDossier>(at(slug, `${isMine ? "/mine" : ""}/${encodeURIComponent(id)}`), { signal }),
  matches: (slug: string, id: string, signal: AbortSignal) => ask<NoteMatchesView>(at(slug, `/${encodeURIComponent(id)}/matches`), { signal }),
  add: (slug: string, body: unknown) => post<NoteAdded>(at(slug, ""), body),
  revise: (slug: string, id: string, body: unknown) => post<NoteRevised>(at(slug, `/${encodeURIComponent(id)}/revisions`), body),
  step: (slug: string, id: string, body: unknown) => post<StageReached>(at(slug, `/${encodeURIComponent(id)}/steps`), body),
  addition: (slug: string, id: string, body: unknown) => post<AdditionAdded>(at(slug, `/${encodeURIComponent(id)}/additions`), body),
  remark: (slug: string, id: string, body: RemarkWish) => post<NoteChanged>(at(slug, `/${encodeURIComponent(id)}/marking`), body),
  preview: (slug: string, id: string, body: RemarkWish) => post<MarkingPreview>(at(slug, `/${encodeURIComponent(id)}/marking/preview`), body),
  retain: (slug: string, id: string, body: RetentionWish) => post<NoteChanged>(at(slug, `/${encodeURIComponent(id)}/retention`), body),
  answer: (slug: string, id: string, addition: string, body: unknown) => post<NoteChanged>(at(slug, `/${encodeURIComponent(id)}/additions/${encodeURIComponent(addition)}/answer`), body),
};
