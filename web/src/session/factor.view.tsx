import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, type Problem } from "../api/client";
import type { SecondFactorView, SessionView, WaitingRoleView } from "../api/types";
import { useAct } from "../recall/act.model";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { drawCode } from "./qr.model";
import { sessionWords } from "./session.words";

// The second factor: enrolling it, and giving it in a session that came in without, when a role waits for it.

// "ABCDEFGH" in groups of four, as authenticator applications show keys.
const grouped = (key: string) => key.replace(/(.{4})(?=.)/g, "$1 ");

export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { language } = usePage();
  const words = sessionWords[language];
  return (
    <section class="card" aria-labelledby="recovery-title">
      <h2 id="recovery-title">{words.recoveryTitle}</h2>
      <p>{words.recoveryText}</p>
      <ul class="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{grouped(code)}</code>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="action" onClick={onDone}>
          {words.recoveryDone}
        </button>
      </div>
    </section>
  );
}

// Dark on white whatever the theme: cameras read no other. The key and the link beside it say the same.
function QrCode({ text, label }: { text: string; label: string }) {
  const { side, path } = useMemo(() => drawCode(text), [text]);
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges">
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

type FieldsProps = { view: SecondFactorView; text: string; isRequired: boolean; code: string; onCode: (code: string) => void };

export function SecondFactorFields({ view, text, isRequired, code, onCode }: FieldsProps) {
  const { language } = usePage();
  const words = sessionWords[language];
  return (
    <fieldset class="fields">
      <legend>{words.secondFactor}</legend>
      <p class="quiet">{text}</p>
      <div class="enrolment">
        <QrCode text={view.address} label={words.qrLabel} />
        <div>
          <p>{words.orKey}</p>
          <p>
            <code class="key">{grouped(view.secret)}</code>
          </p>
          <p>
            <a href={view.address}>{words.openInApplication}</a>
          </p>
        </div>
      </div>
      <label>
        {words.newCode}
        <input type="text" inputMode="numeric" autocomplete="one-time-code" required={isRequired} value={code} onInput={(event) => onCode(event.currentTarget.value)} />
      </label>
    </fieldset>
  );
}

type FormProps = { isSending: boolean; problem: Problem | null; submit: string; onSend: () => void; onCancel?: () => void; children: ComponentChildren };

function FactorForm({ isSending, problem, submit, onSend, onCancel, children }: FormProps) {
  const { language } = usePage();
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      {children}
      {problem && (
        <p role="alert" class="refused">
          {problem.message}
        </p>
      )}
      <div class="actions">
        {onCancel && (
          <button type="button" class="plain" onClick={onCancel}>
            {sessionWords[language].cancel}
          </button>
        )}
        <button type="submit" class="action" disabled={isSending}>
          {submit}
        </button>
      </div>
    </form>
  );
}

const digits = (code: string) => code.replace(/\s/g, "");

// The code of the second factor one has, or a recovery code.
function PresentCode({ code, onCode }: { code: string; onCode: (code: string) => void }) {
  const { language } = usePage();
  const words = sessionWords[language];
  return (
    <label>
      {words.code}
      <input type="text" inputMode="numeric" autocomplete="one-time-code" autocapitalize="none" required value={code} onInput={(event) => onCode(event.currentTarget.value)} />
      <small class="quiet">{words.codeHint}</small>
    </label>
  );
}

type StepProps = { onDone: (session: SessionView) => void; onCancel?: () => void };

// Puts a second factor in force: at once for who has none yet, and the code that does so is the one that the session
// waits for; for who has one (`replaces`), after its code. Until the last step the one before stays as it was.
export function Enrolment({ replaces = false, onDone, onCancel }: StepProps & { replaces?: boolean }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const [view, setView] = useState<SecondFactorView | null>(null);
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[] | null>(null);
  const { problem, isSending, run } = useAct();
  const place = useRef<HTMLDivElement>(null);
  const begin = (present: string | null) =>
    run(async () => {
      setView(await api.beginSecondFactor(present));
      setCode("");
    });
  useEffect(() => {
    if (!replaces) void begin(null);
  }, []);
  // Whoever reads by ear or keyboard is taken along to the next step.
  useEffect(() => place.current?.querySelector<HTMLElement>("input, button")?.focus(), [view, codes]);
  const confirm = () => run(async () => setCodes((await api.confirmSecondFactor(digits(code))).recovery_codes));
  const cancelling = onCancel ? { onCancel } : {};
  const step = () => {
    if (codes) return <RecoveryCodes codes={codes} onDone={() => void api.session().then(onDone)} />;
    if (replaces && !view)
      return (
        <FactorForm isSending={isSending} problem={problem} submit={words.go} onSend={() => void begin(digits(code))} {...cancelling}>
          <p class="quiet">{words.presentFirst}</p>
          <PresentCode code={code} onCode={setCode} />
        </FactorForm>
      );
    return (
      <FactorForm isSending={isSending || view === null} problem={problem} submit={replaces ? words.putInForce : words.enrol} onSend={() => void confirm()} {...cancelling}>
        {view && <SecondFactorFields view={view} text={replaces ? words.newTelephoneHow : words.secondFactorHow} isRequired={true} code={code} onCode={setCode} />}
      </FactorForm>
    );
  };
  return <div ref={place}>{step()}</div>;
}

// One code of the second factor one has, for something that asks for it.
export function CodeStep({ submit, onSend, onCancel, children }: { submit: string; onSend: (code: string) => Promise<void>; onCancel?: () => void; children?: ComponentChildren }) {
  const [code, setCode] = useState("");
  const { problem, isSending, run } = useAct();
  return (
    <FactorForm isSending={isSending} problem={problem} submit={submit} onSend={() => void run(() => onSend(digits(code)))} {...(onCancel ? { onCancel } : {})}>
      {children}
      <PresentCode code={code} onCode={setCode} />
    </FactorForm>
  );
}

// The session goes on from where it is.
function StepUp({ onDone, onCancel }: StepProps) {
  const { language } = usePage();
  return <CodeStep submit={sessionWords[language].giveCode} onSend={async (code) => onDone(await api.giveSecondFactor(code))} {...(onCancel ? { onCancel } : {})} />;
}

export function useWaitingWords(): (one: WaitingRoleView) => string {
  const { language } = usePage();
  const words = sessionWords[language];
  return (one) => fill(one.territory === "" ? words.waitingRole : words.waitingRoleAt, { role: one.role.label[language], place: one.territory_name });
}

function WaitingRoles({ session }: { session: SessionView }) {
  const { language } = usePage();
  const say = useWaitingWords();
  return (
    <>
      {session.waiting_roles.map((one) => (
        <p key={`${one.role.role} ${one.territory}`}>
          <strong>{say(one)}</strong>
        </p>
      ))}
      {session.waiting_roles.length > 0 && <p class="quiet">{sessionWords[language].waitingText}</p>}
    </>
  );
}

type Props = { session: SessionView; onSession: (session: SessionView) => void };

// The whole page of somebody who is nothing else yet.
export function SecondFactorPage({ session, onSession }: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  useEffect(() => {
    document.title = `${words.secondFactor} · Quadrille`;
  }, [language]);
  const Step = session.person?.second_factor ? StepUp : Enrolment;
  return (
    <main id="content" class="empty" tabIndex={-1}>
      <h1>{words.waitingTitle}</h1>
      <WaitingRoles session={session} />
      <section class="card" aria-label={words.secondFactor}>
        <Step onDone={onSession} />
      </section>
    </main>
  );
}

// The same over the page, for who has other roles meanwhile.
export function SecondFactorDialog({ session, onSession, onClose }: Props & { onClose: () => void }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  const done = (next: SessionView) => {
    onSession(next);
    close();
  };
  // What it began with: the session learns of the enrolment while the recovery codes are still shown.
  const Step = useRef(session.person?.second_factor ? StepUp : Enrolment).current;
  return (
    <dialog ref={dialog} aria-labelledby="factor-title" onClose={onClose}>
      <h2 id="factor-title">{words.waitingTitle}</h2>
      <WaitingRoles session={session} />
      <Step onDone={done} onCancel={close} />
    </dialog>
  );
}

// Above every page while a role waits.
export function WaitingRibbon({ session, onOpen }: { session: SessionView; onOpen: () => void }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const say = useWaitingWords();
  return (
    <aside class="ribbon ribbon-factor" aria-label={words.waitingTitle}>
      <span>{session.waiting_roles.map(say).join(" ")}</span>
      <button type="button" class="plain" onClick={onOpen}>
        {session.person?.second_factor ? words.giveCode : words.enrol}
      </button>
    </aside>
  );
}
