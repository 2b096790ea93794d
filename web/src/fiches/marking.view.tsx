import type { MarkingView, MarkingWish, NoteForm } from "../api/types";
import { Choice, namedIn } from "../shell/choice.view";
import { usePage } from "../shell/page.context";
import { noteWords } from "./fiches.words";

type Props = { form: NoteForm; marking: MarkingView | MarkingWish; keptDays: number | null; isTouched: boolean; isTightening?: boolean; onChange: (marking: MarkingWish) => void };

const wishOf = (marking: MarkingView | MarkingWish): MarkingWish => ({ sensitivity: marking.sensitivity, handling: marking.handling, regime: marking.regime, services: marking.services, compartments: (marking.compartments ?? []).map((one) => (typeof one === "string" ? one : one.code)), originator_controlled: marking.originator_controlled ?? false });

// Who will read it, in words, and the means to tighten it before it leaves; or to change it, all shown at once.
export function Marking({ form, marking, keptDays, isTouched, isTightening = true, onChange }: Props) {
  const { language } = usePage();
  const words = noteWords[language];
  const label = (list: { name: string; label: { fr: string; en: string } }[], name: string) => list.find((one) => one.name === name)?.label[language] ?? name;
  const others = form.services.filter((one) => one.code !== form.service);
  const named = others.filter((one) => marking.services.includes(one.code)).map((one) => one.name);
  const readers = named.length === 0 ? words.onlyOurs : named.join(", ");
  const wish = wishOf(marking);
  const inside = wish.compartments ?? [];
  const readInside = form.compartments.filter((one) => inside.includes(one.code)).map((one) => one.name);
  const fields = (
    <div class="marking-fields">
      <Choice label={words.sensitivity} value={marking.sensitivity} choices={namedIn(form.sensitivities, language)} onPick={(sensitivity) => onChange({ ...wish, sensitivity })} />
      <Choice label={words.handling} value={marking.handling} choices={namedIn(form.handlings, language)} onPick={(handling) => onChange({ ...wish, handling })} />
      <Choice label={words.regime} value={marking.regime} choices={namedIn(form.regimes, language)} onPick={(regime) => onChange({ ...wish, regime })} />
      <fieldset class="services">
        <legend>{words.sharedWith}</legend>
        {others.map((one) => (
          <label key={one.code} class="tick">
            <input
              type="checkbox"
              checked={marking.services.includes(one.code)}
              onChange={() => onChange({ ...wish, services: marking.services.includes(one.code) ? marking.services.filter((code) => code !== one.code) : [...marking.services, one.code] })}
            />{" "}
            {one.name}
          </label>
        ))}
      </fieldset>
      {form.compartments.length > 0 && (
        <fieldset class="services">
          <legend>{words.compartments}</legend>
          {form.compartments.map((one) => (
            <label key={one.code} class="tick">
              <input type="checkbox" checked={inside.includes(one.code)} onChange={() => onChange({ ...wish, compartments: inside.includes(one.code) ? inside.filter((code) => code !== one.code) : [...inside, one.code] })} /> {one.name}
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
  return (
    <div class="marking">
      <p class="marking-line">
        <strong>{label(form.sensitivities, marking.sensitivity)}</strong> <span class="dot">·</span> {label(form.handlings, marking.handling)} <span class="dot">·</span> {words.sharedWith.toLowerCase()} {readers}
        {readInside.length > 0 && (
          <>
            {" "}
            <span class="dot">·</span> {words.insideOf} {readInside.join(", ")}
          </>
        )}
        {keptDays !== null && (
          <>
            {" "}
            <span class="dot">·</span> {keptDays} {language === "fr" ? "jours" : "days"}
          </>
        )}
      </p>
      {isTightening ? (
        <details open={isTouched}>
          <summary>{words.tighten}</summary>
          {fields}
        </details>
      ) : (
        fields
      )}
    </div>
  );
}
