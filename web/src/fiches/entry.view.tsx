import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import type { NoteForm, Territory } from "../api/types";
import { Choice, namedIn } from "../shell/choice.view";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { type Draft, missingOf } from "./draft.model";
import { AssertionsField, FieldProblem, PersonsField, PlaceField, WhenField } from "./fields.view";
import { formField } from "./fiches.model";
import { noteWords } from "./fiches.words";
import { Marking } from "./marking.view";

type Props = {
  territory: Territory;
  form: NoteForm;
  draft: Draft;
  problem: Problem | null;
  isSending: boolean;
  isRevision: boolean;
  onChange: (draft: Draft) => void;
  onSend: () => void;
  onCancel: () => void;
};

const factsMost = 2000;

// Four lines: what, where, when, which product. Everything else has a default that is seen and can be changed.
export function Entry({ territory, form, draft, problem, isSending, isRevision, onChange, onSend, onCancel }: Props) {
  const { language } = usePage();
  const words = noteWords[language];
  const [wasTried, setTried] = useState(false);
  const facts = useRef<HTMLTextAreaElement>(null);
  const reception = form.channels.find((one) => one.channel === draft.channel);
  const marking = draft.marking ?? reception?.marking ?? null;
  const missing = wasTried ? missingOf(draft) : [];
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  const problemOf = (field: string): string | null => {
    if (problem && formField(problem.field) === field) return problem.message;
    return null;
  };
  const isElsewhere = problem !== null && !["facts", "place", "window", "assessment", "assertions", "marking", "person_category"].includes(formField(problem.field));
  useEffect(() => facts.current?.focus(), []);
  const send = () => {
    setTried(true);
    if (missingOf(draft).length === 0) onSend();
    else document.querySelector<HTMLElement>(".entry-missing")?.focus();
  };
  return (
    <form
      class="entry"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="field entry-field">
        <span>{words.facts}</span>
        <textarea
          ref={facts}
          rows={4}
          maxLength={factsMost}
          value={draft.facts}
          aria-describedby="facts-hint facts-problem"
          aria-invalid={missing.includes("facts") || problemOf("facts") !== null}
          onInput={(event) => set({ facts: event.currentTarget.value })}
        />
        <small id="facts-hint" class="quiet">
          {words.factsHint} {fill(words.characters, { count: draft.facts.length, most: factsMost })}
        </small>
        <FieldProblem id="facts-problem" text={problemOf("facts")} />
      </label>
      <PlaceField territory={territory} form={form} place={draft.place} problem={problemOf("place")} onChange={(place) => set({ place })} />
      <WhenField draft={draft} problem={problemOf("window")} onChange={set} />
      <div class="two-fields">
        <Choice label={words.which} value={draft.product} choices={namedIn(form.products, language)} onPick={(product) => set({ product })} />
        {!isRevision && (
          <Choice label={words.channel} value={draft.channel} choices={form.channels.map((one) => ({ name: one.channel, label: one.label[language] }))} onPick={(channel) => set({ channel, marking: null })} />
        )}
      </div>
      {form.persons_allowed && <PersonsField draft={draft} problem={problemOf("person_category")} onChange={set} />}
      <details class="entry-more" open={draft.assertions.length > 0 || draft.assessment !== "" || problemOf("assessment") !== null}>
        <summary>{words.moreDetails}</summary>
        <label class="field">
          <span>{words.assessment}</span>
          <textarea rows={2} maxLength={1000} value={draft.assessment} onInput={(event) => set({ assessment: event.currentTarget.value })} />
          <FieldProblem id="assessment-problem" text={problemOf("assessment")} />
        </label>
        <AssertionsField form={form} assertions={draft.assertions} problem={problemOf("assertions")} onChange={(assertions) => set({ assertions })} />
      </details>
      {!isRevision && marking && reception && (
        <fieldset class="entry-field">
          <legend>{words.whoReads}</legend>
          <Marking form={form} marking={marking} keptDays={reception.days_kept} isTouched={draft.marking !== null} onChange={(changed) => set({ marking: changed })} />
          <p class="quiet">{reception.why[language]}</p>
          <FieldProblem id="marking-problem" text={problemOf("marking")} />
        </fieldset>
      )}
      {missing.length > 0 && (
        <p class="field-problem entry-missing" tabIndex={-1} role="alert">
          {missing.map((field) => (field === "facts" ? words.facts : field === "place" ? words.where : words.when)).join(", ")} ?
        </p>
      )}
      {isElsewhere && (
        <div class="card refusal" role="alert">
          <p>
            <strong>{words.failed}</strong> {problem.message} {words.kept}
          </p>
        </div>
      )}
      <div class="entry-bar">
        <button type="submit" class="action primary" disabled={isSending}>
          {isSending ? words.sending : isRevision ? words.sendRevision : words.send}
        </button>
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
      {!isRevision && <p class="quiet">{words.draftKept}</p>}
    </form>
  );
}
