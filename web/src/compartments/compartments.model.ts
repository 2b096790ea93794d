import type { CompartmentMemberView, CompartmentView } from "../api/types";
import type { CompartmentWords } from "./compartments.words";

// What is typed, as the server takes it: a code name in capitals, without accents, words joined by hyphens.
export function codeNameOf(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, 24);
}

// Why an act on a compartment is not to be had; null: it is. The server decides, by the same rules.
export const whyNotAdmit = (one: CompartmentView, mayOpen: boolean, words: CompartmentWords): string | null => (!mayOpen ? words.notYourRole : one.closed_at !== null ? words.isClosed : null);

export const whyNotClose = whyNotAdmit;

export function whyNotDismiss(one: CompartmentView, member: CompartmentMemberView, mayOpen: boolean, words: CompartmentWords): string | null {
  if (!member.self && !mayOpen) return words.notYourRole;
  const others = one.members.filter((other) => other.login !== member.login);
  const isKept = others.some((other) => other.may_admit) || (!member.may_admit && others.some((other) => other.in_force));
  if (isKept) return null;
  return one.closed_at === null ? words.lastOpen : words.lastClosed;
}
