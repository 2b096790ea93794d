import { useEffect, useRef, useState } from "preact/hooks";
import { api, asProblem, type Problem } from "../api/client";
import type { SessionView } from "../api/types";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { sessionWords } from "./session.words";

type Props = { session: SessionView; onSignedIn: (session: SessionView) => void };

// The forms of signing in: by password, by the provider or the certificate, and in a demonstration by one click.
export function SignInForms({ session, onSignedIn }: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [wantsCode, setWantsCode] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (wantsCode) codeField.current?.focus();
  }, [wantsCode]);
  const run = async (act: () => Promise<SessionView>) => {
    setBusy(true);
    setProblem(null);
    try {
      onSignedIn(await act());
    } catch (failure) {
      const found = asProblem(failure);
      if (found.field === "code") setWantsCode(true);
      if (found.field !== "code" || wantsCode) setProblem(found);
    }
    setBusy(false);
  };
  const { ways } = session;
  return (
    <div class="sign-in">
      {ways.first_start && <p class="card">{words.firstStart}</p>}
      {ways.demonstration.length > 0 && (
        <section class="card" aria-labelledby="demonstration-title">
          <h2 id="demonstration-title">{words.demonstration}</h2>
          <p class="quiet">{words.demonstrationText}</p>
          <ul class="choices">
            {ways.demonstration.map((one) => (
              <li key={one.login}>
                <button type="button" class="action" disabled={isBusy} onClick={() => run(() => api.signInToDemonstration(one.login))}>
                  <strong>{one.role.label[language]}</strong> <small>{one.name}</small>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!ways.first_start && (
        <form
          class="card fields"
          onSubmit={(event) => {
            event.preventDefault();
            void run(() => api.signIn(login.trim(), password, wantsCode ? code.trim() : null));
          }}
        >
          <label>
            {words.login}
            <input type="text" name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required value={login} onInput={(event) => setLogin(event.currentTarget.value)} />
          </label>
          <label>
            {words.password}
            <input type="password" name="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
          </label>
          {wantsCode && (
            <label>
              {words.code}
              <input ref={codeField} type="text" inputMode="numeric" autocomplete="one-time-code" required value={code} onInput={(event) => setCode(event.currentTarget.value)} />
              <small class="quiet">{words.codeHint}</small>
            </label>
          )}
          {problem && (
            <p role="alert" class="refused">
              {problem.message}
            </p>
          )}
          <div class="actions">
            {ways.certificate && (
              <button type="button" class="plain" disabled={isBusy} onClick={() => run(api.signInByCertificate)}>
                {words.certificate}
              </button>
            )}
            {ways.provider !== null && (
              <button
                type="button"
                class="plain"
                disabled={isBusy}
                onClick={() =>
                  run(async () => {
                    location.assign((await api.beginAtProvider()).address);
                    return session;
                  })
                }
              >
                {fill(words.provider, { provider: ways.provider })}
              </button>
            )}
            <button type="submit" class="action" disabled={isBusy}>
              {words.signIn}
            </button>
          </div>
        </form>
      )}
    </div>
  );
}

export function SignInPage(props: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  useEffect(() => {
    document.title = `${words.title} · Quadrille`;
  }, [language]);
  return (
    <main id="content" class="empty" tabIndex={-1}>
      <h1>{words.title}</h1>
      <SignInForms {...props} />
    </main>
  );
}

// Over the page, which stays as it was.
export function SignInAgain(props: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="ended-title" onCancel={(event) => event.preventDefault()}>
      <h2 id="ended-title">{words.ended}</h2>
      <p>{words.endedText}</p>
      <SignInForms {...props} />
    </dialog>
  );
}
