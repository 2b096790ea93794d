import { api } from "../api/client";
import type { Aggregates, Territory } from "../api/types";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatCount, formatMonth } from "../words/format";

// What partners and municipal police see instead of the picture: masked counts by sector and whole month.
export function AggregatesView({ territory }: { territory: Territory }) {
  const { language, words } = usePage();
  const last = territory.last_day;
  const first = last === null ? null : `${Number(last.slice(0, 4)) - 1}${last.slice(4, 8)}01`;
  const query = first === null ? "" : `first_day=${first}&last_day=${last}`;
  const loaded = useLoaded<Aggregates>(`${territory.slug}?${query}`, () => api.aggregates(territory.slug, query));
  const rows = loaded.value?.rows ?? [];
  const months = [...new Set(rows.map((row) => row.month))].sort();
  const channels = [...new Set(rows.map((row) => row.channel))].sort().reverse();
  return (
    <main id="content" tabIndex={-1} aria-busy={loaded.isLoading}>
      <PageHead title={words.aggregates} hint={words.aggregatesHint} problem={loaded.problem} />
      {channels.map((channel) => {
        const ofChannel = rows.filter((row) => row.channel === channel);
        const sectors = [...new Set(ofChannel.map((row) => row.name))];
        const count = new Map(ofChannel.map((row) => [`${row.name} ${row.month}`, row.count]));
        return (
          <section class="card" key={channel} aria-labelledby={`channel-${channel}`}>
            <header>
              <h2 id={`channel-${channel}`}>{channel === "reported" ? words.reported : words.discovered}</h2>
            </header>
            <div class="table-scroll" tabIndex={0} role="group" aria-labelledby={`channel-${channel}`}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.sector}</th>
                    {months.map((month) => (
                      <th scope="col" class="number" key={month}>
                        {formatMonth(month, language)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {sectors.map((sector) => (
                    <tr key={sector}>
                      <th scope="row">{sector}</th>
                      {months.map((month) => {
                        const value = count.get(`${sector} ${month}`);
                        return (
                          <td class="number" key={month}>
                            {value === undefined || value === null ? <abbr title={words.withheld}>·</abbr> : formatCount(value, language)}
                          </td>
                        );
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        );
      })}
    </main>
  );
}
