// With place.view.tsx the only file that knows the map library.
import "maplibre-gl/dist/maplibre-gl.css";
import maplibregl, { type GeoJSONSource, type Map as LibreMap, type StyleSpecification } from "maplibre-gl";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Layer, LayerKind, Territory } from "../api/types";
import { usePage } from "../shell/page.context";

type Props = {
  territory: Territory;
  layer: Layer | null;
  kind: LayerKind;
  level: number;
  sector: number | null;
  hovered: number | null;
  onHover: (sector: number | null) => void;
  onPick: (sector: number) => void;
};

const empty = { type: "FeatureCollection" as const, features: [] };

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function baseStyle(): StyleSpecification {
  return {
    version: 8,
    sources: {
      coast: { type: "geojson", data: empty },
      streets: { type: "geojson", data: empty },
      sectors: { type: "geojson", data: empty, promoteId: "id" },
      data: { type: "geojson", data: empty },
    },
    layers: [
      { id: "background", type: "background", paint: { "background-color": css("--map-land") } },
      { id: "sea", type: "fill", source: "coast", filter: ["==", ["get", "kind"], "sea"], paint: { "fill-color": css("--map-sea") } },
      { id: "data-fill", type: "fill", source: "data", paint: { "fill-opacity": 0.72 } },
      { id: "data-hatch", type: "fill", source: "data", filter: ["==", ["get", "class"], -1], paint: { "fill-pattern": "hatch" } },
      { id: "streets", type: "line", source: "streets", filter: ["==", ["get", "class"], "street"], minzoom: 10.5, paint: { "line-color": css("--map-street"), "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.35, 15, 1.6] } },
      { id: "streets-major", type: "line", source: "streets", filter: ["==", ["get", "class"], "major"], paint: { "line-color": css("--map-street-major"), "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 15, 3] } },
      { id: "sector-border", type: "line", source: "sectors", paint: { "line-color": css("--map-border"), "line-width": 1 } },
      { id: "data-outline", type: "line", source: "data", paint: { "line-color": css("--ink"), "line-width": 0 } },
      { id: "sector-hit", type: "fill", source: "sectors", paint: { "fill-color": "#000", "fill-opacity": 0 } },
      { id: "sector-hover", type: "line", source: "sectors", filter: ["==", ["get", "id"], -1], paint: { "line-color": css("--ink"), "line-width": 2 } },
      { id: "sector-picked", type: "line", source: "sectors", filter: ["==", ["get", "id"], -1], paint: { "line-color": css("--accent"), "line-width": 3.5 } },
    ],
  };
}

// Diagonal strokes for "too little to conclude": never colour alone.
function hatchImage(): ImageData {
  const size = 10;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return new ImageData(size, size);
  pen.strokeStyle = css("--map-hatch");
  pen.lineWidth = 1.6;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}

type Label = { id: number; name: string; at: [number, number]; area: number };

// Names where there is room: the largest sectors first, none over another.
function placeLabels(map: LibreMap, labels: Label[], markers: Map<number, maplibregl.Marker>) {
  const boxes: { x0: number; y0: number; x1: number; y1: number }[] = [];
  for (const label of [...labels].sort((a, b) => b.area - a.area)) {
    const marker = markers.get(label.id);
    if (!marker) continue;
    const { x, y } = map.project(label.at);
    const half = label.name.length * 3.1 + 4;
    const box = { x0: x - half, y0: y - 9, x1: x + half, y1: y + 9 };
    const isFree = boxes.every((other) => box.x1 < other.x0 || box.x0 > other.x1 || box.y1 < other.y0 || box.y0 > other.y1);
    marker.getElement().style.display = isFree ? "" : "none";
    if (isFree) boxes.push(box);
  }
}

export function TerritoryMap(props: Props) {
  const { words } = usePage();
  const holder = useRef<HTMLDivElement>(null);
  const mapRef = useRef<LibreMap | null>(null);
  const markers = useRef(new Map<number, maplibregl.Marker>());
  const [isReady, setReady] = useState(false);
  const latest = useRef(props);
  latest.current = props;
  const { territory, layer, kind, level, sector, hovered } = props;

  useEffect(() => {
    if (!holder.current) return;
    const [west, south, east, north] = territory.bounds as [number, number, number, number];
    const map = new maplibregl.Map({
      container: holder.current,
      style: baseStyle(),
      bounds: [west, south, east, north],
      fitBoundsOptions: { padding: 24 },
      maxBounds: [west - (east - west), south - (north - south), east + (east - west), north + (north - south)],
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      maxZoom: 17,
      locale: { "NavigationControl.ZoomIn": words.zoomIn, "NavigationControl.ZoomOut": words.zoomOut, "Map.Title": words.mapLabel },
    });
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), "bottom-right");
    map.getCanvas().setAttribute("aria-label", words.mapLabel);
    mapRef.current = map;
    // What was asked for may come after the page was left.
    const source = (name: string) => (mapRef.current === map ? map.getSource<GeoJSONSource>(name) : undefined);
    map.on("load", () => {
      map.addImage("hatch", hatchImage());
      setReady(true);
      void api.coast(territory.slug).then((data) => source("coast")?.setData(data));
      void api.sectors(territory.slug).then((data) => {
        source("sectors")?.setData(data);
      });
      void api.streets(territory.slug).then((data) => source("streets")?.setData(data));
    });
    map.on("mousemove", "sector-hit", (event) => {
      const found = event.features?.find((feature) => feature.properties["level"] === latest.current.level);
      map.getCanvas().style.cursor = found ? "pointer" : "";
      latest.current.onHover(found ? Number(found.properties["id"]) : null);
    });
    map.on("mouseleave", "sector-hit", () => latest.current.onHover(null));
    map.on("click", "sector-hit", (event) => {
      const found = event.features?.find((feature) => feature.properties["level"] === latest.current.level);
      if (found) latest.current.onPick(Number(found.properties["id"]));
    });
    return () => {
      markers.current.clear();
      map.remove();
      mapRef.current = null;
      setReady(false);
    };
  }, [territory.slug]);

  useEffect(() => {
    const map = mapRef.current;
    if (!map || !isReady) return;
    const restyle = () => {
      const style = baseStyle();
      for (const one of style.layers)
        for (const [name, value] of Object.entries(one.paint ?? {})) if (typeof value === "string" && value.startsWith("#")) map.setPaintProperty(one.id, name, value);
      if (map.hasImage("hatch")) map.updateImage("hatch", hatchImage());
    };
    const watcher = new MutationObserver(restyle);
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => watcher.disconnect();
  }, [isReady]);

  useEffect(() => {
    const map = mapRef.current;
    if (!map || !isReady) return;
    map.setFilter("sector-border", ["==", ["get", "level"], level]);
    map.setFilter("sector-hit", ["==", ["get", "level"], level]);
    const labels: Label[] = territory.sectors.filter((one) => one.level === level).map((one) => ({ id: one.id, name: one.name, at: one.centroid as [number, number], area: one.area_km2 }));
    for (const marker of markers.current.values()) marker.remove();
    markers.current.clear();
    for (const label of labels) {
      const element = document.createElement("span");
      element.className = "map-label";
      element.textContent = label.name;
      element.setAttribute("aria-hidden", "true");
      markers.current.set(label.id, new maplibregl.Marker({ element }).setLngLat(label.at).addTo(map));
    }
    const place = () => placeLabels(map, labels, markers.current);
    place();
    map.on("moveend", place);
    return () => void map.off("moveend", place);
  }, [isReady, level, territory.slug]);

  useEffect(() => {
    const map = mapRef.current;
    if (!map || !isReady) return;
    const features = layer?.features ?? empty;
    map.getSource<GeoJSONSource>("data")?.setData(features);
    if (!layer || layer.legend.classes.length === 0) return;
    const hatched = layer.legend.classes.flatMap((one, index) => (one.hatched ? [index] : []));
    const colours = layer.legend.classes.flatMap((one, index) => [index, one.colour] as const);
    map.setPaintProperty("data-fill", "fill-color", ["match", ["get", "class"], ...colours, "#888888"] as unknown as string);
    map.setPaintProperty("data-fill", "fill-opacity", kind === "clusters" ? 0.25 : ["match", ["get", "class"], hatched.length > 0 ? hatched : [-1], 0.18, 0.72]);
    map.setFilter("data-hatch", ["in", ["get", "class"], ["literal", hatched]]);
    map.setPaintProperty("data-outline", "line-width", kind === "clusters" ? 2.5 : 0);
    map.setPaintProperty("data-outline", "line-color", kind === "clusters" ? (["match", ["get", "class"], ...colours, "#888888"] as unknown as string) : css("--ink"));
  }, [isReady, layer, kind]);

  useEffect(() => {
    const map = mapRef.current;
    if (!map || !isReady) return;
    map.setFilter("sector-hover", ["==", ["get", "id"], hovered ?? -1]);
    map.setFilter("sector-picked", ["==", ["get", "id"], sector ?? -1]);
  }, [isReady, hovered, sector]);

  const showAll = () => {
    const [west, south, east, north] = territory.bounds as [number, number, number, number];
    mapRef.current?.fitBounds([west, south, east, north], { padding: 24, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  };

  return (
    <div class="map">
      <div class="map-canvas" ref={holder} role="group" aria-label={words.map} />
      <button type="button" class="map-all" onClick={showAll} aria-label={words.wholeTerritory} title={words.wholeTerritory}>
        ⤢
      </button>
    </div>
  );
}
