import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/client";
import type { RequestRules, Territory } from "../api/types";
import { Choice, namedBy, namedIn } from "../shell/choice.view";
import { usePage } from "../shell/page.context";
import { requestsApi } from "./requests.client";
import { bodyOf, type Draft, emptyDraft, isFormField, keepDraft, keptDraft, limitOf } from "./requests.model";
import { requestWords } from "./requests.words";

type Props = {
  territory: Territory;
  rules: RequestRules;
  ownService: string | null;
  person: string;
  note: string | null;
  onSent: (code: string) => void;
  onCancel: () => void;
};

const sensitivities = ["ordinary", "restricted", "confidential"] as const;
const regimes = ["administrative", "judicial", "customs"] as const;

// A new request. What was typed is kept until it is sent, also when the page is closed or the server refuses.
export function AskForm({ territory, rules, ownService, person, note, onSent, onCancel }: Props) {
  const { language } = usePage();
  const words = requestWords[language];
  const [draft, setDraft] = useState<Draft>(() => keptDraft(localStorage, territory.slug, person));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const set = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    keepDraft(localStorage, territory.slug, person, next);
  };
  const send = async () => {
    setSending(true);
    setProblem(null);
    try {
      const created = await requestsApi.add(territory.slug, bodyOf(draft, note));
      keepDraft(localStorage, territory.slug, person, emptyDraft);
      onSent(created.code);
    } catch (failure) {
      setProblem(asProblem(failure));
      setSending(false);
    }
  };
  const problemOf = (field: string) =>
    problem && problem.field === field ? (
      <small class="problem" role="alert">
        {problem.message}
      </small>
    ) : null;
  const isBetween = draft.frame === "member_state";
  return (
    <form
      class="request-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>{words.ask}</h2>
      {problem && !isFormField(problem.field) && (
        <p class="problem" role="alert">
          {problem.message}
        </p>
      )}
      <label class="field">
        <span>{words.to}</span>
        <select required value={draft.asked} onChange={(event) => set({ asked: event.currentTarget.value })}>
          <option value="">{words.choose}</option>
          {territory.services
            .filter((one) => one.code !== ownService)
            .map((one) => (
              <option key={one.code} value={one.code}>
                {one.name}
              </option>
            ))}
        </select>
        {problemOf("asked")}
      </label>
      {note === null && (
        <label class="field">
          <span>{words.place}</span>
          <input required maxLength={300} value={draft.place} onInput={(event) => set({ place: event.currentTarget.value })} />
          {problemOf("about")}
        </label>
      )}
      <label class="field">
        <span>{words.text}</span>
        <textarea required rows={4} maxLength={rules.text_max} value={draft.text} onInput={(event) => set({ text: event.currentTarget.value })} />
        {problemOf("text")}
      </label>
      <label class="field">
        <span>{words.legalBasis}</span>
        <input required maxLength={300} placeholder={words.legalBasisHint} value={draft.legalBasis} onInput={(event) => set({ legalBasis: event.currentTarget.value })} />
        {problemOf("legal_basis")}
      </label>
      <div class="request-choices">
        <Choice label={words.kind.label} value={draft.kind} choices={namedBy({ information: words.kind.information, action: words.kind.action })} onPick={(kind) => set({ kind })} />
        <Choice label={words.urgency} value={draft.urgency} choices={namedIn(rules.urgencies, language)} onPick={(urgency) => set({ urgency })} />
        <Choice label={words.frame} value={draft.frame} choices={namedIn(rules.frames, language)} onPick={(frame) => set({ frame })} />
        <Choice label={words.sensitivity.label} value={draft.sensitivity} choices={sensitivities.map((name) => ({ name, label: words.sensitivity[name] }))} onPick={(sensitivity) => set({ sensitivity })} problem={problemOf("sensitivity")} />
        <Choice label={words.regime.label} value={draft.regime} choices={regimes.map((name) => ({ name, label: words.regime[name] }))} onPick={(regime) => set({ regime })} problem={problemOf("regime")} />
      </div>
      {isBetween && (
        <label class="field">
          <span>{words.country}</span>
          <input required maxLength={2} size={2} value={draft.country} onInput={(event) => set({ country: event.currentTarget.value.toUpperCase() })} />
          {problemOf("country")}
        </label>
      )}
      {isBetween && draft.urgency === "urgent" && (
        <label class="field">
          <span>{words.urgencyReason}</span>
          <select required value={draft.urgencyReason} onChange={(event) => set({ urgencyReason: event.currentTarget.value })}>
            <option value="">{words.choose}</option>
            {rules.urgency_reasons.map((one) => (
              <option key={one.name} value={one.name}>
                {one.label[language]}
              </option>
            ))}
          </select>
          {problemOf("urgency_reason")}
        </label>
      )}
      <p class="quiet">{limitOf(rules, draft, words)}</p>
      <div class="actions">
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
        <button type="submit" class="action" disabled={isSending}>
          {isSending ? words.sending : words.send}
        </button>
      </div>
    </form>
  );
}
