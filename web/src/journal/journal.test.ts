import { describe, expect, it } from "vitest";
import type { LogProof } from "../api/types";
import { apiQuery, emptyQuestion, formatQuestion, isFiltered, nameOf, objectOf, parseQuestion, saidOf } from "./journal.model";
import { journalWords } from "./journal.words";
import { checkProof, fromBase64, rootFromProof } from "./proof.model";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const sha256 = async (...parts: Uint8Array[]) => new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(parts.flatMap((part) => [...part]))));

describe("who and what", () => {
  const who = { state: "open", name: { fr: "Claire Martin", en: "Claire Martin" }, login: "claire", place: { fr: "Police", en: "Police" } };
  const words = journalWords.fr;
  it("names a person with the service, and says what became of the account", () => {
    expect(nameOf({ actor: "person:12", who }, "fr", words)).toBe("Claire Martin, Police");
    expect(nameOf({ actor: "person:12", who: { ...who, state: "closed" } }, "fr", words)).toBe("Claire Martin (compte fermé), Police");
    expect(nameOf({ actor: "person:12", who: { ...who, state: "gone", name: { fr: "", en: "" } } }, "fr", words)).toBe("compte supprimé (person:12)");
    expect(nameOf({ actor: "person:12", who: null }, "fr", words)).toBe("person:12");
  });
  it("says what it was about: the thing itself, or the words of a question about it", () => {
    const said = { subject: { fr: "Lecteurs de la fiche abcd", en: "Readers of note abcd" }, details: { fr: "", en: "" }, outcome: { fr: "", en: "" } };
    const kind = { fr: "Fiche", en: "Note" };
    const entry = { object: "note:7", object_kind: kind, reference: "note:abcd", subject: "readers of note abcd", said };
    expect(saidOf(entry, "fr")).toBe("Lecteurs de la fiche abcd");
    expect(saidOf({ ...entry, subject: "note abcd" }, "en")).toBe("Note abcd");
    expect(saidOf({ ...entry, subject: "note 7" }, "en")).toBe("Note abcd");
  });
  it("calls an object by its code, or by its number when it is gone", () => {
    const kind = { fr: "Fiche", en: "Note" };
    expect(objectOf({ object: "note:7", object_kind: kind, reference: "note:abcd" }, "en")).toBe("Note abcd");
    expect(objectOf({ object: "note:7", object_kind: kind, reference: "" }, "en")).toBe("note:7");
  });
});

describe("the question", () => {
  it("is the same after a round through the address", () => {
    const question = { ready: "" as const, person: "person:12", object: "note:7", action: "consultation" as const, first: "2026-03-01", last: "2026-03-31", purpose: "réquisition n° 4", before: 120, entry: 99 };
    expect(parseQuestion(new URL(`http://x${formatQuestion(question)}`).search)).toEqual(question);
    expect(formatQuestion(emptyQuestion)).toBe("/journal");
    expect(isFiltered({ ...emptyQuestion, before: 3, entry: 4 })).toBe(false);
  });
  it("that is asked often has a name, and its own act", () => {
    const question = parseQuestion("?question=dossiers&acte=erasure");
    expect(formatQuestion(question)).toBe("/journal?question=dossiers&acte=erasure");
    expect(apiQuery(question)).toBe("about=dossiers");
  });
  it("refuses what an address cannot mean", () => {
    expect(parseQuestion("?question=teapots&acte=look&du=yesterday&avant=-1&entree=x")).toEqual(emptyQuestion);
  });
  it("asks whole days of the reader's clock", () => {
    const query = new URLSearchParams(apiQuery({ ...emptyQuestion, first: "2026-10-25", last: "2026-10-25" }));
    const [from, until] = [Number(query.get("from_utc_ms")), Number(query.get("until_utc_ms"))];
    expect(new Date(from).getHours()).toBe(0);
    expect(new Date(until).getHours()).toBe(0);
    expect(new Date(until).getDate() - new Date(from).getDate()).toBe(1);
  });
});

describe("the proof", () => {
  it("leads to the root of RFC 6962's reference tree", async () => {
    const proof = ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"].map(hex);
    const root = hex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    expect(await rootFromProof(hex("40414243"), 5, 8, proof)).toEqual(root);
    expect(await rootFromProof(hex("40414244"), 5, 8, proof)).not.toEqual(root);
    expect(await rootFromProof(hex("40414243"), 4, 8, proof)).not.toEqual(root);
    expect(await rootFromProof(hex("40414243"), 8, 8, proof)).toBeNull();
    expect(await rootFromProof(hex("40414243"), 5, 8, proof.slice(0, 2))).toBeNull();
  });

  async function made(): Promise<LogProof> {
    const keyOfPurpose = await sha256(hex("01"));
    const leaf = new Uint8Array(202);
    leaf[0] = 1;
    leaf.set(await sha256(keyOfPurpose, Uint8Array.of(2), new TextEncoder().encode("dossier 12")), 10 + 64);
    const other = await sha256(hex("02"));
    const root = await sha256(Uint8Array.of(1), await sha256(Uint8Array.of(0), leaf), other);
    const keys = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"])) as CryptoKeyPair;
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
    const text = `log.example\n2\n${base64(root)}\n`;
    const signature = new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, keys.privateKey, new TextEncoder().encode(text)));
    return {
      entry: { position: 0 } as LogProof["entry"],
      leaf: base64(leaf),
      openings: [{ field: "purpose", value: base64(new TextEncoder().encode("dossier 12")), key: Array.from(keyOfPurpose, (byte) => byte.toString(16).padStart(2, "0")).join(""), commitment: "" }],
      size: 2,
      hashes: [base64(other)],
      root: base64(root),
      checkpoint: `${text}\n\u2014 log.example ${base64(Uint8Array.from([1, 2, 3, 4, ...signature]))}\n`,
      keys: [`log.example+01020304+${base64(Uint8Array.from([1, ...raw]))}`],
    };
  }
  it("is good when everything agrees", async () => {
    expect(await checkProof(await made())).toEqual({ commitments: true, inclusion: true, signature: true });
  });
  it("is bad when anything was changed", async () => {
    const good = await made();
    const leaf = fromBase64(good.leaf);
    leaf[3] = 9;
    expect((await checkProof({ ...good, leaf: base64(leaf) })).inclusion).toBe(false);
    expect((await checkProof({ ...good, size: 3 })).inclusion).toBe(false);
    expect((await checkProof({ ...good, openings: good.openings.map((one) => ({ ...one, value: btoa("dossier 13") })) })).commitments).toBe(false);
    expect((await checkProof({ ...good, checkpoint: good.checkpoint.replace("log.example\n2", "log.example\n3") })).signature).toBe(false);
    expect((await checkProof({ ...good, keys: [] })).signature).toBe(false);
  });
});

describe("the words", () => {
  it("name every act in both languages", () => {
    expect(Object.keys(journalWords.fr.actions)).toEqual(Object.keys(journalWords.en.actions));
  });
});
