import { useState } from "preact/hooks";
import { api, asProblem, type Problem } from "../api/client";
import type { PartView, PlaceView } from "../api/types";
import { Choice } from "../shell/choice.view";
import { usePage } from "../shell/page.context";
import { formatDay } from "../words/format";
import { accountWords } from "./accounts.words";

// The legal acts of one territory: the keys of its nominative parts.
export function ActsCard({ place, parts, onChanged }: { place: PlaceView; parts: PartView[]; onChanged: () => void }) {
  const { language } = usePage();
  const words = accountWords[language];
  const [part, setPart] = useState(parts[0]?.part ?? "");
  const [reference, setReference] = useState("");
  const [until, setUntil] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (act: () => Promise<{ done: boolean }>) => {
    setProblem(null);
    try {
      await act();
      setReference("");
      onChanged();
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  const title = `acts-${place.slug}`;
  return (
    <section class="card" aria-labelledby={title}>
      <h2 id={title}>
        {words.acts} · {place.name}
      </h2>
      <p class="quiet">{place.acts.length === 0 ? words.noAct : words.actsHint}</p>
      <ul class="plain-list">
        {place.acts.map((one) => (
          <li key={one.code}>
            <strong>{one.label[language]}</strong> · {one.reference} · {formatDay(one.from, language)} · {one.in_force ? words.inForce : words.over}{" "}
            {one.in_force && (
              <button type="button" class="plain" aria-label={`${words.end}: ${one.reference}`} onClick={() => void run(() => api.endAct(place.slug, one.code))}>
                {words.end}
              </button>
            )}
          </li>
        ))}
      </ul>
      <form
        class="row-form"
        aria-label={`${words.record}: ${place.name}`}
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => api.recordAct(place.slug, { part, reference: reference.trim(), from: null, until: until === "" ? null : until }));
        }}
      >
        <Choice label={words.part} value={part} choices={parts.map((one) => ({ name: one.part, label: one.label[language] }))} onPick={setPart} />
        <label>
          {words.reference}
          <input type="text" required minLength={5} value={reference} onInput={(event) => setReference(event.currentTarget.value)} />
        </label>
        <label>
          {words.until}
          <input type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
        </label>
        <button type="submit" class="action">
          {words.record}
        </button>
        {problem && (
          <p role="alert" class="refused">
            {problem.message}
          </p>
        )}
      </form>
    </section>
  );
}
