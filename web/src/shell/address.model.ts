// The address holds the state of the page: copy it, a colleague sees the same picture.
import type { Channel, LayerKind } from "../api/types";

export type Address = {
  slug: string | null;
  page: string; // its word in the address: "physionomie", "comptes"...
  first: string | null;
  last: string | null;
  compareFirst: string | null;
  compareLast: string | null;
  channel: Channel;
  categories: string[];
  level: number | null;
  sector: number | null;
  layer: LayerKind;
};

export const emptyAddress: Address = {
  slug: null,
  page: "physionomie",
  first: null,
  last: null,
  compareFirst: null,
  compareLast: null,
  channel: "reported",
  categories: [],
  level: null,
  sector: null,
  layer: "sectors",
};

const layers: Record<string, LayerKind> = { secteurs: "sectors", densite: "density", points: "hotspots", foyers: "clusters" };
const layerWords: Record<LayerKind, string> = { sectors: "secteurs", density: "densite", hotspots: "points", clusters: "foyers" };

const instancePages = new Set(["comptes", "journal", "compte"]);

const day = (value: string | null) => (value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : null);
const number = (value: string | null) => (value !== null && /^\d+$/.test(value) ? Number(value) : null);

export function parseAddress(pathname: string, search: string): Address {
  // Pages of the instance as a whole stand alone: /comptes. Those of a territory follow it: /sf/physionomie.
  const [first, second] = pathname.split("/").filter((part) => part !== "");
  const slug = first === undefined || instancePages.has(first) ? undefined : first;
  const query = new URLSearchParams(search);
  return {
    slug: slug ? decodeURIComponent(slug) : null,
    page: (slug ? second : first) ?? "physionomie",
    first: day(query.get("du")),
    last: day(query.get("au")),
    compareFirst: day(query.get("compare_du")),
    compareLast: day(query.get("compare_au")),
    channel: query.get("canal") === "constates" ? "discovered" : "reported",
    categories: (query.get("categories") ?? "").split(",").filter((code) => code !== ""),
    level: number(query.get("niveau")),
    sector: number(query.get("secteur")),
    layer: layers[query.get("couche") ?? ""] ?? "sectors",
  };
}

export function formatAddress(address: Address): string {
  const parts: string[] = [];
  const put = (name: string, value: string | number | null) => {
    if (value !== null && value !== "") parts.push(`${name}=${encodeURIComponent(value)}`);
  };
  put("du", address.first);
  put("au", address.last);
  put("compare_du", address.compareFirst);
  put("compare_au", address.compareLast);
  put("canal", address.channel === "discovered" ? "constates" : null);
  put("categories", address.categories.length > 0 ? address.categories.join(",") : null);
  put("niveau", address.level);
  put("secteur", address.sector);
  put("couche", address.layer === "sectors" ? null : layerWords[address.layer]);
  if (instancePages.has(address.page)) return `/${address.page}`;
  const path = address.slug === null ? "/" : `/${encodeURIComponent(address.slug)}/${address.page}`;
  return parts.length > 0 ? `${path}?${parts.join("&")}` : path;
}

// What the API is asked for: the part of the address that changes the picture.
export function pictureQuery(address: Address): string {
  const query = new URLSearchParams();
  if (address.first) query.set("first_day", address.first);
  if (address.last) query.set("last_day", address.last);
  if (address.compareFirst) query.set("compare_first_day", address.compareFirst);
  if (address.compareLast) query.set("compare_last_day", address.compareLast);
  query.set("channel", address.channel);
  if (address.categories.length > 0) query.set("categories", address.categories.join(","));
  if (address.level !== null) query.set("level", String(address.level));
  return query.toString();
}
