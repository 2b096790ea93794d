import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { RequestRules, Territory, Text } from "../api/types";
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

type Named = { name: string; label: string };
type ChoiceProps = { label: string; value: string; choices: readonly Named[]; onPick: (name: string) => void; problem?: ComponentChildren };

// One of a few, each by its name and its label.
function Choice({ label, value, choices, onPick, problem }: ChoiceProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {choices.map((one) => (
          <option key={one.name} value={one.name}>
            {one.label}
          </option>
        ))}
      </select>
      {problem}
    </label>
  );
}

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
      setProblem(failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));
      setSending(false);
    }
  };
  const problemOf = (field: string) =>
    problem && problem.field === field ? (
      <small class="problem" role="alert">
        {problem.message}
      </small>
    ) : null;
  const named = (rows: readonly { name: string; label: Text }[]): Named[] => rows.map((row) => ({ name: row.name, label: row.label[language] }));
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
        <label class="field">
          <span>{words.kind.label}</span>
          <select value={draft.kind} onChange={(event) => set({ kind: event.currentTarget.value as Draft["kind"] })}>
            <option value="information">{words.kind.information}</option>
            <option value="action">{words.kind.action}</option>
          </select>
        </label>
        <Choice label={words.urgency} value={draft.urgency} choices={named(rules.urgencies)} onPick={(urgency) => set({ urgency })} />
        <Choice label={words.frame} value={draft.frame} choices={named(rules.frames)} onPick={(frame) => set({ frame })} />
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
