import { useEffect, useRef } from "preact/hooks";
import { api } from "../api/client";
import type { SessionView } from "../api/types";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { useWaitingWords } from "./factor.view";
import { sessionWords } from "./session.words";

type Props = {
  session: SessionView;
  own: { address: string; onOpen: (event: MouseEvent) => void }; // the page of one's own account
  onSession: (session: SessionView) => void;
  onPurpose: () => void;
};

// Who one is here: name, services, roles, purpose, the way to one's own account, and the way out.
export function AccountMenu({ session, own, onSession, onPurpose }: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  const menu = useRef<HTMLDetailsElement>(null);
  const sayWaiting = useWaitingWords();
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
            <a
              class="plain-link"
              href={own.address}
              onClick={(event) => {
                if (menu.current) menu.current.open = false;
                own.onOpen(event);
              }}
            >
              {words.ownAccount}
            </a>
            <button type="button" class="action" onClick={() => void api.signOut().then(onSession)}>
              {words.signOut}
            </button>
          </div>
        </div>
      </details>
  );
}
