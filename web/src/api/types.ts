// What the API says: generated from its OpenAPI document (npm run types), but for the GeoJSON inside layers.
import type { FeatureCollection, MultiLineString, MultiPolygon } from "geojson";
import type { Legend } from "./schema";

export type * from "./schema";

export type Channel = "reported" | "discovered";
export type Text = { fr: string; en: string };
export type LayerKind = "sectors" | "density" | "hotspots" | "clusters";
export type LayerFeatures = FeatureCollection<MultiPolygon, { class: number; [key: string]: number | string | null }>;
export type Layer = { legend: Legend; features: LayerFeatures; note: Text | null };
export type Streets = FeatureCollection<MultiLineString, { name: string; class: "major" | "street" }>;
export type Areas = FeatureCollection<MultiPolygon, Record<string, string | number | null>>;
