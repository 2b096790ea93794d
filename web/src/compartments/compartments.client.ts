import { ask } from "../api/client";
import type { CompartmentChanged, CompartmentOpened, CompartmentsView } from "../api/types";

const at = (slug: string, rest: string) => `/api/v1/territories/${encodeURIComponent(slug)}/compartments${rest}`;
const one = (slug: string, code: string, rest: string) => at(slug, `/${encodeURIComponent(code)}${rest}`);
const json = (body: unknown): RequestInit => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const compartmentsApi = {
  list: (slug: string) => ask<CompartmentsView>(at(slug, "")),
  open: (slug: string, kind: string, name: string) => ask<CompartmentOpened>(at(slug, ""), json({ kind, name })),
  admit: (slug: string, code: string, login: string) => ask<CompartmentChanged>(one(slug, code, "/members"), json({ login })),
  dismiss: (slug: string, code: string, login: string) => ask<CompartmentChanged>(one(slug, code, `/members/${encodeURIComponent(login)}`), { method: "DELETE" }),
  close: (slug: string, code: string) => ask<CompartmentChanged>(one(slug, code, "/close"), { method: "POST" }),
};
