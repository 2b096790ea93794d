import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { AccountView, Accounts, ChangedAccount, HabilitationView } from "../api/types";
import { Action } from "../shell/action.view";
import { Choice, namedBy } from "../shell/choice.view";
import { usePage } from "../shell/page.context";
import { formatDay } from "../words/format";
import { fill } from "../words/words";
import { accountWords } from "./accounts.words";

type Run = (act: () => Promise<ChangedAccount>) => Promise<boolean>;
type Props = { account: AccountView; all: Accounts; isOpen: boolean; onOpen: (isOpen: boolean) => void; onRun: Run };

export function AccountCard({ account, all, isOpen, onOpen, onRun }: Props) {
  const { language } = usePage();
  const words = accountWords[language];
  const held = account.habilitations.filter((one) => one.in_force).map((one) => one.role.label[language] + (one.territory_name === "" ? "" : ` (${one.territory_name})`));
  const demands = (one: HabilitationView) => one.in_force && all.roles.some((role) => role.second_factor && role.role.role === one.role.role);
  const lacksFactor = !account.demonstration && !account.second_factor && account.habilitations.some(demands);
  const waits = !account.demonstration && !account.has_password;
  const marks = [account.disabled_at !== null && words.disabled, account.demonstration && words.demonstration, waits && words.noPassword, account.second_factor && words.secondFactor, lacksFactor && words.secondFactorLacks].filter((one) => one !== false);
  return (
    <details class="card account-card" open={isOpen} onToggle={(event) => onOpen(event.currentTarget.open)}>
      <summary>
        <strong>{account.name}</strong> <span class="quiet">{[account.login, ...held, ...marks].join(" · ")}</span>
      </summary>
      <h2>{words.habilitations}</h2>
      {account.habilitations.length === 0 ? <p class="quiet">{words.noHabilitation}</p> : <HabilitationTable account={account} onRun={onRun} />}
      {account.disabled_at === null && <GrantForm account={account} all={all} onRun={onRun} />}
      <h2>{words.tokens}</h2>
      {account.tokens.length === 0 && <p class="quiet">{words.noToken}</p>}
      <ul class="plain-list">
        {account.tokens.map((token) => (
          <li key={token.code}>
            {token.label} · <span class="quiet">{token.purpose}</span> · {token.good ? fill(words.good, { day: formatDay(token.expires_at.slice(0, 10), language) }) : words.notGood}{" "}
            {token.good && (
              <button type="button" class="plain" aria-label={`${words.revoke}: ${token.label}`} onClick={() => void onRun(() => api.revokeToken(account.code, token.code))}>
                {words.revoke}
              </button>
            )}
          </li>
        ))}
      </ul>
      <AccountActions account={account} onRun={onRun} />
    </details>
  );
}

function AccountActions({ account, onRun }: { account: AccountView; onRun: Run }) {
  const { language, session } = usePage();
  const words = accountWords[language];
  const [isSure, setSure] = useState(false);
  const isOpen = account.disabled_at === null;
  const isSelf = session?.person?.code === account.code;
  if (isSure)
    return (
      <div class="actions">
        <span>{fill(words.resetSure, { name: account.name })}</span>
        <button type="button" class="plain" onClick={() => setSure(false)}>
          {words.cancel}
        </button>
        <button type="button" class="action" onClick={() => void onRun(() => api.changeAccount(account.code, "reset")).then(() => setSure(false))}>
          {words.confirm}
        </button>
      </div>
    );
  return (
    <div class="actions">
      {isOpen && (
        <span class="member-act">
          <Action kind="plain" why={isSelf ? words.notOwnReset : null} onRun={() => setSure(true)}>
            {words.reset}
          </Action>
        </span>
      )}
      <span class="member-act">
        <Action kind="plain" why={isSelf ? words.notOwnDisable : null} onRun={() => void onRun(() => api.changeAccount(account.code, isOpen ? "disable" : "enable"))}>
          {isOpen ? words.disable : words.enable}
        </Action>
      </span>
    </div>
  );
}

function HabilitationTable({ account, onRun }: { account: AccountView; onRun: Run }) {
  const { language } = usePage();
  const words = accountWords[language];
  const end = (one: HabilitationView) => {
    if (one.revoked_at !== null) return words.revoked;
    if (one.in_force) return one.until === null ? words.noEnd : formatDay(one.until, language);
    return new Date(one.from) > new Date() ? words.toCome : words.past;
  };
  const level = (name: string) => (name === "restricted" || name === "confidential" ? words.clearances[name] : words.clearances.ordinary);
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={`${words.habilitations}: ${account.name}`}>
      <table class="stacked">
        <thead>
          <tr>
            {[words.role, words.territory, words.service, words.clearance, words.act, words.from, words.until].map((label) => (
              <th scope="col" key={label}>
                {label}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {account.habilitations.map((one) => (
            <tr key={one.code}>
              <th scope="row">{one.role.label[language]}</th>
              <td data-label={words.territory}>{one.territory_name === "" ? words.instance : one.territory_name}</td>
              <td data-label={words.service}>{one.service}</td>
              <td data-label={words.clearance}>{level(one.clearance)}</td>
              <td data-label={words.act}>{one.act}</td>
              <td data-label={words.from}>{formatDay(one.from, language)}</td>
              <td data-label={words.until}>{end(one)}</td>
              <td>
                {one.revoked_at === null && (
                  <button type="button" class="plain" aria-label={`${words.revoke}: ${one.role.label[language]}`} onClick={() => void onRun(() => api.revoke(account.code, one.code))}>
                    {words.revoke}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GrantForm({ account, all, onRun }: { account: AccountView; all: Accounts; onRun: Run }) {
  const { language, session } = usePage();
  const words = accountWords[language];
  const isSelf = session?.person?.code === account.code;
  const [role, setRole] = useState(all.roles[0]?.role.role ?? "");
  const [slug, setSlug] = useState(all.territories[0]?.slug ?? "");
  const [service, setService] = useState("");
  const [clearance, setClearance] = useState("ordinary");
  const [act, setAct] = useState("");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const isInstance = all.roles.find((one) => one.role.role === role)?.instance === true;
  const services = all.territories.find((one) => one.slug === slug)?.services ?? [];
  const picked = services.some((one) => one.code === service) ? service : (services[0]?.code ?? "");
  const grant = () => {
    const days = { from: from === "" ? null : from, until: until === "" ? null : until };
    const place = isInstance ? { territory: null, service: null } : { territory: slug, service: picked };
    return onRun(() => api.grant(account.code, { role, ...place, clearance, act: act.trim(), ...days }));
  };
  return (
    <form
      class="row-form"
      aria-label={`${words.grant}: ${account.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSelf) void grant().then((done) => done && setAct(""));
      }}
    >
      {all.roles.find((one) => one.role.role === role)?.second_factor && <p class="quiet">{words.roleDemands}</p>}
      <Choice label={words.role} value={role} choices={all.roles.map((one) => ({ name: one.role.role, label: one.role.label[language] }))} onPick={setRole} />
      {!isInstance && (
        <>
          <Choice label={words.territory} value={slug} choices={all.territories.map((one) => ({ name: one.slug, label: one.name }))} onPick={setSlug} />
          <Choice label={words.service} value={picked} choices={services.map((one) => ({ name: one.code, label: one.name }))} onPick={setService} />
          <Choice label={words.clearance} value={clearance} choices={namedBy(words.clearances)} onPick={setClearance} />
        </>
      )}
      <label>
        {words.act}
        <input type="text" required minLength={3} value={act} onInput={(event) => setAct(event.currentTarget.value)} />
      </label>
      <label>
        {words.from}
        <input type="date" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        {words.until}
        <input type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
      </label>
      <div class="row-form-end">
        <Action why={isSelf ? words.notOwnGrant : null}>{words.grant}</Action>
      </div>
    </form>
  );
}
