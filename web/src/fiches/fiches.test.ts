import { describe, expect, it } from "vitest";
import { emptyNotesAddress, formatNotesAddress, notesQuery, parseNotesAddress } from "./address.model";
import { bodyOf, Drafts, emptyDraft, missingOf, waitingMost, windowOf } from "./draft.model";
import { formatSpan, formField, windowOfRows } from "./fiches.model";
import { noteWords } from "./fiches.words";
import { compared, lastDay, previewKey, wishOfDraft, wishOfMarking } from "./remark.model";

const now = new Date("2026-10-24T03:30:00Z");
const hour = 3_600_000;

function memory() {
  const held = new Map<string, string>();
  return { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value), removeItem: (key: string) => void held.delete(key), size: () => held.size };
}

describe("address", () => {
  it("says the same after it was written and read, whatever is set", () => {
    const addresses = [emptyNotesAddress, { ...emptyNotesAddress, isWriting: true }, { ...emptyNotesAddress, note: "abcdefghijklmnop", stage: "received", q: "hall 3 & bloc" }, { ...emptyNotesAddress, isMine: true, from: "2026-10-01", sector: "Q07" }];
    for (const address of addresses) {
      const [path, search] = formatNotesAddress("port-mazarin", address).split("?");
      expect(parseNotesAddress(path ?? "", search ?? "")).toEqual(address);
    }
  });
  it("asks the API for the filters alone", () => {
    expect(notesQuery({ ...emptyNotesAddress, note: "x", q: "guetteur", stage: "verified" })).toBe("q=guetteur&stage=verified");
  });
});

describe("draft", () => {
  it("says what is missing before it can be sent", () => {
    const draft = emptyDraft("patrol");
    expect(missingOf(draft)).toEqual(["facts", "place"]);
    expect(missingOf({ ...draft, facts: "Deux vendeurs", place: { kind: "sector", sector: "" } })).toEqual(["place"]);
    expect(missingOf({ ...draft, facts: "Deux vendeurs", place: { kind: "sector", sector: "A" }, when: "other" })).toEqual(["window"]);
    expect(missingOf({ ...draft, facts: "Deux vendeurs", place: { kind: "here", lon: 5, lat: 43, metres: 10 } })).toEqual([]);
  });
  it("never speaks of the future and always in order", () => {
    for (const when of ["now", "hour", "night"] as const) {
      const [from, to] = windowOf({ ...emptyDraft("patrol"), when }, now);
      expect(from.getTime()).toBeLessThan(to.getTime());
      expect(to.getTime()).toBeLessThanOrEqual(now.getTime());
    }
  });
  it("sends what was written and nothing empty", () => {
    const body = bodyOf({ ...emptyDraft("patrol"), facts: "  Deux vendeurs  ", place: { kind: "map", lon: 5.3, lat: 43.2, metres: null } }, now);
    expect(body).toMatchObject({ channel: "patrol", facts: "Deux vendeurs", point: [5.3, 43.2], product: "unknown" });
    expect(Object.keys(body)).not.toContain("assessment");
    expect(Object.keys(body)).not.toContain("marking");
  });
  it("is kept for its person, for twelve hours, and erased when it is empty", () => {
    const store = memory();
    const drafts = new Drafts(store, "agent");
    drafts.keep("port", { ...emptyDraft("patrol"), facts: "Deux" }, now.getTime());
    expect(drafts.draft("port", now.getTime() + 11 * hour)?.facts).toBe("Deux");
    expect(drafts.draft("port", now.getTime() + 12 * hour)).toBeNull();
    expect(new Drafts(store, "autre").draft("port", now.getTime())).toBeNull();
    drafts.keep("port", emptyDraft("patrol"), now.getTime());
    expect(store.size()).toBe(0);
  });
  it("waits for the network in order, twenty at most, twelve hours at most", () => {
    const drafts = new Drafts(memory(), "agent");
    const one = (key: number) => ({ key: String(key), slug: "port", at: now.getTime() - key * hour, draft: emptyDraft("patrol"), body: bodyOf(emptyDraft("patrol"), now), refusal: null });
    drafts.save(Array.from({ length: 30 }, (_, key) => one(key / 10)));
    expect(drafts.waiting(now.getTime()).length).toBe(waitingMost);
    drafts.save([one(11), one(13)]);
    expect(drafts.waiting(now.getTime()).map((waiting) => waiting.key)).toEqual(["11"]);
  });
  it("survives a store that holds nonsense", () => {
    const store = memory();
    store.setItem("quadrille.notes.agent.waiting", "{");
    expect(new Drafts(store, "agent").waiting(now.getTime())).toEqual([]);
  });
});

describe("list", () => {
  it("draws rows near the window alone, and never outside the list", () => {
    expect(windowOfRows(0, 800, 88, 100_000)).toEqual({ first: 0, last: 16 });
    expect(windowOfRows(8800, 880, 88, 100_000)).toEqual({ first: 94, last: 116 });
    expect(windowOfRows(1e9, 880, 88, 50)).toEqual({ first: 50, last: 50 });
    expect(windowOfRows(0, 0, 88, 0)).toEqual({ first: 0, last: 0 });
  });
  it("says no hour where only the half-day may be said", () => {
    const text = formatSpan("2026-10-24T10:00:00Z", "2026-10-24T22:00:00Z", false, "Europe/Paris", "fr", noteWords.fr);
    expect(text).toBe("24 oct., après-midi et soir");
    expect(text).not.toMatch(/\d\d:\d\d/);
  });
  it("puts a refusal beside the field that was meant", () => {
    expect(formField("/facts")).toBe("facts");
    expect(formField("assertions/3/low")).toBe("assertions");
    expect(formField("marking/handling")).toBe("marking");
    expect(formField("point")).toBe("place");
  });
});

it("keeping ends at the latest with the last whole day before the end that is set", () => {
  // Set to the end of 1 March in Paris, and to a moment within it.
  expect(lastDay("2027-03-01T23:00:00Z", "Europe/Paris")).toBe("2027-03-01");
  expect(lastDay("2027-03-01T09:30:00Z", "Europe/Paris")).toBe("2027-02-28");
});

it("a change of marking is previewed anew when it changes, not when its reason does", () => {
  const marking = { sensitivity: "ordinary", handling: "h0", regime: "administrative", services: ["pn"], compartments: [{ code: "abc", name: "MISTRAL" }], originator_controlled: false };
  const draft = { marking: wishOfMarking(marking), denied: " alix, dana;gael ", reason: " source exposée " };
  const wish = wishOfDraft(draft);
  expect(wish.denied).toEqual(["alix", "dana", "gael"]);
  expect(wish.compartments).toEqual(["abc"]);
  expect(wish.reason).toBe("source exposée");
  expect(previewKey(wishOfDraft({ ...draft, reason: "autre" }))).toBe(previewKey(wish));
  expect(previewKey(wishOfDraft({ ...draft, denied: "" }))).not.toBe(previewKey(wish));
});

it("what a preview keeps, loses and wins", () => {
  const list = [
    { name: "a", before: true, after: true },
    { name: "b", before: true, after: false },
    { name: "c", before: false, after: true },
  ];
  const { kept, lost, won } = compared(list);
  expect([kept, lost, won].map((some) => some.map((one) => one.name))).toEqual([["a"], ["b"], ["c"]]);
});
