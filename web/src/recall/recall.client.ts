import { ask, askFile } from "../api/client";
import type { AnswerPlace, DecisionEffect, ErasureReceiptView, HoldingView, OwnKeepingView, PersonAnswerView, RecallAnswered, RecallLineView, RecallMade, RecallView, RetentionView } from "../api/types";

const at = (slug: string, rest: string) => `/api/v1/territories/${encodeURIComponent(slug)}${rest}`;
const json = (body: unknown): RequestInit => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const post = <T>(path: string, body: unknown) => ask<T>(path, json(body));
const note = (slug: string, code: string, rest: string) => at(slug, `/notes/${encodeURIComponent(code)}${rest}`);

export type NewRecallBody = { services: string[]; effect: string; reason: string; deadline: string };

export const recallApi = {
  holders: (slug: string, code: string) => ask<HoldingView[]>(note(slug, code, "/holders")),
  make: (slug: string, code: string, body: NewRecallBody) => post<RecallMade>(note(slug, code, "/recalls"), body),
  list: (slug: string, which: string) => ask<RecallView[]>(at(slug, `/recalls?which=${which}`)),
  lines: (slug: string, which: string) => ask<RecallLineView[]>(at(slug, `/recall-lines?which=${which}`)),
  answer: (slug: string, recall: string, body: { answer: string; copies: number; words: string }) => post<RecallAnswered>(at(slug, `/recalls/${encodeURIComponent(recall)}/answer`), body),
  ownKeeping: (slug: string, code: string) => ask<OwnKeepingView>(note(slug, code, "/own-keeping")),
  shortenOwn: (slug: string, code: string, day: string) => post<OwnKeepingView>(note(slug, code, "/own-keeping"), { retain_until: day }),
  retention: (slug: string) => ask<RetentionView>(at(slug, "/retention?days=400")),
  erasures: (slug: string) => ask<ErasureReceiptView[]>(at(slug, "/erasures")),
  decide: (slug: string, body: { decision: string; reference: string; note?: string; procedure?: string }) => post<DecisionEffect>(at(slug, "/judicial-decisions"), body),
  places: () => ask<AnswerPlace[]>("/api/v1/person-search-places"),
  search: (slug: string, body: { reference: string; terms: string[]; selectors: { kind: string; value: string }[] }) => post<PersonAnswerView>(at(slug, "/person-searches"), body),
  erase: (slug: string, code: string, reference: string) => post<ErasureReceiptView>(note(slug, code, "/erasure"), { reference }),
};

// The dossier as a file of the reader's machine: the server records the print before it answers.
export async function takeDossier(slug: string, code: string, form: "pdf" | "json", recipient: string): Promise<string> {
  const { name, file } = await askFile(note(slug, code, `/dossier.${form}`), json({ recipient }));
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return name;
}
