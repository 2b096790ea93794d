import { describe, expect, it } from "vitest";
import type { RequestRules, ServiceRequestView } from "../api/types";
import { bodyOf, clockShown, emptyDraft, isFormField, keepDraft, keptDraft, limitOf, queryOf, spanInWords } from "./requests.model";
import { refusedBeforeSending } from "./attachments.model";
import { requestWords } from "./requests.words";

const hour = 3_600_000;
const request = (clock: Partial<ServiceRequestView["clock"]>, ended = false) =>
  ({ ended, clock: { due_at: "", suspended: false, late: false, left_ms: 6 * hour, percent_used: 25, limit_hours: 8, limit_days: 0, source: "", ...clock } }) as unknown as ServiceRequestView;

class MemoryStore {
  private readonly held = new Map<string, string>();
  getItem = (name: string) => this.held.get(name) ?? null;
  setItem = (name: string, value: string) => void this.held.set(name, value);
  removeItem = (name: string) => void this.held.delete(name);
  get length() {
    return this.held.size;
  }
  clear = () => this.held.clear();
  key = () => null;
}

describe("clocks in words", () => {
  it("says the two largest parts of a span", () => {
    expect(spanInWords(6 * hour + 20 * 60_000, "fr")).toBe("6 h 20 min");
    expect(spanInWords(-51 * hour, "fr")).toBe("2 j 3 h");
    expect(spanInWords(51 * hour, "en")).toBe("2 d 3 h");
    expect(spanInWords(59_999, "en")).toBe("0 min");
  });
  it("moves the server's reading on by the time since", () => {
    expect(clockShown(request({}), 0, requestWords.fr, "fr")).toEqual({ words: "reste 6 h 0 min", percent: 25, state: "going" });
    expect(clockShown(request({}), 2 * hour, requestWords.fr, "fr")).toEqual({ words: "reste 4 h 0 min", percent: 50, state: "going" });
    expect(clockShown(request({}), 7 * hour, requestWords.en, "en")).toEqual({ words: "late by 1 h 0 min", percent: 100, state: "late" });
  });
  it("does not move a clock that stands still or has ended", () => {
    expect(clockShown(request({ suspended: true }), 90 * hour, requestWords.en, "en").words).toBe("clock stopped, 6 h 0 min were left");
    expect(clockShown(request({ late: true }, true), 0, requestWords.fr, "fr").words).toBe("hors délai");
  });
  it("shows a full bar where the limit had passed when it was read", () => {
    expect(clockShown(request({ late: true, left_ms: -hour, percent_used: 100 }), 0, requestWords.fr, "fr")).toEqual({ words: "en retard de 1 h 0 min", percent: 100, state: "late" });
  });
});

describe("the form", () => {
  it("sends a country and a reason only between Member States", () => {
    const draft = { ...emptyDraft, asked: "douane", place: " quai 4 ", country: "be", urgency: "urgent", urgencyReason: "life" };
    expect(bodyOf(draft, null)).not.toHaveProperty("country");
    expect(bodyOf({ ...draft, frame: "member_state" }, null)).toMatchObject({ country: "BE", urgency_reason: "life", place: "quai 4" });
    expect(bodyOf(draft, "abcdefghijklmnop")).toMatchObject({ note: "abcdefghijklmnop" });
    expect(bodyOf(draft, "abcdefghijklmnop")).not.toHaveProperty("place");
  });
  it("says the limit that the server's table has", () => {
    const rules = { limits: [{ frame: "internal", urgency: "ordinary", accessibility: null, hours: 0, days: 7, source: "protocole", read_on: "2026-11-25" }] } as unknown as RequestRules;
    expect(limitOf(rules, emptyDraft, requestWords.fr)).toBe("Délai : 7 jours calendaires (protocole)");
    expect(limitOf(rules, { ...emptyDraft, frame: "member_state" }, requestWords.fr)).toBe("");
  });
  it("keeps what was typed for the person who typed it, and nothing of an empty form", () => {
    const store = new MemoryStore() as unknown as Storage;
    keepDraft(store, "port", "a", { ...emptyDraft, text: "Vos constats ?" });
    expect(keptDraft(store, "port", "a").text).toBe("Vos constats ?");
    expect(keptDraft(store, "port", "b")).toEqual(emptyDraft);
    keepDraft(store, "port", "a", emptyDraft);
    expect(store.length).toBe(0);
    store.setItem("quadrille.request.a.port", "{");
    expect(keptDraft(store, "port", "a")).toEqual(emptyDraft);
  });
  it("knows the fields it can point at", () => {
    expect(isFormField("legal_basis")).toBe(true);
    expect(isFormField("/text")).toBe(true);
    expect(isFormField("limit")).toBe(false);
  });
});

describe("the list", () => {
  it("asks for one side by one's own service", () => {
    expect(queryOf({ which: "late", side: "received" }, "police", "")).toBe("which=late&asked=police");
    expect(queryOf({ which: "all", side: "sent" }, "police", "1.a")).toBe("which=all&asking=police&cursor=1.a");
    expect(queryOf({ which: "all", side: "sent" }, null, "")).toBe("which=all");
  });
});

describe("attachments", () => {
  it("says before sending what the server would refuse", () => {
    const small = { name: "a.jpg", size: 1000 };
    expect(refusedBeforeSending(small, 0, 10, requestWords.fr)).toBeNull();
    expect(refusedBeforeSending(small, 10, 10, requestWords.fr)).toBe("Dix pièces au plus par fiche.");
    expect(refusedBeforeSending({ name: "a.jpg", size: 10 * 1024 * 1024 + 1 }, 0, 10, requestWords.en)).toBe("a.jpg: 11 MiB, at most 10.");
  });
});
