import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Territory } from "../api/types";
import { may } from "../session/session.model";
import { RefusedCard, useWhyNot } from "../shell/action.view";
import { Choice, namedBy } from "../shell/choice.view";
import { FormFoot } from "../shell/foot.view";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import type { PageProps } from "../shell/pages.model";
import { formatCount } from "../words/format";
import { fill } from "../words/words";
import { useAct } from "./act.model";
import { CalendarCard } from "./calendar.view";
import { recallApi } from "./recall.client";
import { objectIn } from "./recall.model";
import { recallWords, type RecallWords } from "./recall.words";
import { RecallLinesCard } from "./lines.view";
import { RecallsCard } from "./recalls.view";

// The page Conservation: recalls and who has not answered, what ends when, what was erased, decisions, persons' rights.
export function KeepingPage({ session, slug, onSaid }: PageProps) {
  const { language } = usePage();
  const words = recallWords[language];
  const territory = useLoaded(slug, () => api.territory(slug ?? ""));
  const whyNotAnswer = useWhyNot("answer_received", slug);
  const mayRead = may(session, "read_notes", slug);
  const whyNotDecide = useWhyNot("set_judicial", slug);
  return (
    <main id="content" class="keeping" tabIndex={-1} aria-busy={territory.isLoading}>
      <PageHead title={words.title} hint={words.intro} problem={territory.problem} onRetry={territory.retry} />
      {territory.value && (
        <>
          {whyNotAnswer !== null && <RefusedCard title={words.recalls} why={whyNotAnswer} />}
          {whyNotAnswer === null && (mayRead ? <RecallsCard territory={territory.value} onSaid={onSaid} /> : <RecallLinesCard territory={territory.value} onSaid={onSaid} />)}
          {whyNotDecide === null ? <DecisionCard slug={territory.value.slug} onSaid={onSaid} /> : <RefusedCard title={words.decisions} act={words.record} why={whyNotDecide} />}
          {mayRead && <Calendar territory={territory.value} />}
          {mayRead && <Erasures territory={territory.value} />}
        </>
      )}
    </main>
  );
}

function Calendar({ territory }: { territory: Territory }) {
  const { language } = usePage();
  const words = recallWords[language];
  const loaded = useLoaded(territory.slug, () => recallApi.retention(territory.slug));
  return (
    <>
      <CalendarCard retention={loaded.value} problem={loaded.problem?.message ?? null} />
      <section class="card" aria-labelledby="periods-title">
        <h2 id="periods-title">{words.periods}</h2>
        <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="periods-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.what}</th>
                <th scope="col">{words.duration}</th>
              </tr>
            </thead>
            <tbody>
              {(loaded.value?.periods ?? []).map((row) => (
                <tr key={row.name}>
                  <th scope="row">
                    {row.what[language]}
                    <small class="quiet">
                      {row.basis[language]} · {row.source[language]}
                    </small>
                  </th>
                  <td>
                    {fill(words.days, { count: formatCount(row.days, language) })} {row.from[language]}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}

function Erasures({ territory }: { territory: Territory }) {
  const { language } = usePage();
  const words = recallWords[language];
  const loaded = useLoaded(territory.slug, () => recallApi.erasures(territory.slug));
  const moment = (text: string) => new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: territory.time_zone }).format(new Date(text));
  return (
    <section class="card" aria-labelledby="erasures-title">
      <h2 id="erasures-title">{words.erasures}</h2>
      {loaded.problem && (
        <p class="problem" role="alert">
          {loaded.problem.message}
        </p>
      )}
      {loaded.value?.length === 0 && <p class="quiet">{words.erasuresNone}</p>}
      <ul class="plain-list">
        {(loaded.value ?? []).map((one) => (
          <li key={one.code}>
            <details>
              <summary>
                {moment(one.at)} · {objectIn(one.object, language)} · {one.cause.label[language]}
              </summary>
              <pre>{one.statement}</pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function DecisionCard({ slug, onSaid }: { slug: string; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [decision, setDecision] = useState<keyof RecallWords["decision"]>("acquittal");
  const [about, setAbout] = useState<"note" | "procedure">("note");
  const [code, setCode] = useState("");
  const [reference, setReference] = useState("");
  const [done, setDone] = useState("");
  const { problem, isSending, run } = useAct();
  return (
    <section class="card" aria-labelledby="decision-title">
      <h2 id="decision-title">{words.decisions}</h2>
      <p class="quiet">{words.decisionHint}</p>
      <form
        class="row-form"
        aria-label={words.decisions}
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            const effect = await recallApi.decide(slug, { decision, reference: reference.trim(), [about]: code.trim() });
            const said = fill(words.recorded, { erased: String(effect.erased), mentioned: String(effect.mentioned) });
            setDone(said);
            setCode("");
            onSaid(said);
          });
        }}
      >
        <Choice label={words.decisionLabel} value={decision} choices={namedBy(words.decision)} onPick={setDecision} />
        <Choice label={words.about} value={about} choices={namedBy({ note: words.aboutNote, procedure: words.aboutProcedure })} onPick={setAbout} />
        <label>
          {words.code}
          <input type="text" required value={code} onInput={(event) => setCode(event.currentTarget.value)} />
        </label>
        <label>
          {words.reference}
          <input type="text" required minLength={3} maxLength={200} value={reference} onInput={(event) => setReference(event.currentTarget.value)} />
        </label>
        <FormFoot problem={problem}>
          <button type="submit" class="action" disabled={isSending}>
            {isSending ? words.sending : words.record}
          </button>
        </FormFoot>
        {done !== "" && <p>{done}</p>}
      </form>
    </section>
  );
}
