import { useState } from "preact/hooks";
import type { RetentionView } from "../api/types";
import { usePage } from "../shell/page.context";
import { formatCount, formatDay, formatMonth } from "../words/format";
import { fill } from "../words/words";
import { kindsIn, monthsOf, weeksOf, type DueKind, type Week } from "./recall.model";
import { recallWords } from "./recall.words";

// What ends when, week by week: a line of bars for all notes, for those about minors and for those that name persons, one
// week read out at a time, and the same as a table. Each has its own scale, so
// that one note about a minor is seen beside forty others.
export function CalendarCard({ retention, problem }: { retention: RetentionView | null; problem: string | null }) {
  const { language } = usePage();
  const words = recallWords[language];
  const weeks = retention ? weeksOf(retention.days, new Date().toISOString().slice(0, 10)) : [];
  const kinds = kindsIn(weeks);
  return (
    <section class="card" aria-labelledby="calendar-title">
      <h2 id="calendar-title">{words.calendar}</h2>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {retention && kinds.length === 0 && <p class="quiet">{words.calendarNone}</p>}
      {kinds.length > 0 && (
        <>
          <Picture weeks={weeks} kinds={kinds} />
          <details>
            <summary>{words.asTable}</summary>
            <Table weeks={weeks} kinds={kinds} />
          </details>
        </>
      )}
    </section>
  );
}

function Picture({ weeks, kinds }: { weeks: Week[]; kinds: DueKind[] }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [chosen, setChosen] = useState(() => Math.max(0, weeks.findIndex((week) => week.notes > 0)));
  const at = Math.min(chosen, weeks.length - 1);
  const week = weeks[at] as Week;
  const among = (["minors", "persons"] as const).filter((kind) => week[kind] > 0).map((kind) => `${words[kind]} ${formatCount(week[kind], language)}`);
  const notes = fill(week.notes === 1 ? words.oneNote : words.manyNotes, { count: formatCount(week.notes, language) });
  const what = week.notes === 0 ? words.weekNothing : notes + (among.length > 0 ? ` (${among.join(", ")})` : "");
  const text = fill(words.weekLine, { day: formatDay(week.first, language), what });
  const step = (key: string): number | null => {
    switch (key) {
      case "ArrowLeft":
      case "ArrowDown":
        return at - 1;
      case "ArrowRight":
      case "ArrowUp":
        return at + 1;
      case "PageDown":
        return at - 4;
      case "PageUp":
        return at + 4;
      case "Home":
        return 0;
      case "End":
        return weeks.length - 1;
      default:
        return null;
    }
  };
  const choose = (index: number) => setChosen(Math.max(0, Math.min(weeks.length - 1, index)));
  const under = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const bars = event.currentTarget.querySelector(".due-bars")?.getBoundingClientRect();
    if (bars) choose(Math.floor(((event.clientX - bars.left) / bars.width) * weeks.length));
  };
  return (
    <>
      <div
        class="due"
        role="slider"
        tabIndex={0}
        aria-label={words.calendarChoose}
        aria-valuemin={1}
        aria-valuemax={weeks.length}
        aria-valuenow={at + 1}
        aria-valuetext={text}
        onClick={under}
        onKeyDown={(event) => {
          const next = step(event.key);
          if (next === null) return;
          event.preventDefault();
          choose(next);
        }}
      >
        {kinds.map((kind) => (
          <Line key={kind} kind={kind} weeks={weeks} chosen={at} />
        ))}
        <div class="due-line" aria-hidden="true">
          <span />
          <span class="due-months">
            {monthsOf(weeks).map((month, index) => (
              <span key={month.first} class={index % 3 === 1 ? undefined : "due-between"} style={{ left: `${(100 * month.index) / weeks.length}%` }}>
                {formatMonth(month.first, language)}
              </span>
            ))}
          </span>
        </div>
      </div>
      <p class="due-said">{text}</p>
    </>
  );
}

function Line({ kind, weeks, chosen }: { kind: DueKind; weeks: Week[]; chosen: number }) {
  const { language } = usePage();
  const words = recallWords[language];
  const most = Math.max(...weeks.map((week) => week[kind]));
  const total = weeks.reduce((sum, week) => sum + week[kind], 0);
  return (
    <div class="due-line" aria-hidden="true">
      <span class="due-name">
        {words[kind]} <b>{formatCount(total, language)}</b>
        <small class="quiet">{fill(words.kindMost, { count: formatCount(most, language) })}</small>
      </span>
      <svg class={`due-bars due-${kind}`} viewBox={`0 0 ${weeks.length} 10`} preserveAspectRatio="none">
        <rect class="due-chosen" x={chosen} y={0} width={1} height={10} />
        {weeks.map((week, index) => week[kind] > 0 && <rect key={week.first} x={index + 0.14} width={0.72} y={10 - Math.max(1, (10 * week[kind]) / most)} height={Math.max(1, (10 * week[kind]) / most)} />)}
      </svg>
    </div>
  );
}

function Table({ weeks, kinds }: { weeks: Week[]; kinds: DueKind[] }) {
  const { language } = usePage();
  const words = recallWords[language];
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={words.calendar}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.week}</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col" class="number">
                {words[kind]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks
            .filter((week) => week.notes > 0)
            .map((week) => (
              <tr key={week.first}>
                <th scope="row">{formatDay(week.first, language)}</th>
                {kinds.map((kind) => (
                  <td key={kind} class="number">
                    {formatCount(week[kind], language)}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
