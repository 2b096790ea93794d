import { ask } from "../api/client";
import type { LogPage, LogPersons, LogProof, LogReport, ReadershipView } from "../api/types";

export const journalApi = {
  search: (query: string, signal: AbortSignal) => ask<LogPage>(`/api/v1/log${query === "" ? "" : `?${query}`}`, { signal }),
  entry: (position: number, signal: AbortSignal) => ask<LogProof>(`/api/v1/log/${position}`, { signal }),
  persons: (search: string, signal: AbortSignal) => ask<LogPersons>(`/api/v1/log/persons?search=${encodeURIComponent(search)}`, { signal }),
  readers: (slug: string, object: { kind: "note" | "request"; code: string }, signal: AbortSignal) =>
    ask<ReadershipView[]>(`/api/v1/territories/${encodeURIComponent(slug)}/${object.kind}s/${encodeURIComponent(object.code)}/readers`, { signal }),
  verify: () => ask<LogReport>("/api/v1/log/verification", { method: "POST" }),
};
