import { useEffect, useState } from "preact/hooks";
import { api, asProblem, type Problem } from "../api/client";
import type { InvitationView } from "../api/types";
import { usePage } from "../shell/page.context";
import { RecoveryCodes, SecondFactorFields } from "./factor.view";
import { sessionWords } from "./session.words";

// Opened by a one-time link, whose secret is behind the '#': browsers do not send it, so no log of a proxy holds it.
export function InvitationPage({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const [invitation, setInvitation] = useState<InvitationView | null>(null);
  const [dead, setDead] = useState<Problem | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  useEffect(() => {
    document.title = `${words.invitationTitle} · Quadrille`;
  }, [language]);
  useEffect(() => {
    api
      .invitation(secret)
      .then(setInvitation)
      .catch((failure: unknown) => setDead(asProblem(failure)));
  }, [secret]);
  const accept = async () => {
    if (!invitation) return;
    setProblem(null);
    try {
      const accepted = await api.acceptInvitation({ secret, login: invitation.login === null ? login.trim() : null, name: invitation.login === null ? name.trim() : null, password, code: code.trim() === "" ? null : code.replace(/\s/g, "") });
      if (accepted.recovery_codes.length > 0) setCodes(accepted.recovery_codes);
      else onDone();
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  return (
    <main id="content" class="empty" tabIndex={-1}>
      <h1>{dead ? words.deadLink : words.invitationTitle}</h1>
      {dead && <p role="alert">{dead.message}</p>}
      {codes && <RecoveryCodes codes={codes} onDone={onDone} />}
      {invitation && !codes && (
        <form
          class="card fields"
          onSubmit={(event) => {
            event.preventDefault();
            void accept();
          }}
        >
          {invitation.login === null ? (
            <>
              <label>
                {words.login}
                <input type="text" autocomplete="username" autocapitalize="none" spellcheck={false} required value={login} onInput={(event) => setLogin(event.currentTarget.value)} />
              </label>
              <label>
                {words.name}
                <input type="text" autocomplete="name" required value={name} onInput={(event) => setName(event.currentTarget.value)} />
              </label>
            </>
          ) : (
            <p>
              <strong>{invitation.name}</strong> <small class="quiet">{invitation.login}</small>
            </p>
          )}
          <p class="quiet">{words.invitationText}</p>
          <label>
            {words.password}
            <input type="password" autocomplete="new-password" minLength={12} required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
          </label>
          <SecondFactorFields view={invitation} text={invitation.needs_second_factor ? words.secondFactorNeeded : words.secondFactorOptional} isRequired={invitation.needs_second_factor} code={code} onCode={setCode} />
          {problem && (
            <p role="alert" class="refused">
              {problem.message}
            </p>
          )}
          <div class="actions">
            <button type="submit" class="action">
              {words.openAccount}
            </button>
          </div>
        </form>
      )}
    </main>
  );
}
