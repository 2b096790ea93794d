import { useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { AdditionView, NoteForm, Territory } from "../api/types";
import { FormFoot } from "../shell/foot.view";
import { usePage } from "../shell/page.context";
import { bodyOf, type Draft, emptyDraft, missingOf } from "./draft.model";
import { AssertionsField, FieldProblem, PlaceField, WhenField } from "./fields.view";
import { formField } from "./fiches.model";
import { noteWords } from "./fiches.words";
import { notesApi } from "./notes.client";

type Done = { onDone: (said: string) => void; onCancel: () => void };

// An enrichment, a sighting or a proposal: a few lines again, with place and time of their own.
export function AdditionForm({ territory, form, id, onDone, onCancel }: { territory: Territory; form: NoteForm; id: string } & Done) {
  const { language } = usePage();
  const words = noteWords[language];
  const [kind, setKind] = useState("enrichment");
  const [draft, setDraft] = useState<Draft>(emptyDraft("service"));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const problemOf = (field: string) => (problem && formField(problem.field) === field ? problem.message : null);
  const isReady = missingOf(draft).length === 0;
  const send = async () => {
    setSending(true);
    setProblem(null);
    try {
      await notesApi.addition(territory.slug, id, { ...bodyOf(draft, new Date()), kind });
      onDone(words.sent);
    } catch (failure) {
      setProblem(failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));
    }
    setSending(false);
  };
  return (
    <form
      class="entry"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      <div class="segmented big" role="group">
        {form.additions.map((one) => (
          <button type="button" key={one.name} aria-pressed={kind === one.name} onClick={() => setKind(one.name)}>
            {one.label[language]}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{words.facts}</span>
        <textarea rows={3} maxLength={2000} value={draft.facts} onInput={(event) => set({ facts: event.currentTarget.value })} />
        <FieldProblem id="addition-facts-problem" text={problemOf("facts")} />
      </label>
      <PlaceField territory={territory} form={form} place={draft.place} problem={problemOf("place")} onChange={(place) => set({ place })} />
      <WhenField draft={draft} problem={problemOf("window")} onChange={set} />
      <AssertionsField form={form} assertions={draft.assertions} problem={problemOf("assertions")} onChange={(assertions) => set({ assertions })} />
      <FormFoot problem={problem && !["facts", "place", "window", "assertions"].includes(formField(problem.field)) ? problem : null}>
        <button type="submit" class="action primary" disabled={isSending || !isReady}>
          {isSending ? words.sending : words.add}
        </button>
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
      </FormFoot>
    </form>
  );
}

export function AnswerForm({ slug, id, addition, onDone, onCancel }: { slug: string; id: string; addition: AdditionView } & Done) {
  const { language } = usePage();
  const words = noteWords[language];
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const answer = async (what: "accepted" | "refused") => {
    setProblem(null);
    try {
      await notesApi.answer(slug, id, addition.id, { answer: what, reason });
      onDone(words.answer);
    } catch (failure) {
      setProblem(failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));
    }
  };
  return (
    <div class="card step-form">
      <label class="field">
        <span>{words.answerWhy}</span>
        <textarea rows={2} maxLength={500} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        <FieldProblem id="answer-problem" text={problem?.message ?? null} />
      </label>
      <div class="actions">
        <button type="button" class="action primary" onClick={() => void answer("accepted")}>
          {words.accept}
        </button>
        <button type="button" class="action" onClick={() => void answer("refused")}>
          {words.refuse}
        </button>
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}
