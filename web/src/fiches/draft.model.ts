// What is being written, and what waits for the network: kept on the device so that nothing typed is lost, for 12 hours
// at most and 20 notes at most, and erased as soon as the server has it.
import type { AssertionWish, EvaluationWish, MarkingWish } from "../api/types";

export type Place = { kind: "none" } | { kind: "sector"; sector: string } | { kind: "here" | "map"; lon: number; lat: number; metres: number | null };
export type When = "now" | "hour" | "night" | "other";

export type Draft = {
  channel: string;
  facts: string;
  assessment: string;
  place: Place;
  when: When;
  begin: string; // local "2026-10-24T10:00", when "other"
  end: string;
  product: string;
  evaluation: EvaluationWish | null;
  assertions: AssertionWish[];
  marking: MarkingWish | null; // null: that of the channel
  personCategory: string; // where a legal act lets notes name persons; empty: nobody is named
  isAboutMinor: boolean;
};

export const emptyDraft = (channel: string): Draft => ({ channel, facts: "", assessment: "", place: { kind: "none" }, when: "now", begin: "", end: "", product: "unknown", evaluation: null, assertions: [], marking: null, personCategory: "", isAboutMinor: false });

export const isWorthKeeping = (draft: Draft) => draft.facts.trim() !== "" || draft.assessment.trim() !== "";

export type NoteBody = {
  channel: string;
  facts: string;
  assessment?: string;
  point?: [number, number];
  sector?: string;
  from: string;
  to: string;
  product: string;
  evaluation?: EvaluationWish;
  assertions?: AssertionWish[];
  marking?: MarkingWish;
  person_category?: string;
  about_minor?: boolean;
};

const hour = 3_600_000;

// From when to when, as the person meant it at `now`. "La nuit dernière": 22:00 to 6:00 by the device's clock.
export function windowOf(draft: Draft, now: Date): [Date, Date] {
  if (draft.when === "now") return [new Date(now.getTime() - hour / 4), now];
  if (draft.when === "hour") return [new Date(now.getTime() - 1.5 * hour), new Date(now.getTime() - hour / 2)];
  if (draft.when === "other") {
    const begin = new Date(draft.begin);
    return [begin, draft.end === "" ? new Date(begin.getTime() + hour) : new Date(draft.end)];
  }
  const end = new Date(now);
  end.setHours(6, 0, 0, 0);
  if (end > now) end.setTime(now.getTime());
  const begin = new Date(end);
  begin.setHours(22, 0, 0, 0);
  begin.setDate(begin.getDate() - 1);
  return [begin, end];
}

// What is missing before it can be sent, by field; empty: it can.
export function missingOf(draft: Draft): string[] {
  const missing: string[] = [];
  if (draft.facts.trim().length < 3) missing.push("facts");
  if (draft.place.kind === "none" || (draft.place.kind === "sector" && draft.place.sector === "")) missing.push("place");
  if (draft.when === "other" && Number.isNaN(new Date(draft.begin).getTime())) missing.push("window");
  return missing;
}

export function bodyOf(draft: Draft, now: Date): NoteBody {
  const [from, to] = windowOf(draft, now);
  const body: NoteBody = { channel: draft.channel, facts: draft.facts.trim(), from: from.toISOString(), to: to.toISOString(), product: draft.product };
  if (draft.assessment.trim() !== "") body.assessment = draft.assessment.trim();
  if (draft.place.kind === "sector") body.sector = draft.place.sector;
  if (draft.place.kind === "here" || draft.place.kind === "map") body.point = [draft.place.lon, draft.place.lat];
  if (draft.evaluation) body.evaluation = draft.evaluation;
  if (draft.assertions.length > 0) body.assertions = draft.assertions;
  if (draft.marking) body.marking = draft.marking;
  // A draft kept by an earlier page has no such field.
  if ((draft.personCategory ?? "") !== "") {
    body.person_category = draft.personCategory;
    body.about_minor = draft.isAboutMinor;
  }
  return body;
}

// ---- what waits ----

export type Waiting = { key: string; slug: string; at: number; draft: Draft; body: NoteBody; refusal: string | null };

const keptFor = 12 * hour;
export const waitingMost = 20;

export const fresh = (list: Waiting[], now: number) => list.filter((one) => now - one.at < keptFor && one.at <= now + hour);

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Drafts {
  constructor(
    private readonly store: Store,
    private readonly person: string,
  ) {}
  private name(what: string) {
    return `quadrille.notes.${this.person}.${what}`;
  }
  private read<T>(what: string): T | null {
    try {
      return JSON.parse(this.store.getItem(this.name(what)) ?? "null") as T | null;
    } catch {
      return null;
    }
  }
  draft(slug: string, now: number): Draft | null {
    const kept = this.read<{ at: number; draft: Draft }>(`draft.${slug}`);
    return kept && now - kept.at < keptFor ? kept.draft : null;
  }
  keep(slug: string, draft: Draft, now: number) {
    if (isWorthKeeping(draft)) this.store.setItem(this.name(`draft.${slug}`), JSON.stringify({ at: now, draft }));
    else this.store.removeItem(this.name(`draft.${slug}`));
  }
  forget(slug: string) {
    this.store.removeItem(this.name(`draft.${slug}`));
  }
  waiting(now: number): Waiting[] {
    return fresh(this.read<Waiting[]>("waiting") ?? [], now);
  }
  save(list: Waiting[]) {
    if (list.length === 0) this.store.removeItem(this.name("waiting"));
    else this.store.setItem(this.name("waiting"), JSON.stringify(list.slice(0, waitingMost)));
  }
}
