import type { ComponentType } from "preact";
import { AccountsPage } from "../accounts/accounts.view";
import type { SessionView, Text } from "../api/types";
import { CompartmentsPage } from "../compartments/compartments.view";
import { FichesPage } from "../fiches/fiches.view";
import { Journal } from "../journal/journal.view";
import { KeepingPage } from "../recall/keeping.view";
import { RightsPage } from "../recall/person.view";
import { may } from "../session/session.model";
import { DeskPage } from "../sharing/desk.view";

// The pages of the left rail, in order. A page is one line here: its word in the address, its label, what a person
// must hold (any of these) for it to be there at all, and its view. Physionomie is the shell's own: it lives in the
// whole address.
export type PageProps = {
  session: SessionView;
  slug: string | null; // the territory shown
  onSaid: (words: string) => void; // read out by screen readers
};

export type PageEntry = {
  path: string;
  label: Text;
  needs: string[];
  scope: "territory" | "instance";
  view: ComponentType<PageProps>;
};

export const pages: PageEntry[] = [
  { path: "fiches", label: { fr: "Fiches", en: "Notes" }, needs: ["read_notes", "follow_own_notes", "submit_note"], scope: "territory", view: FichesPage },
  { path: "dossiers", label: { fr: "Dossiers", en: "Compartments" }, needs: ["read_notes"], scope: "territory", view: CompartmentsPage },
  { path: "conflits", label: { fr: "Conflits", en: "Conflicts" }, needs: ["run_duty_desk"], scope: "territory", view: DeskPage },
  { path: "conservation", label: { fr: "Conservation", en: "Keeping" }, needs: ["read_notes", "answer_received", "set_judicial"], scope: "territory", view: KeepingPage },
  { path: "droits", label: { fr: "Droits", en: "Rights" }, needs: ["answer_person"], scope: "instance", view: RightsPage },
  { path: "journal", label: { fr: "Journal", en: "Log" }, needs: ["read_log"], scope: "instance", view: Journal },
  { path: "comptes", label: { fr: "Comptes", en: "Accounts" }, needs: ["manage_accounts"], scope: "instance", view: AccountsPage },
];

export const physionomie = "physionomie";
// One's own account: everybody's who is signed in, reached from their name and not from the rail.
export const ownAccount = "compte";

export function pagesFor(session: SessionView, slug: string | null): PageEntry[] {
  return pages.filter((page) => (page.scope === "instance" || slug !== null) && page.needs.some((capability) => may(session, capability, page.scope === "territory" ? slug : null)));
}
