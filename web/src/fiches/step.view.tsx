import { useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { NoteForm, NoteStepWish, NoteView, OfferView } from "../api/types";
import { Choice, namedIn } from "../shell/choice.view";
import { FormFoot } from "../shell/foot.view";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { FieldProblem } from "./fields.view";
import { noteWords } from "./fiches.words";

type Props = { form: NoteForm; note: NoteView; offer: OfferView; onTake: (wish: NoteStepWish) => Promise<void>; onCancel: () => void };

const emptyWish = (step: string): NoteStepWish => ({ step, reason: null, evaluation: null, summary: null, deconfliction: null, service: null, result: null });

const sources = ["A", "B", "C", "D", "E", "F"];
const informations = ["1", "2", "3", "4", "5", "6"];

// What a step asks for, according to its guard; nothing more.
export function StepForm({ form, note, offer, onTake, onCancel }: Props) {
  const { language } = usePage();
  const words = noteWords[language];
  const [wish, setWish] = useState<NoteStepWish>({
    ...emptyWish(offer.step),
    evaluation: offer.guard === "evaluation" ? { scale: "6x6", received: note.evaluation.grade } : null,
    result: offer.guard === "result" ? { kind: "arrests", arrests: 0, presented: 0, seized_mg: 0, cash_cents: 0, words: "" } : null,
    service: offer.guard.startsWith("service") ? (form.service ?? "") : null,
  });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const grade = wish.evaluation?.received ?? "F6";
  const result = wish.result;
  const text = (name: "reason" | "summary" | "deconfliction", label: string, hint: string | null) => (
    <label class="field">
      <span>{label}</span>
      <textarea rows={2} maxLength={500} value={wish[name] ?? ""} onInput={(event) => setWish({ ...wish, [name]: event.currentTarget.value })} />
      {hint && <small class="quiet">{hint}</small>}
      <FieldProblem id={`${name}-problem`} text={problem?.field === name ? problem.message : null} />
    </label>
  );
  const number = (name: "arrests" | "presented" | "seized_mg" | "cash_cents", label: string, factor: number) => (
    <label class="field narrow">
      <span>{label}</span>
      <input type="number" min={0} value={(result?.[name] ?? 0) / factor} onInput={(event) => result && setWish({ ...wish, result: { ...result, [name]: Math.round(Number(event.currentTarget.value) * factor) } })} />
    </label>
  );
  const take = async () => {
    setSending(true);
    setProblem(null);
    try {
      await onTake(wish);
    } catch (failure) {
      setProblem(failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));
    }
    setSending(false);
  };
  return (
    <form
      class="card step-form"
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <h3>{offer.label[language]}</h3>
      {wish.evaluation && (
        <div class="two-fields">
          {[sources, informations].map((list, half) => (
            <label class="field" key={half}>
              <span>{half === 0 ? `${words.evaluation} (A–F)` : "1–6"}</span>
              <select value={grade[half]} onChange={(event) => setWish({ ...wish, evaluation: { scale: "6x6", received: half === 0 ? event.currentTarget.value + grade[1] : grade[0] + event.currentTarget.value } })}>
                {list.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </label>
          ))}
        </div>
      )}
      {offer.guard === "evaluation" && note.channel === "resident" && text("summary", words.summary, words.summaryHint)}
      {offer.guard === "deconfliction" && text("deconfliction", words.deconfliction, null)}
      {offer.guard === "reason" && text("reason", words.reason, null)}
      {offer.guard.startsWith("service") && (
        <Choice label={words.service} value={wish.service ?? ""} choices={form.services.map((one) => ({ name: one.code, label: one.name }))} onPick={(service) => setWish({ ...wish, service })} />
      )}
      {result && (
        <>
          <Choice label={words.result} value={result.kind} choices={namedIn(form.outcomes, language)} onPick={(kind) => setWish({ ...wish, result: { ...result, kind } })} />
          <div class="two-fields">
            {number("arrests", words.arrests, 1)}
            {number("presented", words.presented, 1)}
            {number("seized_mg", words.seized, 1000)}
            {number("cash_cents", words.cash, 100)}
          </div>
          <label class="field">
            <span>{words.words}</span>
            <textarea rows={2} maxLength={500} value={result.words ?? ""} onInput={(event) => setWish({ ...wish, result: { ...result, words: event.currentTarget.value } })} />
          </label>
        </>
      )}
      <FormFoot problem={problem && !["reason", "summary", "deconfliction"].includes(problem.field) ? problem : null}>
        <button type="submit" class="action primary" disabled={isSending}>
          {isSending ? words.sending : fill(words.confirm, { step: offer.label[language].toLowerCase() })}
        </button>
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
      </FormFoot>
    </form>
  );
}
