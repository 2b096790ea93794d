import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";
import type { Layer, LayerKind, Picture, Territory } from "../api/types";
import { LegendView } from "../map/legend.view";
import { usePage } from "../shell/page.context";
import { formatCount, formatDay, formatRate, formatRecurrence } from "../words/format";
import { certaintyWords } from "../words/words";

const TerritoryMap = lazy(() => import("../map/map.view").then((module) => ({ default: module.TerritoryMap })));

type Props = {
  territory: Territory;
  picture: Picture;
  layer: Layer | null;
  kind: LayerKind;
  sector: number | null;
  hovered: number | null;
  onHover: (sector: number | null) => void;
  onPick: (sector: number) => void;
  onKind: (kind: LayerKind) => void;
};

const kinds: LayerKind[] = ["sectors", "density", "hotspots", "clusters"];

// The rows of a layer as text: what the drawing shows, the largest first.
function LayerTable({ layer, kind, picture }: { layer: Layer; kind: LayerKind; picture: Picture }) {
  const { language, words } = usePage();
  if (kind === "clusters")
    return (
      <table>
        <caption>{words.emerging}</caption>
        <thead>
          <tr>
            <th scope="col">{words.sector}</th>
            <th scope="col">{words.since}</th>
            <th scope="col" class="number">{words.facts}</th>
            <th scope="col" class="number">{words.expectedFacts}</th>
            <th scope="col" class="number">{words.recurrence}</th>
            <th scope="col">{words.certainty}</th>
          </tr>
        </thead>
        <tbody>
          {picture.clusters.map((cluster) => (
            <tr key={cluster.rank}>
              <th scope="row">{cluster.sectors.map((id) => picture.sectors.find((row) => row.id === id)?.name ?? "").join(", ")}</th>
              <td>{formatDay(cluster.first_day, language)}</td>
              <td class="number">{formatCount(cluster.observed, language)}</td>
              <td class="number">{formatRate(cluster.expected, language)}</td>
              <td class="number">{formatRecurrence(cluster.recurrence_days, language, words)}</td>
              <td>{certaintyWords[language][cluster.certainty]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  const value = (properties: Record<string, unknown>) => Number(properties[kind === "sectors" ? "density_per_km2" : kind === "density" ? "value" : "z"] ?? 0);
  const rows = [...layer.features.features].sort((a, b) => value(b.properties) - value(a.properties)).slice(0, 50);
  return (
    <table>
      <caption>
        {layer.legend.title[language]} ({layer.legend.unit[language]})
      </caption>
      <thead>
        <tr>
          <th scope="col">{words.sector}</th>
          <th scope="col" class="number">{kind === "hotspots" ? "z" : layer.legend.unit[language]}</th>
          <th scope="col">{words.legend}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((feature) => (
          <tr key={String(feature.id)}>
            <th scope="row">{String(feature.properties["name"] ?? feature.id)}</th>
            <td class="number">{formatRate(value(feature.properties), language)}</td>
            <td>{layer.legend.classes[feature.properties.class]?.label[language]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function MapCard(props: Props) {
  const { language, words } = usePage();
  const [isTable, setTable] = useState(false);
  const { layer, kind, picture } = props;
  return (
    <section class="card map-card" aria-labelledby="map-title">
      <header>
        <h2 id="map-title" class="visually-hidden">
          {words.map}
        </h2>
        <div class="segmented" role="group" aria-label={words.map}>
          {kinds.map((one) => (
            <button type="button" key={one} aria-pressed={kind === one} onClick={() => props.onKind(one)}>
              {words.layer[one]}
            </button>
          ))}
        </div>
        <button type="button" class="plain" data-key="table" onClick={() => setTable(!isTable)}>
          {isTable ? words.showPicture : words.showTable}
        </button>
      </header>
      <div class="map-frame">
        {isTable && layer ? (
          <div class="table-scroll" tabIndex={0} role="group" aria-label={words.tableOfMap}>
            <LayerTable layer={layer} kind={kind} picture={picture} />
          </div>
        ) : (
          <Suspense fallback={<div class="map skeleton" />}>
            <TerritoryMap territory={props.territory} layer={layer} kind={kind} level={picture.parameters.level} sector={props.sector} hovered={props.hovered} onHover={props.onHover} onPick={props.onPick} />
          </Suspense>
        )}
        {layer && !isTable && <LegendView legend={layer.legend} />}
      </div>
      {layer && (
        <footer>
          {layer.note && <p>{layer.note[language]}</p>}
          <p>
            <b>{words.source}</b> {layer.legend.source[language]}
          </p>
          <p>
            <b>{words.notFor}</b> {layer.legend.not_for[language]}
          </p>
        </footer>
      )}
    </section>
  );
}
