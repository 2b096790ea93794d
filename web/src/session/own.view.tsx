import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { OwnAccountView, SessionView } from "../api/types";
import { Action } from "../shell/action.view";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatCount, formatDay, formatMinute } from "../words/format";
import { fill } from "../words/words";
import { CodeStep, Enrolment, useWaitingWords } from "./factor.view";
import { sessionWords } from "./session.words";
import { TokensCard } from "./tokens.view";

type Props = { session: SessionView; onSession: (session: SessionView) => void; onSaid: (words: string) => void };

// One's own account: the second factor, the sessions that are open, the tokens of programs.
export function OwnAccountPage({ session, onSession, onSaid }: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  const own = useLoaded<OwnAccountView>("own account", () => api.ownAccount());
  const changed = (next: SessionView, said: string) => {
    onSession(next);
    own.retry();
    onSaid(said);
  };
  return (
    <main id="content" tabIndex={-1} aria-busy={own.isLoading} class="accounts own-account">
      <PageHead title={words.ownAccount} hint={`${session.person?.name ?? ""} · ${session.person?.login ?? ""}`} problem={own.problem} />
      {own.value && <SecondFactorCard session={session} own={own.value} onChanged={changed} />}
      {own.value && <SessionsCard own={own.value} onSession={onSession} />}
      <TokensCard session={session} />
    </main>
  );
}

type CardProps = { session: SessionView; own: OwnAccountView; onChanged: (session: SessionView, said: string) => void };

function SecondFactorCard({ session, own, onChanged }: CardProps) {
  const { language } = usePage();
  const words = sessionWords[language];
  const [act, setAct] = useState<"enrol" | "change" | "give up" | null>(null);
  const has = session.person?.second_factor === true;
  const stop = () => setAct(null);
  const done = (said: string) => (next: SessionView) => {
    stop();
    onChanged(next, said);
  };
  return (
    <section class="card own-factor" aria-labelledby="own-factor-title">
      <h2 id="own-factor-title">{words.secondFactor}</h2>
      {act === null && <Standing session={session} own={own} onAct={setAct} />}
      {act === "enrol" && <Enrolment onDone={done(words.enrolled)} onCancel={stop} />}
      {act === "change" && <Enrolment replaces={true} onDone={done(words.telephoneChanged)} onCancel={stop} />}
      {act === "give up" && (
        <CodeStep submit={words.giveUp} onSend={async (code) => done(words.givenUp)(await api.giveUpSecondFactor(code))} onCancel={stop}>
          <p>{has && words.giveUpText}</p>
        </CodeStep>
      )}
    </section>
  );
}

// What there is, and what can be done about it.
function Standing({ session, own, onAct }: { session: SessionView; own: OwnAccountView; onAct: (act: "enrol" | "change" | "give up") => void }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const sayRole = useWaitingWords();
  const person = session.person;
  if (!person?.second_factor)
    return (
      <>
        {person?.demonstration !== true && <p>{words.noFactor}</p>}
        <div class="member-act">
          <Action why={person?.demonstration === true ? words.noFactorInDemonstration : null} onRun={() => onAct("enrol")}>
            {words.enrol}
          </Action>
        </div>
      </>
    );
  const whyNotGiveUp = own.demanding_roles.length > 0 ? own.demanding_roles.map(sayRole).join(" ") : null;
  return (
    <>
      <p>{own.second_factor_since === null ? words.factorActive : fill(words.factorSince, { day: formatDay(own.second_factor_since.slice(0, 10), language) })}</p>
      <p class={own.recovery_codes < 3 ? "refused" : "quiet"}>{fill(own.recovery_codes === 0 ? words.noRecoveryLeft : own.recovery_codes === 1 ? words.oneRecoveryLeft : words.recoveryLeft, { count: formatCount(own.recovery_codes, language) })}</p>
      <div class="member-act">
        <Action why={null} onRun={() => onAct("change")}>
          {words.changeTelephone}
        </Action>
        <Action why={whyNotGiveUp} kind="plain" onRun={() => onAct("give up")}>
          {words.giveUp}
        </Action>
      </div>
    </>
  );
}

function SessionsCard({ own, onSession }: { own: OwnAccountView; onSession: (session: SessionView) => void }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const others = own.sessions.filter((one) => !one.current).length;
  return (
    <section class="card" aria-labelledby="own-sessions-title">
      <h2 id="own-sessions-title">{words.sessions}</h2>
      <ul class="plain-list">
        {own.sessions.map((one) => (
          <li key={one.opened_at} class="own-session">
            <strong>{one.current ? words.thisSession : words.otherSession}</strong>{" "}
            <span class="quiet">{[fill(words.sessionOpened, { moment: formatMinute(one.opened_at, language), way: one.method.label[language] }), ...(one.current ? [] : [fill(words.sessionSeen, { moment: formatMinute(one.seen_at, language) })]), fill(words.sessionEnds, { moment: formatMinute(one.ends_at, language) })].join(" · ")}</span>
          </li>
        ))}
      </ul>
      <p class="quiet">{words.signOutEverywhereText}</p>
      <div class="member-act">
        <Action why={others === 0 ? words.noOtherSession : null} kind="plain" onRun={() => void api.signOutEverywhere().then(onSession)}>
          {words.signOutEverywhere}
        </Action>
      </div>
    </section>
  );
}
