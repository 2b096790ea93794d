import type { CategoryRow, Picture } from "../api/types";
import { Interval } from "../chart/interval.view";
import { usePage } from "../shell/page.context";
import { formatChange, formatCount, formatRate, formatShare } from "../words/format";
import { certaintyWords } from "../words/words";

export function QualityCard({ picture }: { picture: Picture }) {
  const { language, words } = usePage();
  const { quality } = picture;
  const rows: [string, string][] = [
    [words.unobservedDays, `${formatCount(quality.unobserved_days, language)} / ${formatCount(picture.observation.period.days, language)}`],
    [words.withoutPlace, `${formatCount(quality.without_place, language)} (${formatShare(quality.without_place_share, language)})`],
    [words.outsideSectors, formatCount(quality.outside_sectors, language)],
    [words.discoveredShare, formatShare(quality.discovered_share, language)],
    [words.issues, formatCount(quality.issues, language)],
  ];
  return (
    <section class="card" aria-labelledby="quality-title">
      <h2 id="quality-title">{words.quality}</h2>
      <dl class="figures">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <ul class="notes">
        {quality.notes.map((note) => (
          <li key={note.en}>{note[language]}</li>
        ))}
      </ul>
    </section>
  );
}

export function CategoriesCard({ picture, onPick }: { picture: Picture; onPick: (row: CategoryRow) => void }) {
  const { language, words } = usePage();
  const groups = (["reported", "discovered"] as const).map((channel) => ({ channel, rows: picture.categories.filter((row) => row.channel === channel) }));
  const most = Math.max(1e-9, ...picture.categories.map((row) => row.period.high ?? 0));
  return (
    <section class="card" aria-labelledby="categories-title">
      <h2 id="categories-title">{words.categories}</h2>
      <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="categories-title">
        {groups.map(({ channel, rows }) => (
          <table key={channel}>
            <caption>
              {channel === "reported" ? `${words.reported} ${words.reportedHint}` : `${words.discovered} ${words.discoveredHint}`}
            </caption>
            <thead>
              <tr>
                <th scope="col">{words.category}</th>
                <th scope="col" class="number">{words.facts}</th>
                <th scope="col" class="number">{words.perDay}</th>
                <th scope="col">{words.interval}</th>
                <th scope="col" class="number">{words.change}</th>
                <th scope="col">{words.certainty}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.code}>
                  <th scope="row">
                    <button type="button" class="plain" onClick={() => onPick(row)}>
                      {row.label[language]}
                    </button>
                  </th>
                  <td class="number">{formatCount(row.period.count, language)}</td>
                  <td class="number">{formatRate(row.period.rate, language)}</td>
                  <td>
                    <Interval estimate={row.period} most={most} />
                  </td>
                  <td class="number">{formatChange(row.change.ratio, language)}</td>
                  <td>
                    <span class={`certainty certainty-${row.change.certainty}`}>{certaintyWords[language][row.change.certainty]}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  );
}
