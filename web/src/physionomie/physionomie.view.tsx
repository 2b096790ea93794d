import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { CategoryRow, Finding, Job, Layer, Picture, Territory } from "../api/types";
import { type Address, pictureQuery } from "../shell/address.model";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatDays } from "../words/format";
import { fill } from "../words/words";
import { Filters } from "./filters.view";
import { Findings } from "./findings.view";
import { MapCard } from "./mapcard.view";
import { CategoriesCard, QualityCard } from "./quality.view";
import { SectorTable } from "./sectors.view";
import { StudiesCard } from "./studies.view";
import { pictureJob } from "./picture.operations";
import { Cancelled, waitForPicture } from "./waiting.model";
import { WaitingBar } from "./waiting.view";
import { WeeksCard } from "./weekscard.view";

type Props = { territory: Territory; address: Address; onChange: (address: Address, replaces?: boolean) => void; onSaid: (words: string) => void };

export function Physionomie({ territory, address, onChange, onSaid }: Props) {
  const { language, words } = usePage();
  const [hovered, setHovered] = useState<number | null>(null);
  const query = pictureQuery(address);
  const key = `${territory.slug}?${query}`;
  const [job, setJob] = useState<Job | null>(null);
  const [isCancelled, setCancelled] = useState(false);
  const picture = useLoaded<Picture>(key, (signal) => {
    setJob(null);
    setCancelled(false);
    return waitForPicture(pictureJob(territory.slug, address), signal, (one) => !signal.aborted && setJob(one)).catch((failure: unknown) => {
      if (failure instanceof Cancelled && !signal.aborted) cancel();
      throw failure;
    });
  });
  // Where the picture that is shown was asked for; cancelling the next one goes back there.
  const shownAt = useRef<Address | null>(null);
  useEffect(() => {
    if (picture.loadedKey === key) shownAt.current = address;
  });
  useEffect(() => {
    if (job && !picture.isLoading && !isCancelled) onSaid(words.pictureReady);
    if (!picture.isLoading) setJob(null);
  }, [picture.isLoading]);
  const cancel = () => {
    picture.stop();
    setJob(null);
    setCancelled(true);
    onSaid(words.cancelled);
    document.getElementById("content")?.focus();
    if (shownAt.current) onChange(shownAt.current, true);
  };
  const layer = useLoaded<Layer>(picture.value ? `${key}#${address.layer}` : null, (signal) => api.layer(territory.slug, address.layer, query, signal));
  const shown = picture.value;
  const pickSector = (id: number) => onChange({ ...address, sector: address.sector === id ? null : id });
  const pickFinding = (finding: Finding) => onChange({ ...address, sector: finding.sector, layer: finding.kind === "cluster" ? "clusters" : address.layer });
  const pickCategory = (row: CategoryRow) => onChange({ ...address, channel: row.channel, categories: [row.code] });

  return (
    <main id="content" tabIndex={-1} aria-busy={picture.isLoading}>
      <div class="page-title">
        <h1>{words.picture}</h1>
        {shown && (
          <p>
            {formatDays(shown.parameters.first_day, shown.parameters.last_day, language)}
            <span class="dot"> · </span>
            {fill(words.observed, { observed: shown.observation.period.observed_days, days: shown.observation.period.days })}
            <span class="dot"> · </span>
            {address.channel === "reported" ? `${words.reported.toLowerCase()} ${words.reportedHint}` : `${words.discovered.toLowerCase()} ${words.discoveredHint}`}
          </p>
        )}
      </div>
      <Filters territory={territory} picture={shown} address={address} onChange={onChange} />
      <div class={`progress ${picture.isLoading ? "running" : ""}`} role="status">
        <span class="visually-hidden">{picture.isLoading ? words.loading : ""}</span>
      </div>
      {picture.problem && (
        <div class="card refusal" role="alert">
          <p>
            <strong>{words.failed}</strong> {picture.problem.message}
          </p>
          <div class="actions">
            <button type="button" class="action" onClick={picture.retry}>
              {words.retry}
            </button>
            <button type="button" class="plain" onClick={() => onChange({ ...address, first: null, last: null, compareFirst: null, compareLast: null, categories: [], level: null })}>
              {words.reset}
            </button>
          </div>
        </div>
      )}
      {picture.isLoading && job && <WaitingBar job={job} onCancel={cancel} onSaid={onSaid} />}
      {!shown && isCancelled && !picture.isLoading && (
        <div class="card">
          <p>{words.nothingShown}</p>
          <button type="button" class="action" onClick={picture.retry}>
            {words.retry}
          </button>
        </div>
      )}
      {!shown && picture.isLoading && (
        <div class="grid" aria-hidden="true">
          <div class="card skeleton tall" />
          <div class="card skeleton tall" />
        </div>
      )}
      {shown && (
        <div class="grid">
          <Findings findings={shown.findings} sector={address.sector} onPick={pickFinding} onHover={setHovered} />
          <MapCard
            territory={territory}
            picture={shown}
            layer={layer.value}
            kind={address.layer}
            sector={address.sector}
            hovered={hovered}
            onHover={setHovered}
            onPick={pickSector}
            onKind={(kind) => onChange({ ...address, layer: kind })}
          />
          <div class="wide">
            <WeeksCard picture={shown} sector={address.sector} onClear={() => onChange({ ...address, sector: null })} />
          </div>
          <div class="wide">
            <SectorTable rows={shown.sectors} sector={address.sector} hovered={hovered} onPick={pickSector} onHover={setHovered} />
          </div>
          <div class="wide two">
            <CategoriesCard picture={shown} onPick={pickCategory} />
            <div class="stack">
              <QualityCard picture={shown} />
              <StudiesCard slug={territory.slug} address={address} onSaid={onSaid} />
            </div>
          </div>
        </div>
      )}
    </main>
  );
}
