import { useState } from "preact/hooks";
import type { CompartmentMemberView, CompartmentsView, CompartmentView } from "../api/types";
import { useAct } from "../recall/act.model";
import { Action } from "../shell/action.view";
import { Choice, namedIn } from "../shell/choice.view";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import type { PageProps } from "../shell/pages.model";
import { formatDay } from "../words/format";
import { fill } from "../words/words";
import { compartmentsApi } from "./compartments.client";
import { codeNameOf, whyNotAdmit, whyNotClose, whyNotDismiss } from "./compartments.model";
import { compartmentWords } from "./compartments.words";

type Undo = { code: string; name: string; login: string; person: string };
// Does something, shows what there is afterwards and says it.
type Run = (act: () => Promise<unknown>, said: string, undo?: Undo) => Promise<void>;

// The page Dossiers cloisonnés: the compartments one is in, who else is, opening, admitting, dismissing, closing.
export function CompartmentsPage({ slug, onSaid }: PageProps) {
  const { language } = usePage();
  const words = compartmentWords[language];
  const loaded = useLoaded<CompartmentsView>(slug, () => compartmentsApi.list(slug ?? ""));
  const { problem, isSending, run } = useAct();
  const [undo, setUndo] = useState<Undo | null>(null);
  const act: Run = (work, said, back) =>
    run(async () => {
      await work();
      setUndo(back ?? null);
      onSaid(said);
      loaded.retry();
    });
  const view = loaded.value;
  const place = slug ?? "";
  const takeBack = () => undo && void act(() => compartmentsApi.admit(place, undo.code, undo.login), fill(words.undone, { person: undo.person, name: undo.name }));
  return (
    <main id="content" class="compartments" tabIndex={-1} aria-busy={loaded.isLoading}>
      <PageHead title={words.title} hint={words.hint} problem={loaded.problem ?? problem} undo={undo && { said: fill(words.dismissed, { person: undo.person, name: undo.name }), label: words.undo, onUndo: takeBack }} />
      {view && (
        <>
          {view.compartments.length === 0 && (
            <section class="card" aria-labelledby="no-compartment">
              <h2 id="no-compartment">{words.none}</h2>
              <p>{view.may_open ? words.noneHow : words.noneWait}</p>
            </section>
          )}
          {view.compartments.map((one) => (
            <CompartmentCard key={one.code} slug={place} one={one} view={view} isSending={isSending} onRun={act} />
          ))}
          <OpenForm slug={place} view={view} isSending={isSending} onRun={act} />
        </>
      )}
    </main>
  );
}

function OpenForm({ slug, view, isSending, onRun }: { slug: string; view: CompartmentsView; isSending: boolean; onRun: Run }) {
  const { language } = usePage();
  const words = compartmentWords[language];
  const [kind, setKind] = useState(view.kinds[0]?.name ?? "");
  const [name, setName] = useState("");
  const open = async () => {
    await compartmentsApi.open(slug, kind, name);
    setName("");
  };
  return (
    <form
      class="card row-form"
      aria-labelledby="open-compartment"
      onSubmit={(event) => {
        event.preventDefault();
        if (view.may_open) void onRun(open, fill(words.opened, { name }));
      }}
    >
      <h2 id="open-compartment">{words.open}</h2>
      {view.may_open && (
        <>
          <Choice label={words.kind} value={kind} choices={namedIn(view.kinds, language)} onPick={setKind} />
          <label>
            {words.name}
            <input type="text" required minLength={2} maxLength={24} autocapitalize="characters" autocomplete="off" spellcheck={false} aria-describedby="code-name-hint" value={name} onInput={(event) => setName(codeNameOf(event.currentTarget.value))} />
          </label>
        </>
      )}
      <div class="row-form-end">
        <Action why={view.may_open ? null : words.notYourRole} isBusy={isSending}>
          {words.open}
        </Action>
      </div>
      {view.may_open && (
        <p class="quiet" id="code-name-hint">
          {words.nameHint}
        </p>
      )}
    </form>
  );
}

type CardProps = { slug: string; one: CompartmentView; view: CompartmentsView; isSending: boolean; onRun: Run };

function CompartmentCard({ slug, one, view, isSending, onRun }: CardProps) {
  const { language } = usePage();
  const words = compartmentWords[language];
  const [isClosing, setClosing] = useState(false);
  const day = (moment: string) => formatDay(moment.slice(0, 10), language);
  const title = `compartment-${one.code}`;
  return (
    <section class="card compartment" aria-labelledby={title}>
      <h2 id={title}>
        {one.name} <small class="quiet">{one.kind.label[language]}</small>
      </h2>
      <p class="quiet">
        {one.closed_at === null ? fill(words.openSince, { day: day(one.opened_at) }) : fill(words.closedSince, { day: day(one.closed_at) })} · <code>{one.code}</code>
      </p>
      <h3 id={`members-${one.code}`}>{words.members}</h3>
      <ul class="plain-list members" aria-labelledby={`members-${one.code}`}>
        {one.members.map((member) => (
          <Member key={member.login} slug={slug} one={one} member={member} mayOpen={view.may_open} onRun={onRun} />
        ))}
      </ul>
      {view.may_open && one.closed_at === null && <AdmitForm slug={slug} one={one} view={view} isSending={isSending} onRun={onRun} />}
      <div class="actions">
        {isClosing ? (
          <Sure text={fill(words.closeSure, { name: one.name })} onCancel={() => setClosing(false)} onConfirm={() => void onRun(() => compartmentsApi.close(slug, one.code), fill(words.closedDone, { name: one.name })).then(() => setClosing(false))} />
        ) : (
          <Action kind="plain" why={whyNotClose(one, view.may_open, words)} label={`${words.close} ${one.name}`} onRun={() => setClosing(true)}>
            {words.close}
          </Action>
        )}
      </div>
    </section>
  );
}

function Sure({ text, onCancel, onConfirm }: { text: string; onCancel: () => void; onConfirm: () => void }) {
  const { language } = usePage();
  const words = compartmentWords[language];
  return (
    <span class="sure" role="group" aria-label={text}>
      <span>{text}</span>
      <button type="button" class="plain" onClick={onCancel}>
        {words.cancel}
      </button>
      <button type="button" class="action" onClick={onConfirm}>
        {words.confirm}
      </button>
    </span>
  );
}

type MemberProps = { slug: string; one: CompartmentView; member: CompartmentMemberView; mayOpen: boolean; onRun: Run };

function Member({ slug, one, member, mayOpen, onRun }: MemberProps) {
  const { language } = usePage();
  const words = compartmentWords[language];
  const [isSure, setSure] = useState(false);
  const goes = () => {
    const named = { person: member.name, name: one.name };
    const back = member.self ? undefined : { code: one.code, name: one.name, login: member.login, person: member.name };
    return onRun(() => compartmentsApi.dismiss(slug, one.code, member.login), fill(member.self ? words.left : words.dismissed, named), back).then(() => setSure(false));
  };
  const details = [member.in_force ? member.service : words.lapsed, fill(words.since, { day: formatDay(member.admitted_at.slice(0, 10), language) }), member.may_admit ? words.mayAdmit : ""].filter((part) => part !== "");
  const verb = member.self ? words.leave : words.dismiss;
  return (
    <li>
      <span>
        <strong>{member.name}</strong>
        {member.self && ` (${words.you})`} <span class="quiet">{details.join(" · ")}</span>
      </span>
      {isSure ? (
        <Sure text={member.self ? words.leaveSure : fill(words.dismissSure, { person: member.name })} onCancel={() => setSure(false)} onConfirm={() => void goes()} />
      ) : (
        <span class="member-act">
          <Action kind="plain" why={whyNotDismiss(one, member, mayOpen, words)} label={`${verb} ${member.self ? one.name : member.name}`} onRun={() => setSure(true)}>
            {verb}
          </Action>
        </span>
      )}
    </li>
  );
}

function AdmitForm({ slug, one, view, isSending, onRun }: CardProps) {
  const { language } = usePage();
  const words = compartmentWords[language];
  const [picked, setPicked] = useState("");
  const [typed, setTyped] = useState("");
  const outside = view.colleagues.filter((person) => !one.members.some((member) => member.login === person.login && member.in_force));
  const login = typed.trim() !== "" ? typed.trim() : picked;
  const person = outside.find((other) => other.login === login)?.name ?? login;
  const admit = async () => {
    await compartmentsApi.admit(slug, one.code, login);
    setPicked("");
    setTyped("");
  };
  const why = whyNotAdmit(one, view.may_open, words) ?? (login === "" ? words.nobody : null);
  return (
    <form
      class="row-form"
      aria-label={`${words.admit} · ${one.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) void onRun(admit, fill(words.admitted, { person, name: one.name }));
      }}
    >
      <Choice label={words.person} value={picked} none={words.pick} choices={outside.map((other) => ({ name: other.login, label: other.name }))} onPick={setPicked} />
      <label>
        {words.login}
        <input type="text" autocapitalize="none" autocomplete="off" spellcheck={false} aria-describedby={`login-hint-${one.code}`} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <div class="row-form-end">
        <Action why={why} isBusy={isSending}>
          {words.admit}
        </Action>
      </div>
      <p class="quiet" id={`login-hint-${one.code}`}>
        {words.loginHint}
      </p>
    </form>
  );
}
