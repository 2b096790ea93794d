import { useState } from "preact/hooks";
import type { Territory } from "../api/types";
import { RefusedCard, useWhyNot } from "../shell/action.view";
import { Choice, namedBy } from "../shell/choice.view";
import { useLoaded } from "../shell/loaded.model";
import { FormFoot } from "../shell/foot.view";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { useAct } from "./act.model";
import { OwnKeepingCard } from "./own.view";
import { recallApi, takeDossier } from "./recall.client";
import { usualDeadline } from "./recall.model";
import { recallWords, type RecallWords } from "./recall.words";
import { known } from "./recalls.view";

type Props = {
  territory: Territory;
  note: string; // its code
  isOurs: boolean; // the reader's service wrote it
  onSaid: (words: string) => void;
  onRecalled: (words: string) => void; // the note changed, or is gone
};

// In the page of a note: its provenance dossier, and for its service who holds it and taking it back.
export function NoteProvenance({ territory, note, isOurs, onSaid, onRecalled }: Props) {
  const { language } = usePage();
  const words = recallWords[language];
  const whyNotPrint = useWhyNot("print_dossier", territory.slug);
  const whyNotLetGo = [useWhyNot("answer_received", territory.slug), useWhyNot("read_notes", territory.slug)].find((why) => why !== null) ?? null;
  const whyNotRecall = useWhyNot("recall", territory.slug) ?? (isOurs ? null : words.notOurs);
  return (
    <>
      {whyNotPrint === null ? <DossierCard slug={territory.slug} note={note} onSaid={onSaid} /> : <RefusedCard title={words.dossier} act={words.pdf} why={whyNotPrint} />}
      {!isOurs && (whyNotLetGo === null ? <OwnKeepingCard slug={territory.slug} note={note} onSaid={onSaid} /> : <RefusedCard title={words.own} act={words.ownSend} why={whyNotLetGo} />)}
      {whyNotRecall === null ? <HoldersCard territory={territory} note={note} onRecalled={onRecalled} /> : <RefusedCard title={words.holders} act={words.holdersShow} why={whyNotRecall} />}
    </>
  );
}

function DossierCard({ slug, note, onSaid }: { slug: string; note: string; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [recipient, setRecipient] = useState("");
  const { problem, isSending, run } = useAct();
  const take = (form: "pdf" | "json") => run(async () => onSaid(fill(words.taken, { name: await takeDossier(slug, note, form, recipient.trim()) })));
  return (
    <section class="card" aria-labelledby="dossier-title">
      <h2 id="dossier-title">{words.dossier}</h2>
      <p class="quiet">{words.dossierHint}</p>
      <form
        class="row-form"
        aria-label={words.dossier}
        onSubmit={(event) => {
          event.preventDefault();
          void take("pdf");
        }}
      >
        <label>
          {words.recipient}
          <input type="text" required minLength={3} maxLength={200} placeholder={words.recipientHint} value={recipient} onInput={(event) => setRecipient(event.currentTarget.value)} />
        </label>
        <FormFoot problem={problem}>
          <button type="submit" class="action" disabled={isSending}>
            {isSending ? words.sending : words.pdf}
          </button>
          <button type="button" class="plain" disabled={isSending || recipient.trim().length < 3} onClick={() => void take("json")}>
            {words.json}
          </button>
        </FormFoot>
      </form>
    </section>
  );
}

function HoldersCard({ territory, note, onRecalled }: { territory: Territory; note: string; onRecalled: (words: string) => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [isOpen, setOpen] = useState(false);
  const holders = useLoaded(isOpen ? `${territory.slug} ${note}` : null, () => recallApi.holders(territory.slug, note));
  const service = (code: string) => territory.services.find((one) => one.code === code)?.name ?? code;
  return (
    <section class="card" aria-labelledby="holders-title">
      <h2 id="holders-title">{words.holders}</h2>
      {!isOpen && (
        <button type="button" class="plain" onClick={() => setOpen(true)}>
          {words.holdersShow}
        </button>
      )}
      {holders.problem && (
        <p class="problem" role="alert">
          {holders.problem.message}
        </p>
      )}
      {isOpen && holders.value && (
        <>
          {holders.value.length === 0 && <p class="quiet">{words.holdersNone}</p>}
          <ul class="plain-list">
            {holders.value.map((one) => (
              <li key={one.service}>
                <strong>{service(one.service)}</strong> · {known(one, language)}
              </li>
            ))}
          </ul>
          <RecallForm
            slug={territory.slug}
            note={note}
            services={holders.value.map((one) => ({ code: one.service, name: service(one.service) }))}
            onMade={(code) => {
              setOpen(false);
              onRecalled(fill(words.recalled, { code }));
            }}
          />
        </>
      )}
    </section>
  );
}

type FormProps = { slug: string; note: string; services: { code: string; name: string }[]; onMade: (code: string) => void };

function RecallForm({ slug, note, services, onMade }: FormProps) {
  const { language } = usePage();
  const words = recallWords[language];
  const [effect, setEffect] = useState<keyof RecallWords["effects"]>("withdraw");
  const [chosen, setChosen] = useState<string[]>(services.map((one) => one.code));
  const [reason, setReason] = useState("");
  const [deadline, setDeadline] = useState(usualDeadline(new Date()));
  const { problem, isSending, run } = useAct();
  const toggle = (code: string) => setChosen(chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]);
  return (
    <form
      class="row-form"
      aria-label={words.recall}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => onMade((await recallApi.make(slug, note, { services: effect === "erase" ? [] : chosen, effect, reason: reason.trim(), deadline })).code));
      }}
    >
      <p class="quiet">{words.recallHint}</p>
      <Choice label={words.effect} value={effect} choices={namedBy(words.effects)} onPick={setEffect} />
      {effect === "withdraw" && services.length > 0 && (
        <fieldset>
          <legend>{words.holder}</legend>
          {services.map((one) => (
            <label key={one.code} class="choice">
              <input type="checkbox" checked={chosen.includes(one.code)} onChange={() => toggle(one.code)} /> {one.name}
            </label>
          ))}
        </fieldset>
      )}
      <label>
        {words.reason}
        <input type="text" required minLength={3} maxLength={300} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <label>
        {words.deadline}
        <input type="date" required value={deadline} onInput={(event) => setDeadline(event.currentTarget.value)} />
      </label>
      <FormFoot problem={problem}>
        <button type="submit" class="action" disabled={isSending || (effect === "withdraw" && chosen.length === 0)}>
          {isSending ? words.sending : words.recall}
        </button>
      </FormFoot>
    </form>
  );
}
