import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../api/client";
import type { HoldingView, RecallHolderView, RecallView, Territory } from "../api/types";
import { Choice, namedBy } from "../shell/choice.view";
import { useLoaded } from "../shell/loaded.model";
import { FormFoot } from "../shell/foot.view";
import { usePage } from "../shell/page.context";
import { formatDay } from "../words/format";
import { fill, type Language, plural } from "../words/words";
import { useAct } from "./act.model";
import { recallApi } from "./recall.client";
import { byUrgency, counts, objectIn } from "./recall.model";
import { recallWords, type RecallWords } from "./recall.words";

const dayOf = (moment: string) => moment.slice(0, 10);

export function known(holding: HoldingView, language: Language): string {
  const words = recallWords[language];
  const parts: string[] = holding.given ? [words.given] : holding.was_given ? [words.wasGiven] : [];
  for (const [count, label] of [
    [holding.openings, words.openings],
    [holding.copies, words.copies],
    [holding.additions, words.additions],
    [holding.requests, words.requests],
  ] as const)
    if (count > 0) parts.push(plural(language, label, { count }));
  return parts.join(" · ");
}

// Recalls under way: what one's service took back, and what it has to answer.
export function RecallsCard({ territory, onSaid }: { territory: Territory; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [which, setWhich] = useState<Which>("unsettled");
  const [stamp, setStamp] = useState(0);
  const loaded = useLoaded(`${territory.slug} ${which} ${stamp}`, () => recallApi.list(territory.slug, which));
  const recalls = byUrgency(loaded.value ?? []);
  const { overdue, toAnswer } = counts(recalls);
  return (
    <RecallsFrame which={which} onChosen={setWhich} problem={loaded.problem}>
      {overdue + toAnswer > 0 && (
        <p>
          {[overdue > 0 ? fill(words.overdueCount, { count: String(overdue) }) : "", toAnswer > 0 ? fill(words.toAnswerCount, { count: String(toAnswer) }) : ""].filter((one) => one !== "").join(" · ")}
        </p>
      )}
      {loaded.value && recalls.length === 0 && <p class="quiet">{which === "all" ? words.recallsNoneAll : words.recallsNone}</p>}
      <ul class="plain-list recall-list">
        {recalls.map((one) => (
          <RecallLine
            key={one.code}
            recall={one}
            territory={territory}
            onAnswered={() => {
              setStamp(stamp + 1);
              onSaid(words.sent);
            }}
          />
        ))}
      </ul>
    </RecallsFrame>
  );
}

export type Which = keyof RecallWords["which"];

type FrameProps = { which: Which; onChosen: (which: Which) => void; problem: Problem | null; children: ComponentChildren };

// The card Rappels, whoever reads it: which of them, and what went wrong.
export function RecallsFrame({ which, onChosen, problem, children }: FrameProps) {
  const { language } = usePage();
  const words = recallWords[language];
  return (
    <section class="card" aria-labelledby="recalls-title">
      <header>
        <h2 id="recalls-title">{words.recalls}</h2>
        <div class="segmented" role="group" aria-label={words.recalls}>
          {(Object.keys(words.which) as Which[]).map((one) => (
            <button key={one} type="button" aria-pressed={which === one} onClick={() => onChosen(one)}>
              {words.which[one]}
            </button>
          ))}
        </div>
      </header>
      {problem && (
        <p class="problem" role="alert">
          {problem.message}
        </p>
      )}
      {children}
    </section>
  );
}

function RecallLine({ recall, territory, onAnswered }: { recall: RecallView; territory: Territory; onAnswered: () => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const service = (code: string) => territory.services.find((one) => one.code === code)?.name ?? code;
  const state = recall.settled ? words.settled : recall.overdue ? words.overdue : fill(words.before, { day: formatDay(dayOf(recall.deadline), language) });
  return (
    <li class={recall.overdue ? "recall overdue" : "recall"}>
      <h3>{fill(words.of, { object: objectIn(recall.object, language), service: service(recall.originator) })}</h3>
      <p>
        <strong>{state}</strong> · {recall.effect.label[language]} · {recall.reason}
      </p>
      <div class="table-scroll short" tabIndex={0} role="group" aria-label={objectIn(recall.object, language)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.holder}</th>
              <th scope="col">{words.known}</th>
              <th scope="col">{words.answer}</th>
            </tr>
          </thead>
          <tbody>
            {recall.holders.map((holder) => (
              <tr key={holder.holding.service}>
                <th scope="row">{service(holder.holding.service)}</th>
                <td>{known(holder.holding, language)}</td>
                <td>
                  <HolderState holder={holder} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {recall.holders.map((holder) => (
        <details key={holder.holding.service}>
          <summary>
            {holder.receipt === "" ? words.statement : words.receipt} · {service(holder.holding.service)}
          </summary>
          <pre>{holder.receipt === "" ? holder.statement : holder.receipt}</pre>
        </details>
      ))}
      {!recall.ours && !recall.settled && <AnswerForm slug={territory.slug} recall={recall.code} onAnswered={onAnswered} />}
    </li>
  );
}

function HolderState({ holder }: { holder: RecallHolderView }) {
  const { language } = usePage();
  const words = recallWords[language];
  return (
    <>
      {holder.answer ? holder.answer.label[language] : words.waiting}
      {holder.overdue && <strong> · {words.overdue}</strong>}
      {holder.words !== "" && <span class="quiet"> {holder.words}</span>}
    </>
  );
}

export function AnswerForm({ slug, recall, onAnswered }: { slug: string; recall: string; onAnswered: () => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [answer, setAnswer] = useState<keyof RecallWords["answers"]>("destroyed");
  const [copies, setCopies] = useState("1");
  const [remark, setRemark] = useState("");
  const { problem, isSending, run } = useAct();
  const asksCopies = answer !== "held_nothing";
  return (
    <form
      class="row-form"
      aria-label={`${words.send}: ${recall}`}
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => {
          await recallApi.answer(slug, recall, { answer, copies: asksCopies ? Number(copies) : 0, words: remark.trim() });
          onAnswered();
        });
      }}
    >
      <Choice label={words.answer} value={answer} choices={namedBy(words.answers)} onPick={setAnswer} />
      {asksCopies && (
        <label>
          {words.copiesAsked}
          <input type="number" min={1} required value={copies} onInput={(event) => setCopies(event.currentTarget.value)} />
        </label>
      )}
      <label>
        {words.wordsAsked}
        <input type="text" maxLength={300} required={answer === "in_procedure"} value={remark} onInput={(event) => setRemark(event.currentTarget.value)} />
      </label>
      <FormFoot problem={problem}>
        <button type="submit" class="action" disabled={isSending}>
          {isSending ? words.sending : words.send}
        </button>
      </FormFoot>
    </form>
  );
}
