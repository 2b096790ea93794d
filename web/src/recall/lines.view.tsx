import { useState } from "preact/hooks";
import type { RecallLineView, Territory } from "../api/types";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatDay } from "../words/format";
import { fill } from "../words/words";
import { recallApi } from "./recall.client";
import { objectIn } from "./recall.model";
import { recallWords } from "./recall.words";
import { AnswerForm, RecallsFrame, type Which } from "./recalls.view";

// Recalls as whoever reads no notes has them (municipal police, partners): which object, by when, what to do, whom to
// call. What it says and why it is taken back is not told.
export function RecallLinesCard({ territory, onSaid }: { territory: Territory; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [which, setWhich] = useState<Which>("unsettled");
  const [stamp, setStamp] = useState(0);
  const loaded = useLoaded(`${territory.slug} ${which} ${stamp}`, () => recallApi.lines(territory.slug, which));
  const answered = () => {
    setStamp(stamp + 1);
    onSaid(words.sent);
  };
  return (
    <RecallsFrame which={which} onChosen={setWhich} problem={loaded.problem}>
      {loaded.value?.length === 0 && <p class="quiet">{which === "all" ? words.linesNoneAll : words.linesNone}</p>}
      <ul class="plain-list recall-list">
        {(loaded.value ?? []).map((one) => (
          <Line key={one.code} line={one} slug={territory.slug} onAnswered={answered} />
        ))}
      </ul>
    </RecallsFrame>
  );
}

function Line({ line, slug, onAnswered }: { line: RecallLineView; slug: string; onAnswered: () => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const day = formatDay(line.deadline.slice(0, 10), language);
  const { service, desk, phone } = line.call;
  return (
    <li class={line.overdue ? "recall overdue" : "recall"}>
      <h3>{fill(words.of, { object: objectIn(line.object, language), service })}</h3>
      <p>
        <strong>{line.settled ? words.settled : line.overdue ? words.overdue : fill(words.before, { day })}</strong>
        {line.answer && ` · ${line.answer.label[language]}`}
        {line.words !== "" && <span class="quiet"> {line.words}</span>}
      </p>
      {!line.settled && (
        <p>
          {fill(words.lineTodo, { day })} {fill(phone === "" ? words.lineCall : words.lineCallPhone, { desk, phone })}
        </p>
      )}
      {line.receipt !== "" && (
        <details>
          <summary>{words.receipt}</summary>
          <pre>{line.receipt}</pre>
        </details>
      )}
      {!line.settled && <AnswerForm slug={slug} recall={line.code} onAnswered={onAnswered} />}
    </li>
  );
}
