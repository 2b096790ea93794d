import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Instance, LayerKind, Territory } from "../api/types";
import { Physionomie } from "../physionomie/physionomie.view";
import { formatDay } from "../words/format";
import { dictionaries, fill, type Language } from "../words/words";
import { type Address, formatAddress, parseAddress } from "./address.model";
import { KeysDialog, SearchDialog } from "./dialogs.view";
import { useLoaded } from "./loaded.model";
import { PageContext } from "./page.context";
import { applyTheme, nextTheme, savedTheme } from "./theme.model";

const languageKey = "quadrille.language";
const savedLanguage = (): Language => (localStorage.getItem(languageKey) === "en" ? "en" : "fr");
const layersByKey: Record<string, LayerKind> = { "1": "sectors", "2": "density", "3": "hotspots", "4": "clusters" };

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName));
}

// The address bar is the state; Back undoes the last setting.
function useAddress(): [Address, (address: Address, replaces?: boolean) => void] {
  const read = () => parseAddress(location.pathname, location.search);
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const follow = () => setAddress(read());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const go = (next: Address, replaces = false) => {
    const written = formatAddress(next);
    if (written !== location.pathname + location.search) history[replaces ? "replaceState" : "pushState"](null, "", written);
    setAddress(next);
  };
  return [address, go];
}

function EmptyInstance() {
  const words = dictionaries[savedLanguage()];
  return (
    <main id="content" class="empty">
      <h1>{words.emptyTitle}</h1>
      <p>{words.emptyText}</p>
      <pre>{`quadrille demo --seed 1

quadrille territory create ma-ville --name "Ma ville" --crs EPSG:2154
quadrille territory sectors ma-ville secteurs.geojson --name-property nom
quadrille import faits.csv --mapping mappings/example.json --territory ma-ville`}</pre>
    </main>
  );
}

export function Shell() {
  const [language, setLanguage] = useState<Language>(savedLanguage);
  const [theme, setTheme] = useState(savedTheme);
  const [address, go] = useAddress();
  const [dialog, setDialog] = useState<"keys" | "search" | null>(null);
  const [said, setSaid] = useState("");
  const words = dictionaries[language];
  const instance = useLoaded<Instance>("instance", () => api.instance());
  const territory = useLoaded<Territory>(address.slug, () => api.territory(address.slug ?? ""));

  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(languageKey, language);
  }, [language]);
  useEffect(() => {
    applyTheme(theme);
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => applyTheme(savedTheme());
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, [theme]);
  useEffect(() => {
    const first = instance.value?.territories[0];
    if (address.slug === null && first) go({ ...address, slug: first.slug }, true);
  }, [instance.value]);
  useEffect(() => {
    document.title = territory.value ? `${words.picture} · ${territory.value.name} · Quadrille` : "Quadrille";
  }, [territory.value, language]);
  // Keys act on what is shown now, not on what was shown when the listener was set.
  const latest = useRef(address);
  latest.current = address;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      const layer = layersByKey[event.key];
      if (event.key === "/") setDialog("search");
      else if (event.key === "?") setDialog("keys");
      else if (event.key === "t") document.querySelector<HTMLButtonElement>("[data-key=table]")?.click();
      else if (event.key === "Escape" && latest.current.sector !== null) go({ ...latest.current, sector: null });
      else if (layer) go({ ...latest.current, layer });
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  // A dialog says that it closed a moment later; another may be open by then.
  const closed = (which: "keys" | "search") => setDialog((open) => (open === which ? null : open));
  const shown = territory.value && territory.value.slug === address.slug ? territory.value : null;
  return (
    <PageContext.Provider value={{ language, words }}>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <nav class="rail" aria-label={words.pages}>
        <span class="brand" role="img" aria-label="Quadrille">
          <svg viewBox="0 0 16 16" width="28" height="28" aria-hidden="true">
            <path class="brand-a" d="M1 1h6v6H1zM9 9h6v6H9z" />
            <path class="brand-b" d="M9 1h6v6H9zM1 9h6v6H1z" />
          </svg>
        </span>
        <a href={formatAddress(address)} aria-current="page">
          {words.picture}
        </a>
      </nav>
      <header class="top">
        <label class="territory">
          <span class="visually-hidden">{words.territory}</span>
          <select value={address.slug ?? ""} onChange={(event) => go(parseAddress(`/${event.currentTarget.value}`, ""))}>
            {instance.value?.territories.map((one) => (
              <option key={one.slug} value={one.slug}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        {shown?.last_day && <span class="clock">{fill(words.clock, { day: formatDay(shown.last_day, language) })}</span>}
        <span class="spring" />
        {shown && (
          <button type="button" class="search-button" onClick={() => setDialog("search")}>
            <span>{words.search}</span> <kbd>/</kbd>
          </button>
        )}
        <button type="button" class="plain" lang={language === "fr" ? "en" : "fr"} onClick={() => setLanguage(language === "fr" ? "en" : "fr")} title={words.languageLabel}>
          {words.language}
        </button>
        <button type="button" class="plain" onClick={() => setTheme(nextTheme[theme])}>
          {words.theme[theme]}
        </button>
        <button type="button" class="plain" onClick={() => setDialog("keys")} aria-label={words.keys} title={words.keys}>
          ?
        </button>
      </header>
      {shown?.simulated && (
        <aside class="ribbon" aria-label={words.simulated}>
          {words.simulated}
        </aside>
      )}
      {shown && <Physionomie key={shown.slug} territory={shown} address={address} onChange={go} onSaid={setSaid} />}
      {!shown && instance.value?.territories.length === 0 && <EmptyInstance />}
      {!shown && (territory.problem ?? instance.problem) && (
        <main id="content" class="empty">
          <h1>{territory.problem?.status === 404 ? words.unknownTerritory : words.failed}</h1>
          <p role="alert">{(territory.problem ?? instance.problem)?.message}</p>
          <p>
            {instance.value?.territories.map((one) => (
              <button type="button" class="action" key={one.slug} onClick={() => go(parseAddress(`/${one.slug}`, ""))}>
                {one.name}
              </button>
            ))}
          </p>
        </main>
      )}
      <div class="visually-hidden" role="status" aria-live="polite">
        {said}
      </div>
      {dialog === "keys" && <KeysDialog onClose={() => closed("keys")} />}
      {dialog === "search" && shown && <SearchDialog territory={shown} address={address} onChange={go} onClose={() => closed("search")} />}
    </PageContext.Provider>
  );
}
