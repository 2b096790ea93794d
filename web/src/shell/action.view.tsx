import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { capabilityWords } from "../session/capability.words";
import { may } from "../session/session.model";
import { sessionWords } from "../session/session.words";
import { fill } from "../words/words";
import { usePage } from "./page.context";

// Why the reader's role does not let them do something in that territory; null: it does. A role and what it may do are
// known to whoever holds it, so the reason tells of nothing else.
export function useWhyNot(capability: string, slug: string | null): string | null {
  const { language, session } = usePage();
  if (may(session, capability, slug)) return null;
  return fill(sessionWords[language].notYourRole, { what: capabilityWords[capability]?.[language] ?? capability });
}

// A button that may not do its thing just now says why: it stays in the order of the keyboard, the reason stands beside
// it and is read out with it. `why` null: it may. Whether something exists that one may not see is never a reason.
type Props = {
  why: string | null;
  onRun?: () => void; // none: it sends the form that it stands in
  kind?: "action" | "plain" | "primary";
  label?: string; // read out instead of what it shows
  isBusy?: boolean;
  children: ComponentChildren;
};

export function Action({ why, onRun, kind = "action", label, isBusy = false, children }: Props) {
  const id = useId();
  const isOff = why !== null;
  return (
    <>
      <button
        type={onRun ? "button" : "submit"}
        class={kind}
        aria-label={label}
        aria-disabled={isOff || undefined}
        aria-describedby={isOff ? id : undefined}
        disabled={isBusy}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onRun?.();
        }}
      >
        {children}
      </button>
      {isOff && (
        <small class="quiet why" id={id}>
          {why}
        </small>
      )}
    </>
  );
}

// A part of a page that the reader's role leaves to others: there, named, off, with the reason.
export function RefusedCard({ title, act, why }: { title: string; act?: string; why: string | null }) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {act === undefined ? (
        <p class="quiet">{why}</p>
      ) : (
        <div class="member-act">
          <Action why={why} onRun={() => undefined}>
            {act}
          </Action>
        </div>
      )}
    </section>
  );
}
