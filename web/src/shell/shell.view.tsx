import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Instance, LayerKind, SessionView, Territory } from "../api/types";
import { AggregatesView } from "../physionomie/aggregates.view";
import { Physionomie } from "../physionomie/physionomie.view";
import { SecondFactorDialog, SecondFactorPage, WaitingRibbon } from "../session/factor.view";
import { InvitationPage } from "../session/invitation.view";
import { AccountMenu } from "../session/menu.view";
import { OwnAccountPage } from "../session/own.view";
import { PurposeDialog } from "../session/purpose.view";
import { may, useSession } from "../session/session.model";
import { SignInAgain, SignInPage } from "../session/signin.view";
import { formatDay } from "../words/format";
import { dictionaries, fill, type Language } from "../words/words";
import { type Address, formatAddress, parseAddress } from "./address.model";
import { KeysDialog, SearchDialog } from "./dialogs.view";
import { useLoaded } from "./loaded.model";
import { PageContext, usePage } from "./page.context";
import { ownAccount, pagesFor, physionomie } from "./pages.model";
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

function Brand() {
  return (
    <span class="brand">
      <svg viewBox="0 0 16 16" width="28" height="28" aria-hidden="true">
        <path class="brand-a" d="M1 1h6v6H1zM9 9h6v6H9z" />
        <path class="brand-b" d="M9 1h6v6H9zM1 9h6v6H1z" />
      </svg>
    </span>
  );
}

function NoHabilitation() {
  const { words } = usePage();
  return (
    <main id="content" class="empty" tabIndex={-1}>
      <h1>{words.noHabilitation}</h1>
      <p>{words.noHabilitationText}</p>
    </main>
  );
}

export function Shell() {
  const [language, setLanguage] = useState<Language>(savedLanguage);
  const [theme, setTheme] = useState(savedTheme);
  const [address, go] = useAddress();
  const [dialog, setDialog] = useState<"keys" | "search" | "factor" | null>(null);
  const [said, setSaid] = useState("");
  const [leftInvitation, setLeftInvitation] = useState(false);
  const words = dictionaries[language];
  const who = useSession();
  const session = who.session?.signed_in ? who.session : null;
  const sees = session !== null && session.purpose !== "";
  const instance = useLoaded<Instance>(session && session.standings.length > 0 ? `instance ${session.person?.code}` : null, () => api.instance());
  const territory = useLoaded<Territory>(sees && address.slug !== null ? `${address.slug} ${session?.person?.code}` : null, () => api.territory(address.slug ?? ""));

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
  const isInvited = location.pathname === "/invitation" && location.hash.length > 1 && !leftInvitation;
  useEffect(() => {
    const first = instance.value?.territories[0];
    if (!isInvited && address.slug === null && address.page === physionomie && first) go({ ...address, slug: first.slug }, true);
  }, [instance.value]);
  // Who has no territory begins with the first page of theirs.
  useEffect(() => {
    if (isInvited || !session || session.standings.length > 0 || address.page !== physionomie) return;
    const first = pagesFor(session, null)[0];
    if (first) go({ ...address, slug: null, page: first.path }, true);
  }, [session]);
  useEffect(() => {
    if (!session || address.page !== physionomie) return;
    document.title = territory.value ? `${words.picture} · ${territory.value.name} · Quadrille` : "Quadrille";
  }, [territory.value, session, language, address.page]);
  // On a phone the pages are a bar that scrolls: the one that is open is in sight.
  const rail = useRef<HTMLElement>(null);
  useEffect(() => rail.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" }), [address.page, session, language]);
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
      else if (layer && latest.current.page === physionomie) go({ ...latest.current, layer });
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  // Pages that stand without rail: the one-time link, signing in, and a server that does not answer.
  const barePage = () => {
    if (isInvited)
      return (
        <InvitationPage
          secret={location.hash.slice(1)}
          onDone={() => {
            history.replaceState(null, "", "/");
            setLeftInvitation(true);
            who.reload();
          }}
        />
      );
    if (session) return null;
    if (who.session) return <SignInPage session={who.session} onSignedIn={signedIn} />;
    return who.problem ? (
      <main id="content" class="empty">
        <h1>{words.failed}</h1>
        <p role="alert">{who.problem.message}</p>
      </main>
    ) : (
      <main id="content" class="empty" aria-busy="true" />
    );
  };

  // A dialog says that it closed a moment later; another may be open by then.
  const closed = (which: "keys" | "search" | "factor") => setDialog((open) => (open === which ? null : open));
  const home = address.slug ?? instance.value?.territories[0]?.slug ?? null;
  const page = session ? pagesFor(session, home).find((one) => one.path === address.page) : undefined;
  const isWaitingOnly = session !== null && session.waiting_roles.length > 0 && session.standings.length === 0 && session.instance_roles.length === 0;
  const isOwnAccount = session !== null && address.page === ownAccount && !isWaitingOnly;
  const shown = session && territory.value && territory.value.slug === address.slug ? territory.value : null;
  const seesPicture = may(session, "see_picture", address.slug);
  const follow = (event: MouseEvent, path: string) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go({ ...address, slug: path === physionomie || address.slug !== null ? home : address.slug, page: path });
  };
  // Signed in as somebody else, or after the session had ended: what was refused is asked again.
  const signedIn = (next: SessionView) => {
    const isSame = next.person?.code === who.session?.person?.code;
    who.set(next);
    if (!isSame && !next.signed_in) go({ ...address, slug: null, page: physionomie }, true);
    if (territory.problem) territory.retry();
  };
  const settings = (
    <>
      <button type="button" class="plain" lang={language === "fr" ? "en" : "fr"} onClick={() => setLanguage(language === "fr" ? "en" : "fr")} title={words.languageLabel}>
        {words.language}
      </button>
      <button type="button" class="plain" onClick={() => setTheme(nextTheme[theme])}>
        {words.theme[theme]}
      </button>
    </>
  );
  const bare = barePage();
  return (
    <PageContext.Provider value={{ language, words, session }}>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      {bare !== null && (
        <header class="top bare">
          <Brand />
          <strong>Quadrille</strong>
          <span class="spring" />
          {settings}
        </header>
      )}
      {bare}
      {bare === null && (
      <>
      <nav class="rail" ref={rail} aria-label={words.pages}>
        <span role="img" aria-label="Quadrille">
          <Brand />
        </span>
        {session && session.standings.length > 0 && (
          <a href={formatAddress({ ...address, page: physionomie })} aria-current={address.page === physionomie ? "page" : undefined} onClick={(event) => follow(event, physionomie)}>
            {words.picture}
          </a>
        )}
        {session &&
          pagesFor(session, home).map((page) => (
            <a key={page.path} href={formatAddress({ ...address, slug: home, page: page.path })} aria-current={address.page === page.path ? "page" : undefined} onClick={(event) => follow(event, page.path)}>
              {page.label[language]}
            </a>
          ))}
      </nav>
      <header class="top">
        {(instance.value?.territories.length ?? 0) > 0 && <label class="territory">
          <span class="visually-hidden">{words.territory}</span>
          <select value={address.slug ?? home ?? ""} onChange={(event) => go(parseAddress(`/${event.currentTarget.value}`, ""))}>
            {instance.value?.territories.map((one) => (
              <option key={one.slug} value={one.slug}>
                {one.name}
              </option>
            ))}
          </select>
        </label>}
        {shown?.last_day && <span class="clock">{fill(words.clock, { day: formatDay(shown.last_day, language) })}</span>}
        <span class="spring" />
        {shown && (
          <button type="button" class="search-button" onClick={() => setDialog("search")}>
            <span>{words.search}</span> <kbd>/</kbd>
          </button>
        )}
        {settings}
        <button type="button" class="plain" onClick={() => setDialog("keys")} aria-label={words.keys} title={words.keys}>
          ?
        </button>
        {session && <AccountMenu session={session} own={{ address: formatAddress({ ...address, page: ownAccount }), onOpen: (event) => follow(event, ownAccount) }} onSession={signedIn} onPurpose={who.askPurpose} />}
      </header>
      <div class="ribbons">
        {shown?.simulated && (
          <aside class="ribbon" aria-label={words.simulated}>
            {words.simulated}
          </aside>
        )}
        {session && !isWaitingOnly && session.waiting_roles.length > 0 && <WaitingRibbon session={session} onOpen={() => setDialog("factor")} />}
      </div>
      {page && session && <page.view session={session} slug={home} onSaid={setSaid} />}
      {isOwnAccount && <OwnAccountPage session={session} onSession={signedIn} onSaid={setSaid} />}
      {shown && !page && !isOwnAccount && !seesPicture && <AggregatesView territory={shown} />}
      {shown && !page && !isOwnAccount && seesPicture && <Physionomie key={shown.slug} territory={shown} address={address} onChange={go} onSaid={setSaid} />}
      {isWaitingOnly && session && <SecondFactorPage session={session} onSession={signedIn} />}
      {!shown && !page && !isOwnAccount && !isWaitingOnly && session?.standings.length === 0 && <NoHabilitation />}
      {!shown && !page && !isOwnAccount && !isWaitingOnly && (territory.problem ?? instance.problem) && (
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
      </>
      )}
      {who.hasEnded && who.session && <SignInAgain session={who.session} onSignedIn={signedIn} />}
      {session && who.wantsPurpose && <PurposeDialog session={session} isSuspended={who.hasEnded} onSaid={signedIn} onClose={who.closePurpose} />}
      {dialog === "factor" && session && <SecondFactorDialog session={session} onSession={signedIn} onClose={() => closed("factor")} />}
      {dialog === "keys" && <KeysDialog onClose={() => closed("keys")} />}
      {dialog === "search" && shown && <SearchDialog territory={shown} address={address} onChange={go} onClose={() => closed("search")} />}
    </PageContext.Provider>
  );
}
