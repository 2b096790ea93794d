import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { IssuedTokenView, SessionView, TokenView } from "../api/types";
import { useAct } from "../recall/act.model";
import { Action } from "../shell/action.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatDay } from "../words/format";
import { fill } from "../words/words";
import { capabilityWords } from "./capability.words";
import { sessionWords } from "./session.words";

// What a token of this person could be made for: what they hold themselves, once each.
export function capabilitiesOf(session: SessionView): string[] {
  return [...new Set([...session.capabilities, ...session.standings.flatMap((one) => one.capabilities)])].sort();
}

// One's own tokens of programs: what there is, what it may do, until when; making one, shown once; revoking.
export function TokensCard({ session }: { session: SessionView }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const tokens = useLoaded<TokenView[]>("own tokens", () => api.ownTokens());
  const [issued, setIssued] = useState<IssuedTokenView | null>(null);
  const { problem, isSending, run } = useAct();
  const revoke = (code: string) =>
    run(async () => {
      await api.revokeOwnToken(code);
      setIssued((shown) => (shown?.token.code === code ? null : shown));
      tokens.retry();
    });
  // Whether it was made; what was typed stays where it was not.
  const make = async (wanted: Wanted) => {
    let isMade = false;
    await run(async () => {
      setIssued(await api.issueToken(wanted));
      isMade = true;
      tokens.retry();
    });
    return isMade;
  };
  return (
    <section class="card tokens" aria-labelledby="tokens-title">
      <h2 id="tokens-title">{words.tokens}</h2>
      <p class="quiet">{words.tokensHint}</p>
      {(tokens.problem ?? problem) && (
        <p role="alert" class="refused">
          {(tokens.problem ?? problem)?.message}
        </p>
      )}
      {issued && <Issued issued={issued} />}
      {tokens.value?.length === 0 && <p>{words.tokensNone}</p>}
      <ul class="plain-list">
        {(tokens.value ?? []).map((token) => (
          <Token key={token.code} token={token} onRevoke={() => void revoke(token.code)} />
        ))}
      </ul>
      <NewToken session={session} isSending={isSending} onMake={make} />
    </section>
  );
}

function Issued({ issued }: { issued: IssuedTokenView }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const [isCopied, setCopied] = useState(false);
  const shown = useRef<HTMLElement>(null);
  // It stands above the form that made it, perhaps out of sight, and will not be shown again.
  useEffect(() => shown.current?.focus(), [issued]);
  return (
    <section class="card notice" aria-labelledby="issued-title" tabIndex={-1} ref={shown}>
      <h3 id="issued-title">{fill(words.tokenMade, { label: issued.token.label })}</h3>
      <p>{words.tokenOnce}</p>
      <p>
        <code class="link secret">{issued.secret}</code>
      </p>
      <div class="actions">
        <button type="button" class="action" onClick={() => void navigator.clipboard.writeText(issued.secret).then(() => setCopied(true))}>
          {isCopied ? words.copied : words.copy}
        </button>
      </div>
    </section>
  );
}

function Token({ token, onRevoke }: { token: TokenView; onRevoke: () => void }) {
  const { language, session } = usePage();
  const words = sessionWords[language];
  const [isSure, setSure] = useState(false);
  const isDemonstration = session?.person?.demonstration === true;
  const day = (moment: string) => formatDay(moment.slice(0, 10), language);
  const end = token.revoked_at !== null ? fill(words.tokenRevoked, { day: day(token.revoked_at) }) : fill(token.good ? words.tokenUntil : words.tokenOver, { day: day(token.expires_at) });
  const used = token.used_at === null ? words.tokenUnused : fill(words.tokenUsed, { day: day(token.used_at) });
  return (
    <li class="token">
      <p>
        <strong>{token.label}</strong> <span class="quiet">{[token.purpose, fill(words.tokenSince, { day: day(token.created_at) }), end, used].join(" · ")}</span>
      </p>
      {token.good && !token.second_factor && !isDemonstration && <p class="quiet">{words.tokenOneFactor}</p>}
      <p class="quiet">{token.capabilities.map((name) => capabilityWords[name]?.[language] ?? name).join(", ")}</p>
      {token.good && !isSure && (
        <button type="button" class="plain" aria-label={`${words.tokenRevoke}: ${token.label}`} onClick={() => setSure(true)}>
          {words.tokenRevoke}
        </button>
      )}
      {token.good && isSure && (
        <div class="actions" role="group" aria-label={fill(words.tokenSure, { label: token.label })}>
          <span>{fill(words.tokenSure, { label: token.label })}</span>
          <button type="button" class="plain" onClick={() => setSure(false)}>
            {words.cancel}
          </button>
          <button type="button" class="action" onClick={onRevoke}>
            {words.tokenRevoke}
          </button>
        </div>
      )}
    </li>
  );
}

type Wanted = { label: string; purpose: string; capabilities: string[]; days: number };

function NewToken({ session, isSending, onMake }: { session: SessionView; isSending: boolean; onMake: (wanted: Wanted) => Promise<boolean> }) {
  const { language } = usePage();
  const words = sessionWords[language];
  const [label, setLabel] = useState("");
  const [purpose, setPurpose] = useState("");
  const [days, setDays] = useState(90);
  const [chosen, setChosen] = useState<string[]>([]);
  const toggle = (name: string) => setChosen(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  const why = chosen.length === 0 ? words.tokenWhyNot : null;
  return (
    <form
      class="row-form"
      aria-labelledby="new-token"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) void onMake({ label: label.trim(), purpose: purpose.trim(), capabilities: chosen, days }).then((isMade) => isMade && setLabel(""));
      }}
    >
      <h3 id="new-token">{words.tokenNew}</h3>
      <label>
        {words.tokenLabel}
        <input type="text" required maxLength={80} value={label} onInput={(event) => setLabel(event.currentTarget.value)} />
      </label>
      <label>
        {words.tokenPurpose}
        <input type="text" required minLength={3} maxLength={300} value={purpose} onInput={(event) => setPurpose(event.currentTarget.value)} />
      </label>
      <label>
        {words.tokenDays}
        <input type="number" required min={1} max={400} value={days} onInput={(event) => setDays(event.currentTarget.valueAsNumber)} />
      </label>
      <fieldset>
        <legend>{words.tokenCapabilities}</legend>
        {capabilitiesOf(session).map((name) => (
          <label key={name} class="choice">
            <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} /> {capabilityWords[name]?.[language] ?? name}
          </label>
        ))}
      </fieldset>
      <div class="row-form-end">
        <Action why={why} isBusy={isSending}>
          {words.tokenMake}
        </Action>
      </div>
    </form>
  );
}
