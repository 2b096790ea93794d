import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/client";
import type { LogEntry, LogPage, LogPerson, LogReport } from "../api/types";
import { PageHead } from "../shell/head.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatCount, formatMoment } from "../words/format";
import { fill, plural } from "../words/words";
import { EntryDetail } from "./entry.view";
import { actions, apiQuery, emptyQuestion, formatQuestion, isFiltered, nameOf, parseQuestion, readyQuestions, saidOf, type Question } from "./journal.model";
import { journalApi } from "./journal.client";
import { journalWords } from "./journal.words";

// The address bar is the state of this page; Back undoes the last question.
function useQuestion(): [Question, (question: Question) => void] {
  const read = () => parseQuestion(location.search);
  const [question, setQuestion] = useState(read);
  useEffect(() => {
    const follow = () => setQuestion(read());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const go = (next: Question) => {
    const written = formatQuestion(next);
    if (written !== location.pathname + location.search) history.pushState(null, "", written);
    setQuestion(next);
  };
  return [question, go];
}

// Accounts that answer to what is typed, once the typing pauses: each search for a person is in the log.
function usePersons(typed: string): LogPerson[] {
  const [persons, setPersons] = useState<LogPerson[]>([]);
  const search = typed.trim();
  useEffect(() => {
    if (search.length < 2 || search.includes(":")) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      journalApi
        .persons(search, controller.signal)
        .then((found) => setPersons(found.persons))
        .catch(() => setPersons([]));
    }, 400);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [search]);
  return persons;
}

function Filters({ question, onAsk }: { question: Question; onAsk: (question: Question) => void }) {
  const { language } = usePage();
  const words = journalWords[language];
  const [draft, setDraft] = useState(question);
  useEffect(() => setDraft(question), [formatQuestion(question)]);
  const set = (change: Partial<Question>) => setDraft({ ...draft, ...change });
  const persons = usePersons(draft.person);
  return (
    <form
      class="journal-filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk({ ...draft, before: null, entry: null });
      }}
    >
      <label>
        <span>{words.person}</span>
        <input list="journal-persons" autocomplete="off" value={draft.person} placeholder={words.personHint} onInput={(event) => set({ person: event.currentTarget.value })} />
        <datalist id="journal-persons">
          {persons.map((one) => (
            <option key={one.actor} value={one.login} label={[one.name, one.is_closed ? words.accountClosed : "", ...one.services].filter((part) => part !== "").join(", ")} />
          ))}
        </datalist>
      </label>
      <label class="wide">
        <span>{words.object}</span>
        <input value={draft.object} placeholder={words.objectHint} onInput={(event) => set({ object: event.currentTarget.value })} />
      </label>
      <label>
        <span>{words.action}</span>
        <select value={draft.action} onChange={(event) => set({ ready: "", action: actions.find((one) => one === event.currentTarget.value) ?? "" })}>
          <option value="">{words.anyAction}</option>
          {actions.map((one) => (
            <option key={one} value={one}>
              {words.actions[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.from}</span>
        <input type="date" value={draft.first} max={draft.last || undefined} onInput={(event) => set({ first: event.currentTarget.value })} />
      </label>
      <label>
        <span>{words.to}</span>
        <input type="date" value={draft.last} min={draft.first || undefined} onInput={(event) => set({ last: event.currentTarget.value })} />
      </label>
      <label>
        <span>{words.purpose}</span>
        <input value={draft.purpose} onInput={(event) => set({ purpose: event.currentTarget.value })} />
      </label>
      <div class="actions">
        <button type="submit" class="action">
          {words.search}
        </button>
        {isFiltered(question) && (
          <button type="button" class="plain" onClick={() => onAsk(emptyQuestion)}>
            {words.clear}
          </button>
        )}
      </div>
    </form>
  );
}

function Row({ entry, isOpen, onOpen }: { entry: LogEntry; isOpen: boolean; onOpen: () => void }) {
  const { language } = usePage();
  const words = journalWords[language];
  const erased = <em>{words.erased}</em>;
  return (
    <li>
      <button type="button" class="journal-row" aria-expanded={isOpen} data-position={entry.position} onClick={onOpen}>
        <time dateTime={entry.at}>{formatMoment(entry.at, language)}</time>
        <strong>{words.actions[entry.action] ?? entry.action}</strong>
        <span>{entry.account_erased_by === null ? nameOf(entry, language, words) : erased}</span>
        <span>{entry.content_erased_by === null ? [saidOf(entry, language), entry.said.details[language], entry.recipient && fill(words.forWhom, { recipient: entry.recipient })].filter(Boolean).join(" · ") : erased}</span>
        <span class="journal-why">{entry.content_erased_by === null ? entry.purpose || <em>{words.noPurpose}</em> : erased}</span>
      </button>
    </li>
  );
}

// What auditors ask most, as links that a colleague can be sent.
function ReadyQuestions({ question, onAsk }: { question: Question; onAsk: (question: Question) => void }) {
  const { language } = usePage();
  const words = journalWords[language];
  return (
    <nav class="journal-ready" aria-label={words.ready}>
      {readyQuestions.map((ready) => {
        const asked = { ...emptyQuestion, ready };
        return (
          <a
            key={ready}
            href={formatQuestion(asked)}
            aria-current={question.ready === ready ? "page" : undefined}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              onAsk(asked);
            }}
          >
            {words.readyQuestions[ready]}
          </a>
        );
      })}
    </nav>
  );
}

// Up and down go through the list, as in a table.
function moveFocus(event: KeyboardEvent) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof HTMLElement)) return;
  const rows = Array.from(event.currentTarget.querySelectorAll<HTMLButtonElement>(".journal-row"));
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at + step];
  if (at < 0 || !next) return;
  next.focus();
  event.preventDefault();
}

function WholeLog({ onSaid }: { onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = journalWords[language];
  const [state, setState] = useState<"idle" | "running" | LogReport | Problem>("idle");
  const start = () => {
    setState("running");
    journalApi
      .verify()
      .then(setState)
      .catch((failure: unknown) => setState(failure instanceof Problem ? failure : new Problem(String(failure), 0, "")));
  };
  const result = (() => {
    if (state === "idle") return null;
    if (state === "running") return words.verifying;
    if (state instanceof Problem) return state.message;
    if (state.is_sound) return fill(words.sound, { count: formatCount(state.size, language), seconds: state.seconds.toFixed(1), checkpoints: String(state.checkpoints) });
    const first = state.faults[0];
    return plural(language, words.unsound, { count: formatCount(state.fault_count, language), where: first?.where ?? "", what: first?.what[language] ?? "" });
  })();
  useEffect(() => {
    if (result) onSaid(result);
  }, [result]);
  const isBad = state instanceof Problem || (typeof state === "object" && !state.is_sound);
  return (
    <section class="journal-whole">
      <button type="button" class="action" disabled={state === "running"} onClick={start}>
        {words.verifyAll}
      </button>
      {result && <p class={isBad ? "journal-bad" : "journal-good"}>{result}</p>}
      <p>
        <small>{words.outside}</small>
      </p>
    </section>
  );
}

export function Journal({ onSaid }: { onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = journalWords[language];
  const [question, go] = useQuestion();
  const query = apiQuery(question);
  const page = useLoaded<LogPage>(`log ${query}`, (signal) => journalApi.search(query, signal));
  const opener = useRef<number | null>(null);
  const close = () => {
    go({ ...question, entry: null });
    document.querySelector<HTMLButtonElement>(`[data-position="${opener.current}"]`)?.focus();
  };
  const shown = page.problem ? null : page.value;
  // A ready question alone that finds nothing has an answer of its own.
  const none = question.ready !== "" && apiQuery(question) === `about=${question.ready}` ? question.ready : null;
  const about = shown && question.object !== "" ? shown.about : null;
  return (
    <main id="content" class="journal" tabIndex={-1} aria-busy={page.isLoading}>
      <PageHead title={words.title} hint={shown ? fill(words.subtitle, { count: formatCount(shown.size, language) }) : undefined} problem={page.problem} onRetry={page.retry} />
      <ReadyQuestions question={question} onAsk={go} />
      <Filters question={question} onAsk={go} />
      {about && (
        <p class="card notice journal-about" role="status">
          <strong>
            {about.kind[language]} {about.reference.slice(about.reference.indexOf(":") + 1)}
          </strong>{" "}
          {about.says[language]}
        </p>
      )}
      {!shown && page.isLoading && <p role="status">{words.loading}</p>}
      <div class={question.entry === null ? "journal-columns" : "journal-columns with-entry"}>
        <section aria-label={words.title}>
          {shown && shown.entries.length === 0 && !page.isLoading && (
            <div class="empty">
              <h2>{none !== null ? words.readyQuestions[none] : isFiltered(question) ? words.emptyTitle : words.none}</h2>
              <p>{none === null ? words.emptyText : words.readyNone[none]}</p>
            </div>
          )}
          {shown && shown.entries.length > 0 && (
            <div class="journal-row journal-heads" aria-hidden="true">
              {[words.when, words.action, words.person, words.what, words.why].map((head) => (
                <span key={head}>{head}</span>
              ))}
            </div>
          )}
          <ol class="journal-list" onKeyDown={moveFocus}>
            {shown?.entries.map((entry) => (
              <Row
                key={entry.position}
                entry={entry}
                isOpen={question.entry === entry.position}
                onOpen={() => {
                  opener.current = entry.position;
                  go({ ...question, entry: entry.position });
                }}
              />
            ))}
          </ol>
          <p class="journal-pages">
            {question.before !== null && (
              <button type="button" class="action" onClick={() => go({ ...question, before: null, entry: null })}>
                {words.newest}
              </button>
            )}
            {shown && shown.next_before !== null && (
              <button type="button" class="action" onClick={() => go({ ...question, before: shown.next_before, entry: null })}>
                {words.older}
              </button>
            )}
          </p>
        </section>
        {question.entry !== null && <EntryDetail key={question.entry} position={question.entry} onAsk={go} onClose={close} onSaid={onSaid} />}
      </div>
      <WholeLog onSaid={onSaid} />
    </main>
  );
}
