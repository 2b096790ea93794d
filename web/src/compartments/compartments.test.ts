import { describe, expect, it } from "vitest";
import type { CompartmentMemberView, CompartmentView } from "../api/types";
import { codeNameOf, whyNotAdmit, whyNotDismiss } from "./compartments.model";
import { compartmentWords } from "./compartments.words";

const words = compartmentWords.fr;
const member = (login: string, change: Partial<CompartmentMemberView> = {}): CompartmentMemberView => ({ login, name: login, service: "Police", admitted_at: "2026-11-25T10:00:00Z", in_force: true, may_admit: true, self: false, ...change });
const compartment = (members: CompartmentMemberView[], closed_at: string | null = null): CompartmentView => ({ code: "abcdefghijklmnop", name: "MISTRAL", kind: { name: "procedure", label: { fr: "procédure", en: "procedure" } }, opened_at: "2026-11-25T10:00:00Z", closed_at, members });

describe("a code name", () => {
  it("is taken as the server takes it, whatever is typed", () => {
    expect(codeNameOf("mistral")).toBe("MISTRAL");
    expect(codeNameOf("Alizé  nord 2")).toBe("ALIZE-NORD-2");
    expect(codeNameOf("-a")).toBe("A");
    expect(codeNameOf("x".repeat(40))).toHaveLength(24);
  });
});

describe("what may be done with a compartment", () => {
  it("is nothing but leaving for a role that opens none", () => {
    const me = member("pat", { self: true, may_admit: false });
    const one = compartment([member("ana"), me]);
    expect(whyNotAdmit(one, false, words)).toBe(words.notYourRole);
    expect(whyNotDismiss(one, member("ana"), false, words)).toBe(words.notYourRole);
    expect(whyNotDismiss(one, me, false, words)).toBeNull();
  });
  it("leaves somebody who may admit", () => {
    const me = member("ana", { self: true });
    const patrol = member("pat", { may_admit: false });
    expect(whyNotDismiss(compartment([me, patrol]), me, true, words)).toBe(words.lastOpen);
    expect(whyNotDismiss(compartment([me, patrol], "2026-11-25T11:00:00Z"), me, true, words)).toBe(words.lastClosed);
    expect(whyNotDismiss(compartment([me, patrol]), patrol, true, words)).toBeNull();
    expect(whyNotDismiss(compartment([me, member("bob")]), me, true, words)).toBeNull();
  });
  it("admits nobody to a closed one", () => {
    expect(whyNotAdmit(compartment([member("ana", { self: true })], "2026-11-25T11:00:00Z"), true, words)).toBe(words.isClosed);
  });
});
