import { useMemo, useState } from "preact/hooks";
import type { SectorRow } from "../api/types";
import { Interval } from "../chart/interval.view";
import { Sparkline } from "../chart/sparkline.view";
import { usePage } from "../shell/page.context";
import { formatChange, formatCount, formatRate } from "../words/format";
import { certaintyWords } from "../words/words";
import { intervalScale, type SortKey, sortedRows } from "./physionomie.model";

type Props = { rows: readonly SectorRow[]; sector: number | null; hovered: number | null; onPick: (sector: number) => void; onHover: (sector: number | null) => void };

const arrows = { up: "↗", down: "↘", steady: "→", unknown: "" } as const;

export function SectorTable({ rows, sector, hovered, onPick, onHover }: Props) {
  const { language, words } = usePage();
  const [sort, setSort] = useState<SortKey>("change");
  const sorted = useMemo(() => sortedRows(rows, sort), [rows, sort]);
  const most = intervalScale(rows);
  const header = (key: SortKey, label: string, isNumber = false) => (
    <th scope="col" class={isNumber ? "number" : ""} aria-sort={sort === key ? (key === "name" ? "ascending" : "descending") : "none"}>
      <button type="button" class="sort" onClick={() => setSort(key)}>
        {label}
        <span aria-hidden="true">{sort === key ? " ▾" : ""}</span>
      </button>
    </th>
  );
  return (
    <section class="card" aria-labelledby="sectors-title">
      <h2 id="sectors-title">{words.sectors}</h2>
      <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="sectors-title">
        <table class="sectors">
          <thead>
            <tr>
              {header("name", words.sector)}
              {header("count", words.facts, true)}
              {header("rate", words.perDay, true)}
              <th scope="col">{words.interval}</th>
              {header("change", words.change, true)}
              <th scope="col">{words.certainty}</th>
              <th scope="col">{words.trend}</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((row) => (
              <tr key={row.id} class={`${row.id === sector ? "picked" : ""} ${row.id === hovered ? "hovered" : ""}`} onMouseEnter={() => onHover(row.id)} onMouseLeave={() => onHover(null)}>
                <th scope="row">
                  <button type="button" class="plain" aria-pressed={row.id === sector} onClick={() => onPick(row.id)}>
                    {row.name}
                  </button>
                  {row.alarm && (
                    <span class="alarm-word" title={`${row.alarm.week}: ${row.alarm.count} / ${formatRate(row.alarm.upper, language)}`}>
                      {words.alarm}
                    </span>
                  )}
                </th>
                <td class="number">{formatCount(row.period.count, language)}</td>
                <td class="number">{formatRate(row.period.rate, language)}</td>
                <td>
                  <Interval estimate={row.period} most={most} />
                  <span class="visually-hidden">
                    {formatRate(row.period.low, language)} – {formatRate(row.period.high, language)}
                  </span>
                </td>
                <td class="number">
                  <span aria-hidden="true">{arrows[row.change.direction]} </span>
                  {formatChange(row.change.ratio, language)}
                </td>
                <td>
                  <span class={`certainty certainty-${row.change.certainty}`}>{certaintyWords[language][row.change.certainty]}</span>
                </td>
                <td>
                  <Sparkline weeks={row.weeks} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
