// A small map on which one place is chosen by a tap, or with the arrows and Enter: the cross in the middle is the place.
import "maplibre-gl/dist/maplibre-gl.css";
import maplibregl, { type GeoJSONSource, type Map as LibreMap } from "maplibre-gl";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../api/client";
import { baseStyle } from "./map.view";

export type LonLat = { lon: number; lat: number };
type Props = { slug: string; bounds: number[]; chosen: LonLat | null; label: string; onChoose: (place: LonLat) => void };

export function PlaceMap({ slug, bounds, chosen, label, onChoose }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const map = useRef<LibreMap | null>(null);
  const marker = useRef<maplibregl.Marker | null>(null);
  const latest = useRef(onChoose);
  latest.current = onChoose;
  useEffect(() => {
    if (!holder.current) return;
    const [west, south, east, north] = bounds as [number, number, number, number];
    const made = new maplibregl.Map({ container: holder.current, style: baseStyle(), bounds: [west, south, east, north], fitBoundsOptions: { padding: 8 }, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0, maxZoom: 18 });
    made.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    made.getCanvas().setAttribute("aria-label", label);
    // What was asked for may come after the page was left.
    const fill = (name: string, data: GeoJSON.FeatureCollection) => {
      if (map.current === made) made.getSource<GeoJSONSource>(name)?.setData(data);
    };
    made.on("load", () => {
      void api.coast(slug).then((data) => fill("coast", data));
      void api.sectors(slug).then((data) => fill("sectors", data));
      void api.streets(slug).then((data) => fill("streets", data));
    });
    made.on("click", (event) => latest.current({ lon: event.lngLat.lng, lat: event.lngLat.lat }));
    made.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const centre = made.getCenter();
      latest.current({ lon: centre.lng, lat: centre.lat });
    });
    map.current = made;
    return () => {
      made.remove();
      map.current = null;
    };
  }, [slug]);
  useEffect(() => {
    marker.current?.remove();
    marker.current = null;
    if (!chosen || !map.current) return;
    const element = document.createElement("span");
    element.className = "place-marker";
    marker.current = new maplibregl.Marker({ element }).setLngLat([chosen.lon, chosen.lat]).addTo(map.current);
  }, [chosen?.lon, chosen?.lat]);
  return (
    <div class="place-map">
      <div class="map-canvas" ref={holder} role="group" aria-label={label} />
      <span class="place-cross" aria-hidden="true" />
    </div>
  );
}
