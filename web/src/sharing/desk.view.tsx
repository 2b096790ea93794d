import "./desk.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, asProblem, type Problem } from "../api/client";
import type { Conflict, Conflicts } from "../api/types";
import { Action } from "../shell/action.view";
import { PageHead } from "../shell/head.view";
import { usePage } from "../shell/page.context";
import { fill, type Language } from "../words/words";
import { formatLeft, formatPhone, leftMs, parseDeskEvent, stateOf } from "./desk.model";
import { type Operation, operationsOf } from "./desk.operations";
import { deskWords, type DeskWords } from "./desk.words";

const refreshMs = 30_000;

const formatTime = (at: string, language: Language) => new Date(at).toLocaleTimeString(language === "fr" ? "fr-FR" : "en-GB", { hour: "2-digit", minute: "2-digit" });

// The list as the server has it, kept fresh by its events; `skewMs` is its clock minus this machine's.
function useConflicts(slug: string, onEvent: (what: "told" | "acknowledged" | "taken_back" | "escalated") => void) {
  const [held, setHeld] = useState<{ list: Conflicts; skewMs: number } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isLive, setLive] = useState(false);
  const reload = async () => {
    try {
      const list = await api.conflicts(slug);
      setHeld({ list, skewMs: Date.parse(list.now) - Date.now() });
      setProblem(null);
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    setHeld(null);
    void reload();
    const events = new EventSource(api.conflictEvents(slug));
    events.addEventListener("open", () => {
      setLive(true);
      void reload(); // what happened while the line was down
    });
    events.addEventListener("error", () => setLive(false));
    events.addEventListener("conflict", (event) => {
      const told = parseDeskEvent((event as MessageEvent<string>).data);
      if (!told) return;
      latest.current(told.what);
      void reload();
    });
    return () => events.close();
  }, [slug]);
  useEffect(() => {
    if (isLive) return;
    const timer = setInterval(() => void reload(), refreshMs);
    return () => clearInterval(timer);
  }, [slug, isLive]);
  return { held, problem, isLive, reload };
}

function Countdown({ conflict, skewMs, words }: { conflict: Conflict; skewMs: number; words: DeskWords }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = leftMs(conflict, now + skewMs);
  return (
    <p class={left === 0 ? "countdown over" : "countdown"} role="timer">
      {left === 0 ? words.overdue : fill(words.left, { time: formatLeft(left) })}
    </p>
  );
}

function EscalateForm({ words, onSay, onCancel }: { words: DeskWords; onSay: (reason: string) => void; onCancel: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [reason, setReason] = useState("");
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="escalate"
      onSubmit={(event) => {
        event.preventDefault();
        onSay(reason.trim());
      }}
    >
      <label>
        <span>{words.reason}</span>
        <input ref={field} value={reason} minLength={3} maxLength={200} required aria-describedby="reason-hint" onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <span id="reason-hint" class="quiet">
        {words.reasonHint}
      </span>
      <span class="actions">
        <button type="submit" class="danger">
          {words.escalateConfirm}
        </button>
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
      </span>
    </form>
  );
}

function ConflictCard({ slug, conflict, skewMs, onStep }: { slug: string; conflict: Conflict; skewMs: number; onStep: (step: Operation["step"], reason?: string) => void }) {
  const { language } = usePage();
  const words = deskWords[language];
  const [isEscalating, setEscalating] = useState(false);
  const state = stateOf(conflict.state);
  const titleId = `conflict-${conflict.code}`;
  return (
    <li class={`card conflict conflict-${state}`} aria-labelledby={titleId}>
      <header>
        <h2 id={titleId}>{conflict.kind === "target" ? words.kind.target : words.kind.event}</h2>
        <span class={`state state-${state}`}>{words.state[state]}</span>
      </header>
      {state === "open" && <Countdown conflict={conflict} skewMs={skewMs} words={words} />}
      {conflict.acted_at && (
        <p class="quiet">
          {words.state[state]} {conflict.officer === "clock" ? fill(words.byClock, { time: formatTime(conflict.acted_at, language) }) : fill(words.by, { officer: conflict.officer, time: formatTime(conflict.acted_at, language) })}
          {conflict.reason && ` — ${conflict.reason}`}
        </p>
      )}
      <dl>
        <div class="call">
          <dt>{words.call}</dt>
          <dd>
            <strong>{conflict.call.service}</strong>
            {conflict.call.desk !== conflict.call.service && `, ${conflict.call.desk}`}
            {" "}
            {conflict.call.phone ? <a href={`tel:${conflict.call.phone}`}>{formatPhone(conflict.call.phone)}</a> : <span class="quiet">{words.noPhone}</span>}
            <span class="quiet other"> {words.otherState[stateOf(conflict.other_state)]}</span>
          </dd>
        </div>
        {conflict.kind === "event" && (
          <div>
            <dt>{conflict.note ? words.yourNote : words.yours}</dt>
            <dd>{conflict.note ? <a href={`/${encodeURIComponent(slug)}/fiches/${conflict.note}`}>{words.openNote}</a> : conflict.operation ? conflict.operation_title : <span class="quiet">{words.yoursHidden}</span>}</dd>
          </div>
        )}
        <div>
          <dt>{words.code}</dt>
          <dd>
            <code>{conflict.code.replace(/(.{4})(?=.)/g, "$1 ")}</code> <span class="quiet">{fill(words.madeAt, { time: formatTime(conflict.made_at, language) })}</span>
          </dd>
        </div>
      </dl>
      {isEscalating ? (
        <EscalateForm
          words={words}
          onCancel={() => setEscalating(false)}
          onSay={(reason) => {
            setEscalating(false);
            onStep("escalate", reason);
          }}
        />
      ) : (
        <p class="actions">
          {operationsOf(conflict, words)
            .filter((operation) => operation.step !== "take_back" || state === "acknowledged")
            .map((operation) => (
              <Action key={operation.step} kind={operation.step === "acknowledge" ? "primary" : "plain"} why={operation.isAvailable ? null : operation.why} onRun={() => (operation.step === "escalate" ? setEscalating(true) : onStep(operation.step))}>
                {operation.label}
              </Action>
            ))}
        </p>
      )}
    </li>
  );
}

// The page Conflits: what a duty officer has to do now, and whom to call.
export function DeskPage({ slug, onSaid }: { slug: string | null; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = deskWords[language];
  const [said, setSaid] = useState("");
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const { held, problem, isLive, reload } = useConflicts(slug ?? "", (what) => setSaid(words.said[what]));
  const step = async (conflict: Conflict, which: Operation["step"], reason?: string) => {
    setRefusal(null);
    try {
      await api.deskStep(slug ?? "", conflict.code, which, reason);
      onSaid(words.said[which === "acknowledge" ? "acknowledged" : which === "escalate" ? "escalated" : "taken_back"]);
    } catch (failure) {
      setRefusal(asProblem(failure));
    }
    await reload();
  };
  return (
    <main id="content" class="desk" tabIndex={-1}>
      <PageHead
        title={words.title}
        hint={words.intro}
        problem={problem ?? refusal}
        onRetry={problem ? () => void reload() : undefined}
        aside={
          <>
            {held?.list.service && <span>{fill(words.desk, { service: held.list.service })}</span>} <span class={isLive ? "live on" : "live"}>{isLive ? words.live : words.notLive}</span>
          </>
        }
      />
      <p class="visually-hidden" role="alert">
        {said}
      </p>
      {held && held.list.conflicts.length === 0 && <p class="card none">{held.list.service ? words.none : words.noService}</p>}
      <ol class="conflicts">
        {held?.list.conflicts.map((conflict) => (
          <ConflictCard key={conflict.code} slug={slug ?? ""} conflict={conflict} skewMs={held.skewMs} onStep={(which, reason) => void step(conflict, which, reason)} />
        ))}
      </ol>
      <section class="card" aria-labelledby="targets-title">
        <h2 id="targets-title">{words.targets}</h2>
        <p class="quiet">{words.targetsText}</p>
      </section>
    </main>
  );
}
