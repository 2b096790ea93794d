// The address of the page holds its state: filters, the open note, the entry form. Back works, a copied link shows the
// same list to a colleague (of what they may read).
export type NotesAddress = {
  note: string | null;
  isWriting: boolean;
  isMine: boolean;
  isRequests: boolean; // the panel of requests between services
  q: string;
  stage: string;
  channel: string;
  product: string;
  sector: string;
  service: string;
  from: string;
  to: string;
};

export const emptyNotesAddress: NotesAddress = { note: null, isWriting: false, isMine: false, isRequests: false, q: "", stage: "", channel: "", product: "", sector: "", service: "", from: "", to: "" };

// French words in the address, as elsewhere in the page.
const names = { q: "mots", stage: "etape", channel: "canal", product: "produit", sector: "secteur", service: "service", from: "du", to: "au" } as const;
type Filter = keyof typeof names;
export const filterNames = Object.keys(names) as Filter[];

export function parseNotesAddress(pathname: string, search: string): NotesAddress {
  const [, , third] = pathname.split("/").filter((part) => part !== "");
  const query = new URLSearchParams(search);
  const address: NotesAddress = { ...emptyNotesAddress, note: third && third !== "nouvelle" && third !== "demandes" ? third : null, isWriting: third === "nouvelle", isMine: query.get("les") === "miennes", isRequests: third === "demandes" };
  for (const name of filterNames) address[name] = query.get(names[name]) ?? "";
  return address;
}

export function formatNotesAddress(slug: string, address: NotesAddress): string {
  const query = new URLSearchParams();
  if (address.isMine) query.set("les", "miennes");
  for (const name of filterNames) if (address[name] !== "") query.set(names[name], address[name]);
  const tail = address.isWriting ? "/nouvelle" : address.isRequests ? "/demandes" : address.note ? `/${encodeURIComponent(address.note)}` : "";
  const text = query.toString();
  return `/${encodeURIComponent(slug)}/fiches${tail}${text === "" ? "" : `?${text}`}`;
}

// What the API is asked for.
export function notesQuery(address: NotesAddress): string {
  const query = new URLSearchParams();
  for (const name of filterNames) if (address[name] !== "") query.set(name, address[name]);
  return query.toString();
}

export const hasFilter = (address: NotesAddress) => filterNames.some((name) => address[name] !== "");
