import { useState } from "preact/hooks";
import type { LateView, RetentionView } from "../api/types";
import { usePage } from "../shell/page.context";
import { formatCount, formatDay, formatMonth } from "../words/format";
import { fill } from "../words/words";
import { countsOf, kindsIn, monthsOf, objectIn, weeksOf, type DueKind, type Week } from "./recall.model";
import { recallWords } from "./recall.words";

// What ends when, week by week: a line of bars for each kind, one week of all of them read out at a time, and the same
// as a table. Each kind has its own scale, so that one conflict is seen beside forty notes.
export function CalendarCard({ retention, problem }: { retention: RetentionView | null; problem: string | null }) {
  const { language } = usePage();
  const words = recallWords[language];
  const weeks = retention ? weeksOf(retention.days, retention.today) : [];
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
      {retention && retention.late.length > 0 && <Late late={retention.late} />}
    </section>
  );
}

function Picture({ weeks, kinds }: { weeks: Week[]; kinds: DueKind[] }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [chosen, setChosen] = useState(() => Math.max(0, weeks.findIndex((week) => countsOf(week) > 0)));
  const at = Math.min(chosen, weeks.length - 1);
  const week = weeks[at] as Week;
  const said = kinds.filter((kind) => week[kind] > 0).map((kind) => fill(week[kind] === 1 ? words.kindOne[kind] : words.kindMany[kind], { count: formatCount(week[kind], language) }));
  const ofNotes = [week.minors > 0 ? `${words.minors} ${formatCount(week.minors, language)}` : "", week.persons > 0 ? `${words.persons} ${formatCount(week.persons, language)}` : ""].filter((one) => one !== "");
  const what = said.length === 0 ? words.weekNothing : said.join(", ") + (ofNotes.length > 0 ? ` (${ofNotes.join(", ")})` : "");
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
        {words.kinds[kind]} <b>{formatCount(total, language)}</b>
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
  const hasNotes = kinds.includes("notes");
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={words.calendar}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.week}</th>
            {kinds.map((kind) => (
              <th key={kind} scope="col" class="number">
                {words.kinds[kind]}
              </th>
            ))}
            {hasNotes && (
              <>
                <th scope="col" class="number">
                  {words.minors}
                </th>
                <th scope="col" class="number">
                  {words.persons}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {weeks
            .filter((week) => countsOf(week) > 0)
            .map((week) => (
              <tr key={week.first}>
                <th scope="row">{formatDay(week.first, language)}</th>
                {kinds.map((kind) => (
                  <td key={kind} class="number">
                    {formatCount(week[kind], language)}
                  </td>
                ))}
                {hasNotes && (
                  <>
                    <td class="number">{formatCount(week.minors, language)}</td>
                    <td class="number">{formatCount(week.persons, language)}</td>
                  </>
                )}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

// What is past its end and could not go.
function Late({ late }: { late: LateView[] }) {
  const { language } = usePage();
  const words = recallWords[language];
  return (
    <>
      <h3>{words.late}</h3>
      <ul class="plain-list">
        {late.map((one) => (
          <li key={one.object}>
            <strong>{objectIn(one.object, language)}</strong> · {fill(words.lateSince, { day: formatDay(one.due.slice(0, 10), language) })} · {one.why[language]}
          </li>
        ))}
      </ul>
    </>
  );
}

