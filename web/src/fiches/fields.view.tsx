import { useState } from "preact/hooks";
import type { AssertionRuleView, AssertionWish, NoteForm, Territory } from "../api/types";
import { PlaceMap } from "../map/place.view";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import type { Draft, Place, When } from "./draft.model";
import { noteWords } from "./fiches.words";

// A refusal of the server beside the field it is about.
export function FieldProblem({ id, text }: { id: string; text: string | null }) {
  return text === null ? null : (
    <p class="field-problem" id={id} role="alert">
      {text}
    </p>
  );
}

type PlaceProps = { territory: Territory; form: NoteForm; place: Place; problem: string | null; onChange: (place: Place) => void };

export function PlaceField({ territory, form, place, problem, onChange }: PlaceProps) {
  const { language } = usePage();
  const words = noteWords[language];
  const [failed, setFailed] = useState(false);
  const [isLooking, setLooking] = useState(false);
  const here = () => {
    setFailed(false);
    if (!navigator.geolocation) return setFailed(true);
    setLooking(true);
    navigator.geolocation.getCurrentPosition(
      (position) => {
        setLooking(false);
        onChange({ kind: "here", lon: position.coords.longitude, lat: position.coords.latitude, metres: Math.round(position.coords.accuracy) });
      },
      () => {
        setLooking(false);
        setFailed(true);
      },
      { enableHighAccuracy: true, timeout: 8000 },
    );
  };
  const isOnMap = place.kind === "map";
  const [wantsMap, setWantsMap] = useState(isOnMap);
  return (
    <fieldset class="entry-field">
      <legend>{words.where}</legend>
      <div class="segmented big">
        <button type="button" aria-pressed={place.kind === "here"} onClick={here} aria-busy={isLooking}>
          {words.here}
        </button>
        <button
          type="button"
          aria-pressed={wantsMap}
          onClick={() => {
            setWantsMap(!wantsMap);
          }}
        >
          {words.byMap}
        </button>
      </div>
      <label class="field">
        <span>{words.bySector}</span>
        <select
          value={place.kind === "sector" ? place.sector : ""}
          onChange={(event) => {
            setWantsMap(false);
            onChange({ kind: "sector", sector: event.currentTarget.value });
          }}
        >
          <option value="">{words.chooseSector}</option>
          {form.sectors.map((one) => (
            <option key={one.code} value={one.code}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {wantsMap && (
        <PlaceMap slug={territory.slug} bounds={territory.bounds} chosen={isOnMap ? place : null} label={words.tapMap} onChoose={(chosen) => onChange({ kind: "map", ...chosen, metres: null })} />
      )}
      {wantsMap && !isOnMap && <p class="quiet">{words.tapMap}</p>}
      {place.kind === "here" && <p role="status">{fill(words.hereFound, { metres: place.metres ?? 0 })}</p>}
      {isOnMap && <p role="status">{fill(words.pointChosen, { lat: place.lat.toFixed(5), lon: place.lon.toFixed(5) })}</p>}
      {failed && <p class="field-problem">{words.hereFailed}</p>}
      <FieldProblem id="place-problem" text={problem} />
    </fieldset>
  );
}

const categories = ["suspect", "convicted", "victim", "witness"] as const;

type PersonsProps = { draft: Draft; problem: string | null; onChange: (change: Partial<Draft>) => void };

// Only where a legal act lets notes name persons: in which category, which decides how long the note is kept.
export function PersonsField({ draft, problem, onChange }: PersonsProps) {
  const { language } = usePage();
  const words = noteWords[language];
  return (
    <fieldset class="entry-field">
      <legend>{words.persons}</legend>
      <label class="field">
        <span>{words.personCategory}</span>
        <select value={draft.personCategory} onChange={(event) => onChange({ personCategory: event.currentTarget.value })}>
          <option value="">{words.nobody}</option>
          {categories.map((one) => (
            <option key={one} value={one}>
              {words.categories[one]}
            </option>
          ))}
        </select>
      </label>
      {draft.personCategory !== "" && (
        <label>
          <input type="checkbox" checked={draft.isAboutMinor} onChange={(event) => onChange({ isAboutMinor: event.currentTarget.checked })} /> {words.aboutMinor}
        </label>
      )}
      <FieldProblem id="persons-problem" text={problem} />
    </fieldset>
  );
}

type WhenProps = { draft: Draft; problem: string | null; onChange: (change: Partial<Draft>) => void };

export function WhenField({ draft, problem, onChange }: WhenProps) {
  const { language } = usePage();
  const words = noteWords[language];
  const options: [When, string][] = [
    ["now", words.now],
    ["hour", words.hourAgo],
    ["night", words.lastNight],
    ["other", words.otherTime],
  ];
  return (
    <fieldset class="entry-field">
      <legend>{words.when}</legend>
      <div class="segmented big">
        {options.map(([when, label]) => (
          <button type="button" key={when} aria-pressed={draft.when === when} onClick={() => onChange({ when })}>
            {label}
          </button>
        ))}
      </div>
      {draft.when === "other" && (
        <div class="two-fields">
          <label class="field">
            <span>{words.begin}</span>
            <input type="datetime-local" value={draft.begin} onInput={(event) => onChange({ begin: event.currentTarget.value })} />
          </label>
          <label class="field">
            <span>{words.end}</span>
            <input type="datetime-local" value={draft.end} onInput={(event) => onChange({ end: event.currentTarget.value })} />
          </label>
        </div>
      )}
      <FieldProblem id="window-problem" text={problem} />
    </fieldset>
  );
}

// Hours are typed as hours and prices as euros; the API counts minutes and cents.
const toShown = (rule: AssertionRuleView, value: number) => (rule.kind === "price" ? String(value / 100) : rule.kind === "hours" ? `${String(Math.floor(value / 60)).padStart(2, "0")}:${String(value % 60).padStart(2, "0")}` : String(value));
function fromShown(rule: AssertionRuleView, text: string): number {
  if (rule.kind !== "hours") return rule.kind === "price" ? Math.round(Number(text.replace(",", ".")) * 100) : Math.round(Number(text));
  const [hours, minutes] = text.split(":");
  return Number(hours) * 60 + Number(minutes ?? 0);
}

function AssertionRow({ rule, assertion, onChange, onRemove }: { rule: AssertionRuleView; assertion: AssertionWish; onChange: (assertion: AssertionWish) => void; onRemove: () => void }) {
  const { language } = usePage();
  const words = noteWords[language];
  const number = (name: "low" | "high", label: string) => (
    <label class="field narrow">
      <span>{label}</span>
      <input
        type={rule.kind === "hours" ? "time" : "text"}
        inputMode={rule.kind === "hours" ? undefined : "decimal"}
        value={toShown(rule, assertion[name] ?? 0)}
        onChange={(event) => {
          const value = fromShown(rule, event.currentTarget.value);
          if (Number.isFinite(value)) onChange({ ...assertion, [name]: value });
        }}
      />
    </label>
  );
  return (
    <div class="assertion-row">
      <strong>{rule.label[language]}</strong>
      {rule.takes === "range" && number("low", words.low)}
      {rule.takes === "range" && number("high", words.high)}
      {rule.takes === "choice" && (
        <label class="field">
          <span class="visually-hidden">{rule.label[language]}</span>
          <select value={assertion.words ?? ""} onChange={(event) => onChange({ ...assertion, words: event.currentTarget.value })}>
            {rule.choices.map((one) => (
              <option key={one.name} value={one.name}>
                {one.label[language]}
              </option>
            ))}
          </select>
        </label>
      )}
      {rule.takes === "words" && (
        <label class="field">
          <span class="visually-hidden">{rule.label[language]}</span>
          <input type="text" maxLength={80} value={assertion.words ?? ""} onInput={(event) => onChange({ ...assertion, words: event.currentTarget.value })} />
        </label>
      )}
      <button type="button" class="plain" onClick={onRemove}>
        {words.remove}
      </button>
    </div>
  );
}

export function AssertionsField({ form, assertions, problem, onChange }: { form: NoteForm; assertions: AssertionWish[]; problem: string | null; onChange: (assertions: AssertionWish[]) => void }) {
  const { language } = usePage();
  const words = noteWords[language];
  const rules = form.assertions;
  const add = (kind: string) => {
    const rule = rules.find((one) => one.kind === kind);
    if (!rule) return;
    const isRange = rule.takes === "range";
    onChange([...assertions, { kind, low: isRange ? (kind === "hours" ? 720 : 1) : null, high: isRange ? (kind === "hours" ? 1320 : 1) : null, words: rule.takes === "choice" ? (rule.choices[0]?.name ?? "") : null }]);
  };
  return (
    <div class="entry-field">
      {assertions.map((assertion, index) => {
        const rule = rules.find((one) => one.kind === assertion.kind);
        return rule ? (
          <AssertionRow key={index} rule={rule} assertion={assertion} onChange={(changed) => onChange(assertions.map((one, i) => (i === index ? changed : one)))} onRemove={() => onChange(assertions.filter((_, i) => i !== index))} />
        ) : null;
      })}
      <label class="field">
        <span>{words.addDetail}</span>
        <select value="" onChange={(event) => add(event.currentTarget.value)}>
          <option value="">–</option>
          {rules.map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.label[language]}
            </option>
          ))}
        </select>
      </label>
      <FieldProblem id="assertions-problem" text={problem} />
    </div>
  );
}
