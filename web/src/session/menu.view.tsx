import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { SessionView } from "../api/types";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { SecondFactorDialog, useWaitingWords } from "./factor.view";
import { sessionWords } from "./session.words";
import { TokensDialog } from "./tokens.view";

type Props = { session: SessionView; onSession: (session: SessionView) => void; onPurpose: () => void };

// Who one is here: name, services, roles, purpose, and the way out.
export function AccountMenu({ session, onSession, onPurpose }: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  const menu = useRef<HTMLDetailsElement>(null);
  const [hasFactorOpen, setFactorOpen] = useState(false);
  const sayWaiting = useWaitingWords();
  const [hasTokensOpen, setTokensOpen] = useState(false);
  useEffect(() => {
    const leave = (event: Event) => {
      if (menu.current && event.target instanceof Node && !menu.current.contains(event.target)) menu.current.open = false;
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !menu.current?.open) return;
      menu.current.open = false;
      menu.current.querySelector("summary")?.focus();
    };
    addEventListener("click", leave);
    addEventListener("keydown", escape);
    return () => {
      removeEventListener("click", leave);
      removeEventListener("keydown", escape);
    };
  }, []);
  const person = session.person;
  if (!person) return null;
  const roles = [...session.instance_roles, ...session.standings.flatMap((one) => one.roles)];
  const labels = [...new Set(roles.map((one) => one.label[language]))];
  return (
    <>
      <details class="account" ref={menu}>
        <summary aria-label={fill(words.accountOf, { name: person.name })}>
          <span class="account-name">{person.name}</span>
        </summary>
        <div class="account-menu card">
          <p>
            <strong>{person.name}</strong> <small class="quiet">{person.login}</small>
          </p>
          <dl>
            {session.standings.map((one) => (
              <div key={one.territory}>
                <dt>{one.name}</dt>
                <dd>{[one.service, ...one.roles.map((role) => role.label[language])].filter((part) => part !== "").join(" · ")}</dd>
              </div>
            ))}
            <div>
              <dt>{words.roles}</dt>
              <dd>{labels.length > 0 ? labels.join(", ") : words.noRole}</dd>
            </div>
            <div>
              <dt>{words.purpose}</dt>
              <dd>
                {session.purpose === "" ? words.noPurpose : session.purpose}{" "}
                <button type="button" class="plain" onClick={onPurpose}>
                  {words.change}
                </button>
              </dd>
            </div>
          </dl>
          {session.waiting_roles.map((one) => (
            <p class="refused" key={`${one.role.role} ${one.territory}`}>
              {sayWaiting(one)}
            </p>
          ))}
          <div class="stack">
            {!person.demonstration && !person.second_factor && session.waiting_roles.length === 0 && (
              <button type="button" class="plain" onClick={() => setFactorOpen(true)}>
                {words.enrol}
              </button>
            )}
            <button type="button" class="plain" onClick={() => setTokensOpen(true)}>
              {words.tokens}
            </button>
            <button type="button" class="plain" onClick={() => void api.signOutEverywhere().then(onSession)}>
              {words.signOutEverywhere}
            </button>
            <button type="button" class="action" onClick={() => void api.signOut().then(onSession)}>
              {words.signOut}
            </button>
          </div>
        </div>
      </details>
      {hasFactorOpen && <SecondFactorDialog session={session} onSession={onSession} onClose={() => setFactorOpen(false)} />}
      {hasTokensOpen && <TokensDialog session={session} onClose={() => setTokensOpen(false)} />}
    </>
  );
}
