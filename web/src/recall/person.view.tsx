import { useState } from "preact/hooks";
import type { PersonAnswerView } from "../api/types";
import { Action } from "../shell/action.view";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import type { PageProps } from "../shell/pages.model";
import { formatDay } from "../words/format";
import { fill } from "../words/words";
import { useAct } from "./act.model";
import { recallApi } from "./recall.client";
import { termsOf, whereIn } from "./recall.model";
import { recallWords } from "./recall.words";

// The page Droits of whoever answers persons: they stand in no territory, and choose where to look.
export function RightsPage({ onSaid }: PageProps) {
  const { language } = usePage();
  const words = recallWords[language];
  const places = useLoaded("places", () => recallApi.places());
  const [slug, setSlug] = useState("");
  const chosen = slug === "" ? (places.value?.[0]?.slug ?? "") : slug;
  return (
    <main id="content" class="keeping" tabIndex={-1} aria-busy={places.isLoading}>
      <PageHead title={words.rightsTitle} problem={places.problem} />
      {places.value?.length === 0 && <p class="quiet">{words.rightsNowhere}</p>}
      {places.value && places.value.length > 1 && (
        <label class="row-form">
          {words.territory}
          <select value={chosen} onChange={(event) => setSlug(event.currentTarget.value)}>
            {places.value.map((one) => (
              <option key={one.slug} value={one.slug}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {chosen !== "" && <RightsCard key={chosen} slug={chosen} onSaid={onSaid} />}
    </main>
  );
}

// What is held on a person who exercises their rights. What was typed stays on this page only: it is in no address and
// kept nowhere.
function RightsCard({ slug, onSaid }: { slug: string; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [reference, setReference] = useState("");
  const [typed, setTyped] = useState("");
  const [plate, setPlate] = useState("");
  const [phone, setPhone] = useState("");
  const [answer, setAnswer] = useState<PersonAnswerView | null>(null);
  const { problem, isSending, run } = useAct();
  const search = () =>
    run(async () => {
      const selectors = [
        { kind: "plate", value: plate.trim() },
        { kind: "phone", value: phone.trim() },
      ].filter((one) => one.value !== "");
      const found = await recallApi.search(slug, { reference: reference.trim(), terms: termsOf(typed), selectors });
      setAnswer(found);
      onSaid(found.hits.length === 0 ? words.rightsNone : String(found.hits.length));
    });
  const why = [typed, plate, phone].every((one) => one.trim() === "") ? words.rightsWhyNot : null;
  return (
    <section class="card" aria-labelledby="rights-title">
      <h2 id="rights-title">{words.rights}</h2>
      <p class="quiet">{words.rightsHint}</p>
      <form
        class="row-form"
        aria-label={words.rights}
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null) void search();
        }}
      >
        <label>
          {words.rightsReference}
          <input type="text" required minLength={3} maxLength={100} value={reference} onInput={(event) => setReference(event.currentTarget.value)} />
        </label>
        <label>
          {words.terms}
          <input type="text" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <label>
          {words.plate}
          <input type="text" value={plate} onInput={(event) => setPlate(event.currentTarget.value)} />
        </label>
        <label>
          {words.phone}
          <input type="tel" value={phone} onInput={(event) => setPhone(event.currentTarget.value)} />
        </label>
        <div class="row-form-end">
          <Action why={why} isBusy={isSending}>
            {isSending ? words.sending : words.look}
          </Action>
        </div>
        {problem && (
          <p role="alert" class="refused">
            {problem.message}
          </p>
        )}
      </form>
      {answer && answer.hits.length === 0 && <p>{words.rightsNone}</p>}
      {answer?.cut && <p class="problem">{words.rightsCut}</p>}
      {answer && answer.hits.length > 0 && <Hits slug={slug} reference={reference.trim()} answer={answer} onErased={() => void search()} onSaid={onSaid} />}
    </section>
  );
}

type HitsProps = { slug: string; reference: string; answer: PersonAnswerView; onErased: () => void; onSaid: (words: string) => void };

function Hits({ slug, reference, answer, onErased, onSaid }: HitsProps) {
  const { language } = usePage();
  const words = recallWords[language];
  const [sure, setSure] = useState<string | null>(null);
  const { problem, isSending, run } = useAct();
  const erase = (note: string) =>
    run(async () => {
      const receipt = await recallApi.erase(slug, note, reference);
      setSure(null);
      onSaid(fill(words.erased, { code: receipt.code }));
      onErased();
    });
  return (
    <>
      <div class="table-scroll rights-hits" tabIndex={0} role="group" aria-labelledby="rights-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{words.object}</th>
              <th scope="col">{words.where}</th>
              <th scope="col">{words.excerpt}</th>
              <th scope="col">{words.until}</th>
              <th scope="col">{words.erase}</th>
            </tr>
          </thead>
          <tbody>
            {answer.hits.map((hit, index) => (
              <tr key={index}>
                <th scope="row">{hit.note === "" ? "—" : hit.note}</th>
                <td>{whereIn(hit.where, language)}</td>
                <td>
                  {hit.excerpt}
                  {hit.category && <em> {hit.category.label[language]}</em>}
                </td>
                <td>{hit.note === "" ? "—" : formatDay(hit.retain_until.slice(0, 10), language)}</td>
                <td>
                  <span class="member-act">
                    <Action kind="plain" why={hit.note === "" ? words.eraseElsewhere : null} label={`${words.erase} ${hit.note === "" ? hit.where : hit.note}`} onRun={() => setSure(hit.note)}>
                      {words.erase}
                    </Action>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sure !== null && (
        <div class="card" role="group" aria-label={words.erase}>
          <p>{fill(words.eraseSure, { note: sure })}</p>
          <span class="actions">
            <button type="button" class="action" disabled={isSending} onClick={() => void erase(sure)}>
              {words.erase}
            </button>
            <button type="button" class="plain" onClick={() => setSure(null)}>
              {words.cancel}
            </button>
          </span>
        </div>
      )}
      {problem && (
        <p role="alert" class="refused">
          {problem.message}
        </p>
      )}
    </>
  );
}
