import { ask } from "../api/client";
import type { LogPage, LogProof, LogReport } from "../api/types";

export const journalApi = {
  search: (query: string, signal: AbortSignal) => ask<LogPage>(`/api/v1/log${query === "" ? "" : `?${query}`}`, { signal }),
  entry: (position: number, signal: AbortSignal) => ask<LogProof>(`/api/v1/log/${position}`, { signal }),
  verify: () => ask<LogReport>("/api/v1/log/verification", { method: "POST" }),
};
