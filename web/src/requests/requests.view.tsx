import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { RequestRules, RequestStatisticsRow, ServiceRequestView, Territory } from "../api/types";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { AskForm } from "./ask.view";
import { Clock } from "./clock.view";
import { RequestDetail } from "./request.view";
import { requestsApi } from "./requests.client";
import { type Filter, queryOf, type SideShown, type Which } from "./requests.model";
import { requestWords } from "./requests.words";

type Props = {
  territory: Territory;
  ownService: string | null; // code of the reader's service in the territory
  person: string; // whose drafts are kept
  note?: string | null; // requests about that note only
  onSaid: (words: string) => void;
};

// The panel Demandes of page Fiches: what one's service asked and was asked, each with its clock.
export function RequestsPanel({ territory, ownService, person, note = null, onSaid }: Props) {
  const { language } = usePage();
  const words = requestWords[language];
  const slug = territory.slug;
  const [filter, setFilter] = useState<Filter>({ which: "unfinished", side: "both" });
  const [stamp, setStamp] = useState(0);
  const [cursor, setCursor] = useState("");
  const [earlier, setEarlier] = useState<ServiceRequestView[]>([]);
  const [open, setOpen] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const rules = useLoaded(slug, () => requestsApi.rules(slug));
  const query = `${queryOf(filter, ownService, cursor)}${note ? `&note=${note}` : ""}`;
  const page = useLoaded(`${slug} ${stamp} ${query}`, async () => ({ at: Date.now(), ...(await requestsApi.page(slug, query)) }));
  const choose = (change: Partial<Filter>) => {
    setFilter({ ...filter, ...change });
    setCursor("");
    setEarlier([]);
  };
  const refresh = () => {
    setCursor("");
    setEarlier([]);
    setStamp((before) => before + 1);
  };
  if (rules.problem) return <p class="problem" role="alert">{rules.problem.message}</p>;
  if (!rules.value) return null;
  if (isAsking)
    return (
      <AskForm
        territory={territory}
        rules={rules.value}
        ownService={ownService}
        person={person}
        note={note}
        onCancel={() => setAsking(false)}
        onSent={(code) => {
          setAsking(false);
          refresh();
          setOpen(code);
          onSaid(words.sent);
        }}
      />
    );
  if (open !== null)
    return (
      <RequestDetail
        territory={territory}
        ownService={ownService}
        rules={rules.value}
        code={open}
        onSaid={onSaid}
        onBack={() => {
          setOpen(null);
          refresh();
        }}
      />
    );
  const shown = [...earlier, ...(page.value?.requests ?? [])];
  const none = filter.which === "late" ? words.noneLate : filter.which === "all" ? words.noneAll : words.none;
  return (
    <section class="requests" aria-labelledby="requests-title">
      <header class="requests-head">
        <h2 id="requests-title">{words.title}</h2>
        {ownService !== null && (
          <button type="button" class="action" onClick={() => setAsking(true)}>
            {words.ask}
          </button>
        )}
      </header>
      <div class="requests-filters">
        <div class="segmented" role="group" aria-label={words.title}>
          {(["unfinished", "late", "all"] as Which[]).map((which) => (
            <button key={which} type="button" aria-pressed={filter.which === which} onClick={() => choose({ which })}>
              {words[which]}
            </button>
          ))}
        </div>
        {ownService !== null && (
          <select aria-label={words.sides.both} value={filter.side} onChange={(event) => choose({ side: event.currentTarget.value as SideShown })}>
            {(["both", "received", "sent"] as SideShown[]).map((side) => (
              <option key={side} value={side}>
                {words.sides[side]}
              </option>
            ))}
          </select>
        )}
      </div>
      {page.problem && (
        <p class="problem" role="alert">
          {page.problem.message}
        </p>
      )}
      {page.value && shown.length === 0 && <p class="quiet">{none}</p>}
      <ul class="requests-list">
        {shown.map((request) => (
          <RequestLine key={request.code} territory={territory} request={request} readAt={page.value?.at ?? Date.now()} onOpen={() => setOpen(request.code)} />
        ))}
      </ul>
      {page.value && page.value.next !== "" && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            setEarlier(shown);
            setCursor(page.value?.next ?? "");
          }}
        >
          {words.more}
        </button>
      )}
      <Statistics territory={territory} rules={rules.value} stamp={stamp} />
    </section>
  );
}

const serviceName = (territory: Territory, code: string) => territory.services.find((one) => one.code === code)?.name ?? code;

function RequestLine({ territory, request, readAt, onOpen }: { territory: Territory; request: ServiceRequestView; readAt: number; onOpen: () => void }) {
  const { language } = usePage();
  const words = requestWords[language];
  return (
    <li>
      <button type="button" class="requests-line" onClick={onOpen}>
        <span class="requests-about">
          <strong>{request.about}</strong>
          {request.urgency.name === "urgent" && <em>{request.urgency.label[language]}</em>}
        </span>
        <span class="quiet">{fill(words.from, { asking: serviceName(territory, request.asking), asked: serviceName(territory, request.asked) })}</span>
        <span>{request.state.label[language]}</span>
        <Clock request={request} readAt={readAt} />
      </button>
    </li>
  );
}

function Statistics({ territory, rules, stamp }: { territory: Territory; rules: RequestRules; stamp: number }) {
  const { language } = usePage();
  const words = requestWords[language];
  const [isOpen, setOpen] = useState(false);
  const [rows, setRows] = useState<RequestStatisticsRow[] | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (!isOpen) return;
    requestsApi.statistics(territory.slug).then(setRows, (failure: unknown) => setProblem(failure instanceof Problem ? failure.message : String(failure)));
  }, [isOpen, stamp, territory.slug]);
  const number = (value: number | null | undefined) => (value == null ? "—" : new Intl.NumberFormat(language === "fr" ? "fr-FR" : "en-GB", { maximumFractionDigits: 1 }).format(value));
  const interval = (delay: RequestStatisticsRow["median"]) => fill(words.interval, { value: number(delay.hours), low: number(delay.low_hours), high: number(delay.high_hours) });
  return (
    <details class="requests-statistics" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.statistics}</summary>
      {problem !== "" && <p class="problem" role="alert">{problem}</p>}
      {rows?.length === 0 && <p class="quiet">{words.statisticsNone}</p>}
      {rows !== null && rows.length > 0 && (
        <div class="scrolls">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.columns.service}</th>
                <th scope="col">{words.columns.requests}</th>
                <th scope="col">{words.columns.inTime}</th>
                <th scope="col">{words.columns.late}</th>
                <th scope="col">{words.columns.unfinished}</th>
                <th scope="col">{words.columns.median}</th>
                <th scope="col">{words.columns.ninety}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.service}>
                  <th scope="row">
                    {serviceName(territory, row.service)}
                    {row.grounds.map((one) => (
                      <small key={one.ground} class="quiet">
                        {one.count} × {rules.grounds.find((known) => known.name === one.ground)?.label[language] ?? one.label[language]}
                      </small>
                    ))}
                  </th>
                  <td>{number(row.requests)}</td>
                  <td>{number(row.in_time)}</td>
                  <td>{number(row.late)}</td>
                  <td>{number(row.unfinished)}</td>
                  <td>{interval(row.median)}</td>
                  <td>{interval(row.ninety_percent)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="quiet">{words.statisticsNote}</p>
    </details>
  );
}
