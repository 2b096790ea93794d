import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { NoteFacets, NoteForm, NoteView } from "../api/types";
import { Choice, type Named, namedIn } from "../shell/choice.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatCount } from "../words/format";
import { plural } from "../words/words";
import { emptyNotesAddress, hasFilter, type NotesAddress, notesQuery } from "./address.model";
import { formatSpan, windowOfRows } from "./fiches.model";
import { noteWords } from "./fiches.words";
import { notesApi } from "./notes.client";

type Props = { slug: string; zone: string; form: NoteForm; address: NotesAddress; mayRead: boolean; mayFollow: boolean; stamp: number; onChange: (address: NotesAddress) => void };

// Pages of the list as they come, newest first.
function usePages(slug: string, isMine: boolean, query: string, stamp: number) {
  const [notes, setNotes] = useState<NoteView[]>([]);
  const [next, setNext] = useState<string | null>("");
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const current = useRef<AbortController | null>(null);
  const load = (cursor: string, before: NoteView[]) => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    setLoading(true);
    setProblem(null);
    notesApi
      .page(slug, isMine, query, cursor, controller.signal)
      .then((page) => {
        if (controller.signal.aborted) return;
        setNotes([...before, ...page.notes]);
        setNext(page.next);
        setLoading(false);
      })
      .catch((failure: unknown) => {
        if (controller.signal.aborted) return;
        setProblem(failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));
        setLoading(false);
      });
  };
  useEffect(() => {
    setNotes([]);
    load("", []);
    return () => current.current?.abort();
  }, [slug, isMine, query, stamp]);
  return { notes, hasMore: next !== null && next !== "", isLoading, problem, more: () => next && !isLoading && load(next, notes), retry: () => load(next ?? "", notes) };
}

function Row({ note, zone, href, onOpen }: { note: NoteView; zone: string; href: string; onOpen: () => void }) {
  const { language } = usePage();
  const words = noteWords[language];
  return (
    <a
      class="note-row"
      href={href}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen();
      }}
    >
      <span class="note-row-top">
        <span class={`stage stage-${note.stage ?? "told"}`}>{note.stage_label[language]}</span>
        {note.overdue && <span class="overdue">{words.overdue}</span>}
        <span class="note-when">{formatSpan(note.received_from, note.received_to, note.exact, zone, language, words)}</span>
      </span>
      <span class="note-text">{note.facts !== "" ? note.facts : words.coarseEmpty}</span>
      <span class="note-row-foot">
        {note.sector?.name ?? "–"} <span class="dot">·</span> {note.product_label[language]} <span class="dot">·</span> {note.channel_label[language]} <span class="dot">·</span> {note.service.name} <span class="dot">·</span> <abbr title={note.evaluation.words[language]}>{note.verified_grade ?? note.evaluation.grade}</abbr>
      </span>
    </a>
  );
}

const rowHeight = 112;

function Rows({ notes, zone, slugPath, onOpen, onEnd }: { notes: NoteView[]; zone: string; slugPath: (id: string) => string; onOpen: (id: string) => void; onEnd: () => void }) {
  const { language } = usePage();
  const holder = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ first: 0, last: 20 });
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    const follow = () => {
      const top = holder.current?.getBoundingClientRect().top ?? 0;
      const next = windowOfRows(Math.max(0, -top), innerHeight, rowHeight, notes.length);
      setRange((before) => (before.first === next.first && before.last === next.last ? before : next));
      if (next.last >= notes.length - 5) end.current();
    };
    follow();
    addEventListener("scroll", follow, { passive: true, capture: true });
    addEventListener("resize", follow);
    return () => {
      removeEventListener("scroll", follow, { capture: true });
      removeEventListener("resize", follow);
    };
  }, [notes]);
  return (
    <div ref={holder} role="list" class="note-rows" style={{ height: `${notes.length * rowHeight}px` }} aria-label={noteWords[language].title}>
      {notes.slice(range.first, range.last).map((note, index) => (
        <div key={note.id} role="listitem" aria-setsize={-1} aria-posinset={range.first + index + 1} class="note-slot" style={{ top: `${(range.first + index) * rowHeight}px`, height: `${rowHeight}px` }}>
          <Row note={note} zone={zone} href={slugPath(note.id)} onOpen={() => onOpen(note.id)} />
        </div>
      ))}
    </div>
  );
}

type FilterProps = { label: string; none: string; value: string; options: Named[]; counts: Record<string, number> | null; onPick: (value: string) => void };

function Filter({ label, none, value, options, counts, onPick }: FilterProps) {
  const { language } = usePage();
  const choices = counts ? options.map((one) => ({ name: one.name, label: `${one.label} (${formatCount(counts[one.name] ?? 0, language)})` })) : options;
  return <Choice label={label} value={value} none={none} choices={choices} onPick={onPick} />;
}

export function NoteList({ slug, zone, form, address, mayRead, mayFollow, stamp, onChange }: Props) {
  const { language } = usePage();
  const words = noteWords[language];
  const query = notesQuery(address);
  const isMine = address.isMine || !mayRead;
  const pages = usePages(slug, isMine, query, stamp);
  const facets = useLoaded<NoteFacets>(isMine ? null : `${slug}?${query}#${stamp}`, (signal) => notesApi.facets(slug, query, signal));
  const [typed, setTyped] = useState(address.q);
  useEffect(() => setTyped(address.q), [address.q]);
  const counted = isMine ? null : facets.value;
  const set = (change: Partial<NotesAddress>) => onChange({ ...address, ...change });
  const isWide = matchMedia("(min-width: 601px)").matches;
  const total = counted ? plural(language, counted.capped ? words.countCapped : words.count, { count: formatCount(counted.total, language) }) : isMine ? plural(language, words.countMine, { count: formatCount(pages.notes.length, language) }) : "";
  return (
    <div class="notes">
      <form
        class="note-search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          set({ q: typed.trim() });
        }}
      >
        <label>
          <span class="visually-hidden">{words.search}</span>
          <input type="search" placeholder={words.search} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} onBlur={() => typed.trim() !== address.q && set({ q: typed.trim() })} />
        </label>
        {mayRead && mayFollow && (
          <div class="segmented" role="group">
            <button type="button" aria-pressed={!isMine} onClick={() => set({ isMine: false })}>
              {words.readable}
            </button>
            <button type="button" aria-pressed={isMine} onClick={() => set({ isMine: true })}>
              {words.mine}
            </button>
          </div>
        )}
      </form>
      <details class="filters-fold" open={isWide || hasFilter(address)}>
        <summary>{words.filters}</summary>
        <div class="note-filters">
          <Filter none={words.allStages} label={words.stage} value={address.stage} options={namedIn(form.stages, language)} counts={counted?.stages ?? null} onPick={(stage) => set({ stage })} />
          <Filter none={words.all} label={words.product} value={address.product} options={namedIn(form.products, language)} counts={counted?.products ?? null} onPick={(product) => set({ product })} />
          <Filter none={words.all} label={words.channel} value={address.channel} options={form.channels.map((one) => ({ name: one.channel, label: one.label[language] }))} counts={counted?.channels ?? null} onPick={(channel) => set({ channel })} />
          <Filter none={words.all} label={words.sector} value={address.sector} options={form.sectors.map((one) => ({ name: one.code, label: one.name }))} counts={counted?.sectors ?? null} onPick={(sector) => set({ sector })} />
          <Filter none={words.all} label={words.service} value={address.service} options={form.services.map((one) => ({ name: one.code, label: one.name }))} counts={counted?.services ?? null} onPick={(service) => set({ service })} />
          <label class="field">
            <span>{words.from}</span>
            <input type="date" value={address.from} onChange={(event) => set({ from: event.currentTarget.value })} />
          </label>
          <label class="field">
            <span>{words.to}</span>
            <input type="date" value={address.to} onChange={(event) => set({ to: event.currentTarget.value })} />
          </label>
          {hasFilter(address) && (
            <button type="button" class="plain" onClick={() => onChange({ ...emptyNotesAddress, isMine: address.isMine })}>
              {words.clear}
            </button>
          )}
        </div>
      </details>
      <p class="quiet note-total" role="status">
        {pages.isLoading && pages.notes.length === 0 ? words.loading : total}
      </p>
      {pages.problem && (
        <div class="card refusal" role="alert">
          <p>
            <strong>{words.failed}</strong> {pages.problem.message}
          </p>
          <button type="button" class="action" onClick={pages.retry}>
            {words.retry}
          </button>
        </div>
      )}
      {!pages.isLoading && !pages.problem && pages.notes.length === 0 && (
        <div class="card note-empty">
          <h2>{words.emptyTitle}</h2>
          <p>{isMine ? words.emptyMine : words.emptyText}</p>
        </div>
      )}
      <Rows notes={pages.notes} zone={zone} slugPath={(id) => `/${encodeURIComponent(slug)}/fiches/${id}${isMine ? "?les=miennes" : ""}`} onOpen={(id) => set({ note: id, isMine })} onEnd={pages.more} />
      {pages.hasMore && (
        <button type="button" class="action wide-action" disabled={pages.isLoading} onClick={pages.more}>
          {pages.isLoading ? words.loading : words.more}
        </button>
      )}
    </div>
  );
}

