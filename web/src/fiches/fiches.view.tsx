import { useEffect, useRef, useState } from "preact/hooks";
import { api, Problem } from "../api/client";
import type { NoteDossier, NoteForm, SessionView, Territory } from "../api/types";
import { RequestsPanel } from "../requests/requests.view";
import { may } from "../session/session.model";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { fill, plural } from "../words/words";
import { emptyNotesAddress, formatNotesAddress, type NotesAddress, parseNotesAddress } from "./address.model";
import { NoteDetail } from "./detail.view";
import { bodyOf, type Draft, Drafts, emptyDraft, type Waiting } from "./draft.model";
import { Entry } from "./entry.view";
import { noteWords } from "./fiches.words";
import { NoteList } from "./list.view";
import { notesApi } from "./notes.client";

type Props = { session: SessionView; slug: string | null; onSaid: (words: string) => void };

// The address bar is the state of this page: its own part of the path and of the query.
function useNotesAddress(slug: string): [NotesAddress, (address: NotesAddress) => void] {
  const read = () => parseNotesAddress(location.pathname, location.search);
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const follow = () => setAddress(read());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  // The rail changes the address without leaving the page.
  useEffect(() => setAddress((before) => (formatNotesAddress(slug, before) === formatNotesAddress(slug, read()) ? before : read())));
  const go = (next: NotesAddress) => {
    const written = formatNotesAddress(slug, next);
    if (written !== location.pathname + location.search) history.pushState(null, "", written);
    setAddress(next);
    scrollTo({ top: 0 });
  };
  return [address, go];
}

const isOffline = (failure: unknown) => failure instanceof Problem && failure.status === 0;
const toProblem = (failure: unknown) => (failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));

// What could not be sent waits here and leaves when the network is back, oldest first.
function useWaiting(drafts: Drafts, onSent: () => void) {
  const [list, setList] = useState<Waiting[]>(() => drafts.waiting(Date.now()));
  const isBusy = useRef(false);
  const save = (next: Waiting[]) => {
    drafts.save(next);
    setList(next);
  };
  const flush = async () => {
    if (isBusy.current) return;
    isBusy.current = true;
    for (const one of drafts.waiting(Date.now())) {
      if (one.refusal !== null) continue;
      try {
        await notesApi.add(one.slug, one.body);
        save(drafts.waiting(Date.now()).filter((other) => other.key !== one.key));
        onSent();
      } catch (failure) {
        if (isOffline(failure)) break;
        const refusal = toProblem(failure).message;
        save(drafts.waiting(Date.now()).map((other) => (other.key === one.key ? { ...other, refusal } : other)));
      }
    }
    isBusy.current = false;
  };
  useEffect(() => {
    const back = () => void flush();
    addEventListener("online", back);
    if (navigator.onLine) void flush();
    return () => removeEventListener("online", back);
  }, []);
  const add = (slug: string, draft: Draft) => save([...drafts.waiting(Date.now()), { key: crypto.randomUUID(), slug, at: Date.now(), draft, body: bodyOf(draft, new Date()), refusal: null }]);
  const drop = (key: string) => save(drafts.waiting(Date.now()).filter((one) => one.key !== key));
  return { list, add, drop, flush };
}

function draftOf(dossier: NoteDossier): Draft {
  const note = dossier.note;
  const local = (moment: string) => {
    const date = new Date(moment);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  return {
    channel: note.channel,
    facts: note.facts,
    assessment: note.assessment,
    place: note.point ? { kind: "map", lon: note.point[0] ?? 0, lat: note.point[1] ?? 0, metres: null } : { kind: "sector", sector: note.sector?.code ?? "" },
    when: "other",
    begin: local(note.from),
    end: local(note.to),
    product: note.product,
    evaluation: { scale: note.evaluation.scale, received: note.evaluation.received },
    assertions: note.assertions.map((one) => ({ kind: one.kind, low: one.low, high: one.high, words: one.words === "" ? null : one.words })),
    marking: null,
    personCategory: "",
    isAboutMinor: false,
  };
}

type BoardProps = { territory: Territory; form: NoteForm; session: SessionView; onSaid: (words: string) => void };

function Board({ territory, form, session, onSaid }: BoardProps) {
  const { language } = usePage();
  const words = noteWords[language];
  const slug = territory.slug;
  const [address, go] = useNotesAddress(slug);
  const [stamp, setStamp] = useState(0);
  const drafts = useRef(new Drafts(localStorage, session.person?.code ?? "local")).current;
  const refresh = () => setStamp((before) => before + 1);
  const waiting = useWaiting(drafts, refresh);
  const mayRead = may(session, "read_notes", slug);
  const mayFollow = may(session, "follow_own_notes", slug);
  const maySubmit = may(session, "submit_note", slug) && form.service !== null;
  // Who works in the field writes as a patrol; who only follows their own notes writes for the town hall by default.
  const usual = mayRead ? "patrol" : "town_hall";
  const [draft, setDraft] = useState<Draft>(() => drafts.draft(slug, Date.now()) ?? emptyDraft(usual));
  const [revised, setRevised] = useState<NoteDossier | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const change = (next: Draft) => {
    setDraft(next);
    if (!revised) drafts.keep(slug, next, Date.now());
  };
  const leave = (next: NotesAddress) => {
    setProblem(null);
    setRevised(null);
    setDraft(drafts.draft(slug, Date.now()) ?? emptyDraft(usual));
    go(next);
  };
  const done = (said: string, next: NotesAddress) => {
    if (!revised) drafts.forget(slug);
    refresh();
    onSaid(said);
    leave(next);
  };
  const send = async () => {
    setSending(true);
    setProblem(null);
    try {
      if (revised) {
        await notesApi.revise(slug, revised.note.id, { ...bodyOf(draft, new Date()), revision: revised.note.revision });
        done(words.sent, { ...address, isWriting: false, note: revised.note.id });
      } else {
        const added = await notesApi.add(slug, bodyOf(draft, new Date()));
        done(words.sent, { ...emptyNotesAddress, note: added.id, isMine: !mayRead });
      }
    } catch (failure) {
      if (isOffline(failure) && !revised) {
        waiting.add(slug, draft);
        done(words.offline, { ...emptyNotesAddress, isMine: address.isMine });
      } else setProblem(toProblem(failure));
    }
    setSending(false);
  };
  const follow = (event: MouseEvent, next: NotesAddress) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(next);
  };
  const revise = (dossier: NoteDossier) => {
    setRevised(dossier);
    setDraft(draftOf(dossier));
    go({ ...address, isWriting: true, isRequests: false, note: null });
  };
  const rights = { mayLink: may(session, "search_links", slug), mayRequest: may(session, "request_services", slug), person: session.person?.code ?? "local" };
  const here = waiting.list.filter((one) => one.slug === slug);
  const isWriting = address.isWriting && maySubmit;
  return (
    <>
      <PageHead
        title={words.title}
        aside={
          !isWriting && maySubmit ? (
            <button type="button" class="action primary" onClick={() => go({ ...address, isWriting: true, isRequests: false, note: null })}>
              + {words.newNote}
            </button>
          ) : undefined
        }
      />
      {here.length > 0 && (
        <div class="card waiting" role="status">
          <p>
            <span class="badge">{here.length}</span> {plural(language, words.waiting, { count: here.length })}
          </p>
          {here
            .filter((one) => one.refusal !== null)
            .map((one) => (
              <p key={one.key}>
                {fill(words.refusedWaiting, { reason: one.refusal ?? "" })}{" "}
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    change(one.draft);
                    waiting.drop(one.key);
                    go({ ...address, isWriting: true, isRequests: false, note: null });
                  }}
                >
                  {words.reopen}
                </button>
                <button type="button" class="plain" onClick={() => waiting.drop(one.key)}>
                  {words.drop}
                </button>
              </p>
            ))}
          <button type="button" class="action" onClick={() => void waiting.flush()}>
            {words.sendNow}
          </button>
        </div>
      )}
      {!maySubmit && mayRead && form.service === null && <p class="notice">{words.noService}</p>}
      {isWriting && <Entry territory={territory} form={form} draft={draft} problem={problem} isSending={isSending} isRevision={revised !== null} onChange={change} onSend={() => void send()} onCancel={() => leave({ ...address, isWriting: false, note: revised?.note.id ?? null })} />}
      {!isWriting && address.note !== null && (
        <NoteDetail
          territory={territory}
          form={form}
          rights={rights}
          id={address.note}
          isMine={address.isMine || !mayRead}
          onBack={() => go({ ...address, note: null })}
          onRevise={revise}
          onChanged={(said) => {
            onSaid(said);
            refresh();
          }}
        />
      )}
      {rights.mayRequest && !isWriting && address.note === null && (
        <nav class="segmented" aria-label={words.title}>
          <a href={formatNotesAddress(slug, emptyNotesAddress)} aria-current={address.isRequests ? undefined : "page"} onClick={(event) => follow(event, emptyNotesAddress)}>
            {words.title}
          </a>
          <a href={formatNotesAddress(slug, { ...emptyNotesAddress, isRequests: true })} aria-current={address.isRequests ? "page" : undefined} onClick={(event) => follow(event, { ...emptyNotesAddress, isRequests: true })}>
            {words.requests}
          </a>
        </nav>
      )}
      {!isWriting && address.isRequests && rights.mayRequest && <RequestsPanel territory={territory} ownService={form.service} person={rights.person} onSaid={onSaid} />}
      {!isWriting && !address.isRequests && address.note === null && <NoteList slug={slug} zone={territory.time_zone} form={form} address={address} mayRead={mayRead} mayFollow={mayFollow} stamp={stamp} onChange={go} />}
    </>
  );
}

export function FichesPage({ session, slug, onSaid }: Props) {
  const { language } = usePage();
  const territory = useLoaded<Territory>(slug, () => api.territory(slug ?? ""));
  const form = useLoaded<NoteForm>(slug, () => notesApi.form(slug ?? ""));
  const problem = territory.problem ?? form.problem;
  const isReady = territory.value?.slug === slug && form.value !== null;
  const retry = () => {
    territory.retry();
    form.retry();
  };
  return (
    <main id="content" class="notes-page" tabIndex={-1} aria-busy={!isReady}>
      {!isReady && <PageHead title={noteWords[language].title} problem={problem} onRetry={retry} />}
      {!isReady && !problem && <div class="card skeleton tall" aria-hidden="true" />}
      {territory.value && form.value && territory.value.slug === slug && <Board key={slug} territory={territory.value} form={form.value} session={session} onSaid={onSaid} />}
    </main>
  );
}
