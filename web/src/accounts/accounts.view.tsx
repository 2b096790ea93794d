import { useState } from "preact/hooks";
import { api, asProblem, type Problem } from "../api/client";
import type { AccountView, Accounts, ChangedAccount } from "../api/types";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import type { PageProps } from "../shell/pages.model";
import { fill } from "../words/words";
import { AccountCard } from "./account.view";
import { accountWords } from "./accounts.words";
import { ActsCard } from "./acts.view";

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

type Undo = { account: string; name: string; habilitation: string };

// The administrator's page: accounts with their habilitations and tokens, and the legal acts of each territory.
export function AccountsPage({ onSaid }: PageProps) {
  const { language } = usePage();
  const words = accountWords[language];
  const loaded = useLoaded<Accounts>("accounts", () => api.accounts());
  const [changed, setChanged] = useState<Map<string, AccountView>>(new Map());
  const [link, setLink] = useState<{ name: string; address: string } | null>(null);
  const [undo, setUndo] = useState<Undo | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [text, setText] = useState("");
  const [opened, setOpened] = useState<string | null>(null);
  // Runs a change and shows the account as it is afterwards. Answers whether it was done.
  const run = async (act: () => Promise<ChangedAccount>, before: AccountView | null): Promise<boolean> => {
    setProblem(null);
    try {
      const answer = await act();
      const after = answer.account;
      setChanged((all) => new Map(all).set(after.code, after));
      setOpened(after.code);
      if (answer.link !== null) setLink({ name: after.name, address: location.origin + answer.link });
      const known = new Set((before?.habilitations ?? []).map((one) => one.code));
      const fresh = before ? after.habilitations.find((one) => !known.has(one.code)) : undefined;
      setUndo(fresh ? { account: after.code, name: after.name, habilitation: fresh.code } : null);
      if (fresh) onSaid(fill(words.granted, { name: after.name }));
      return true;
    } catch (failure) {
      setProblem(asProblem(failure));
      return false;
    }
  };
  const takeBack = () => undo && void run(() => api.revoke(undo.account, undo.habilitation), null).then((done) => done && onSaid(words.undone));
  const found = loaded.value;
  const known = found?.accounts ?? [];
  const made = [...changed.values()].filter((one) => !known.some((other) => other.code === one.code));
  const all = [...known.map((one) => changed.get(one.code) ?? one), ...made].sort((a, b) => a.login.localeCompare(b.login));
  const wanted = plain(text.trim());
  const shown = all.filter((one) => wanted === "" || plain(`${one.login} ${one.name}`).includes(wanted));
  const open = (code: string, isOpen: boolean) => setOpened((now) => (isOpen ? code : now === code ? null : now));
  return (
    <main id="content" tabIndex={-1} aria-busy={loaded.isLoading} class="accounts">
      <PageHead title={words.title} hint={words.hint} problem={loaded.problem ?? problem} undo={undo && { said: fill(words.granted, { name: undo.name }), label: words.undo, onUndo: takeBack }} />
      {link && <LinkCard name={link.name} address={link.address} onClose={() => setLink(null)} />}
      <NewAccountCard onCreate={(login, name) => run(() => api.createAccount(login, name), null)} />
      <label class="find">
        <span class="visually-hidden">{words.search}</span>
        <input type="search" placeholder={words.search} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {found && shown.length === 0 && <p class="quiet">{words.none}</p>}
      {found && shown.map((one) => <AccountCard key={one.code} account={one} all={found} isOpen={opened === one.code} onOpen={(isOpen) => open(one.code, isOpen)} onRun={(act) => run(act, one)} />)}
      {found?.territories.map((place) => (
        <ActsCard key={place.slug} place={place} parts={found.parts} onChanged={loaded.retry} />
      ))}
    </main>
  );
}

function LinkCard({ name, address, onClose }: { name: string; address: string; onClose: () => void }) {
  const { language, words: page } = usePage();
  const words = accountWords[language];
  const [isCopied, setCopied] = useState(false);
  return (
    <section class="card notice" aria-labelledby="link-title">
      <h2 id="link-title">{fill(words.linkTitle, { name })}</h2>
      <p>{words.linkText}</p>
      <p>
        <code class="link">{address}</code>
      </p>
      <div class="actions">
        <button type="button" class="plain" onClick={onClose}>
          {page.close}
        </button>
        <button type="button" class="action" onClick={() => void navigator.clipboard.writeText(address).then(() => setCopied(true))}>
          {isCopied ? words.copied : words.copy}
        </button>
      </div>
    </section>
  );
}

function NewAccountCard({ onCreate }: { onCreate: (login: string, name: string) => Promise<boolean> }) {
  const { language } = usePage();
  const words = accountWords[language];
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const create = async () => {
    if (!(await onCreate(login.trim(), name.trim()))) return;
    setLogin("");
    setName("");
  };
  return (
    <form
      class="card row-form"
      aria-labelledby="new-account"
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <h2 id="new-account">{words.newAccount}</h2>
      <label>
        {words.login}
        <input type="text" required autocapitalize="none" spellcheck={false} value={login} onInput={(event) => setLogin(event.currentTarget.value)} />
      </label>
      <label>
        {words.name}
        <input type="text" required value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <button type="submit" class="action">
        {words.create}
      </button>
    </form>
  );
}
