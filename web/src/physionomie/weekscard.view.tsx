import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";
import type { Picture } from "../api/types";
import { usePage } from "../shell/page.context";
import { formatCount, formatRate } from "../words/format";

const WeeksChart = lazy(() => import("../chart/weeks.view"));

export function WeeksCard({ picture, sector, onClear }: { picture: Picture; sector: number | null; onClear: () => void }) {
  const { language, words } = usePage();
  const [isTable, setTable] = useState(false);
  const row = picture.sectors.find((one) => one.id === sector);
  const weeks = row?.weeks ?? picture.series.find((one) => one.channel === picture.parameters.channel)?.weeks ?? [];
  const place = row?.name ?? picture.territory.name;
  const channel = picture.parameters.channel === "reported" ? words.reported : words.discovered;
  const title = `${words.weeks} · ${place}`;
  return (
    <section class="card" aria-labelledby="weeks-title">
      <header>
        <div>
          <h2 id="weeks-title">{title}</h2>
          <p class="unit">
            {words.weeksUnit}, {channel.toLowerCase()}
          </p>
        </div>
        <div class="actions">
          {row && (
            <button type="button" class="plain" onClick={onClear}>
              {words.clearSector}
            </button>
          )}
          <button type="button" class="plain" onClick={() => setTable(!isTable)}>
            {isTable ? words.showPicture : words.showTable}
          </button>
        </div>
      </header>
      {isTable ? (
        <div class="table-scroll short" tabIndex={0} role="group" aria-labelledby="weeks-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.weeks}</th>
                <th scope="col" class="number">{words.facts}</th>
                <th scope="col" class="number">{words.perDay}</th>
                <th scope="col" class="number">{words.expected}</th>
                <th scope="col" class="number">{words.upper}</th>
              </tr>
            </thead>
            <tbody>
              {[...weeks].reverse().map((week) => (
                <tr key={week.week}>
                  <th scope="row">{week.week}</th>
                  {week.observed_days === 0 ? (
                    <td colSpan={4} class="quiet">
                      {words.unobserved}
                    </td>
                  ) : (
                    <>
                      <td class="number">
                        {formatCount(week.count, language)}
                        {week.alarm && <span class="alarm-word">{words.alarm}</span>}
                      </td>
                      <td class="number">{formatRate(week.rate, language)}</td>
                      <td class="number">{formatRate(week.expected, language)}</td>
                      <td class="number">{formatRate(week.upper, language)}</td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <>
          <Suspense fallback={<div class="weeks-chart skeleton" />}>
            <WeeksChart weeks={weeks} label={title} />
          </Suspense>
          <ul class="keys-line" aria-hidden="true">
            <li class="key-rate">{words.perDay.toLowerCase()}</li>
            <li class="key-expected">{words.expected}</li>
            <li class="key-band">{words.upper}</li>
            <li class="key-alarm">{words.alarm}</li>
            <li class="key-gap">{words.unobserved}</li>
          </ul>
        </>
      )}
    </section>
  );
}
