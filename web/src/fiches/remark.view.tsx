import { useState } from "preact/hooks";
import type { MarkingPreview, NoteDossier, NoteForm, RemarkWish, Text } from "../api/types";
import { useAct } from "../recall/act.model";
import { Action, useWhyNot } from "../shell/action.view";
import { FormFoot } from "../shell/foot.view";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { formatDate } from "./fiches.model";
import { Marking } from "./marking.view";
import { notesApi } from "./notes.client";
import { changedExits, compared, lastDay, previewKey, type RemarkDraft, today, wishOfDraft, wishOfMarking } from "./remark.model";
import { remarkWords } from "./remark.words";

type Props = { slug: string; zone: string; form: NoteForm; dossier: NoteDossier; onChanged: (words: string) => void };

// Who reads the note and how long it is kept, changed by the service that wrote it; for everybody else off, with the
// reason.
export function RemarkCard({ slug, zone, form, dossier, onChanged }: Props) {
  const { language } = usePage();
  const words = remarkWords[language];
  const [open, setOpen] = useState<"marking" | "keeping" | null>(null);
  const [undo, setUndo] = useState<RemarkWish | null>(null);
  const { problem, isSending, run } = useAct();
  const whyNotRole = useWhyNot("work_notes", slug);
  const why = dossier.may_remark ? null : (whyNotRole ?? words.notOurs);
  const marking = dossier.note.marking;
  if (!marking) return null;
  const done = (said: string, back: RemarkWish | null) => {
    setOpen(null);
    setUndo(back);
    onChanged(said);
  };
  return (
    <section class="card remark" aria-labelledby="remark-title">
      <h2 id="remark-title">{words.title}</h2>
      {undo && (
        <div class="notice undo" role="status">
          <p>{words.changed}</p>
          <button type="button" class="action" disabled={isSending} onClick={() => void run(async () => void (await notesApi.remark(slug, dossier.note.id, undo), done(words.undone, null)))}>
            {words.undo}
          </button>
          {problem && (
            <p class="field-problem" role="alert">
              {problem.message}
            </p>
          )}
        </div>
      )}
      {open === null && (
        <div class={why === null ? "actions" : "member-act"}>
          <Action why={why} onRun={() => setOpen("marking")}>
            {words.change}
          </Action>
          {why === null && (
            <button type="button" class="action" onClick={() => setOpen("keeping")}>
              {words.shorten}
            </button>
          )}
        </div>
      )}
      {open === "marking" && <MarkingForm slug={slug} form={form} dossier={dossier} before={wishOfMarking(marking)} onDone={done} onCancel={() => setOpen(null)} />}
      {open === "keeping" && <KeepingForm slug={slug} zone={zone} dossier={dossier} onDone={(said) => done(said, null)} onCancel={() => setOpen(null)} />}
    </section>
  );
}

type MarkingFormProps = { slug: string; form: NoteForm; dossier: NoteDossier; before: RemarkWish; onDone: (said: string, back: RemarkWish | null) => void; onCancel: () => void };

function MarkingForm({ slug, form, dossier, before, onDone, onCancel }: MarkingFormProps) {
  const { language } = usePage();
  const words = remarkWords[language];
  const id = dossier.note.id;
  const [draft, setDraft] = useState<RemarkDraft>({ marking: before, denied: "", reason: "" });
  const [preview, setPreview] = useState<{ key: string; shown: MarkingPreview } | null>(null);
  const { problem, isSending, run } = useAct();
  const wish = wishOfDraft(draft);
  const isSame = previewKey(wish) === previewKey({ ...before, denied: null });
  const isSeen = preview?.key === previewKey(wish);
  const why = isSame ? words.nothingChanged : !isSeen ? words.seeFirst : draft.reason.trim().length < 3 ? words.reasonFirst : null;
  const apply = () =>
    run(async () => {
      await notesApi.remark(slug, id, wish);
      // Whoever shut themselves out has nothing left to undo.
      onDone(words.changed, preview?.shown.you ? { ...before, reason: fill(words.undoReason, { reason: draft.reason.trim() }).slice(0, 300) } : null);
    });
  return (
    <form
      class="remark-form"
      aria-label={words.change}
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) void apply();
      }}
    >
      <Marking form={form} marking={draft.marking} keptDays={null} isTouched isTightening={false} onChange={(marking) => setDraft({ ...draft, marking: { ...draft.marking, ...marking } })} />
      <label class="field">
        <span>{words.denied}</span>
        <input type="text" autocapitalize="off" autocomplete="off" spellcheck={false} value={draft.denied} aria-describedby="denied-hint" onInput={(event) => setDraft({ ...draft, denied: event.currentTarget.value })} />
        <small class="quiet" id="denied-hint">
          {words.deniedHint} {dossier.denied.length > 0 && fill(words.deniedNow, { names: dossier.denied.map((one) => one.name).join(", ") })}
        </small>
      </label>
      <label class="field">
        <span>{words.reason}</span>
        <input type="text" maxLength={300} value={draft.reason} aria-describedby="remark-reason-hint" onInput={(event) => setDraft({ ...draft, reason: event.currentTarget.value })} />
        <small class="quiet" id="remark-reason-hint">
          {words.reasonHint}
        </small>
      </label>
      <div role="status" aria-live="polite">
        {preview && isSeen && <Preview preview={preview.shown} />}
      </div>
      <FormFoot problem={problem}>
        <Action why={isSame ? words.nothingChanged : null} isBusy={isSending} onRun={() => void run(async () => setPreview({ key: previewKey(wish), shown: await notesApi.preview(slug, id, wish) }))}>
          {words.see}
        </Action>
        {!isSame && (
          <Action why={why} kind="primary" isBusy={isSending}>
            {words.apply}
          </Action>
        )}
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
      </FormFoot>
    </form>
  );
}

function Lines({ title, mark, names }: { title: string; mark: string; names: string[] }) {
  if (names.length === 0) return null;
  return (
    <div>
      <dt>
        <span aria-hidden="true">{mark}</span> {title}
      </dt>
      <dd>{names.join(", ")}</dd>
    </div>
  );
}

function Preview({ preview }: { preview: MarkingPreview }) {
  const { language } = usePage();
  const words = remarkWords[language];
  const services = compared(preview.services);
  const roles = compared(preview.roles);
  const exits = changedExits(preview);
  const label = (one: { label: Text }) => one.label[language];
  const name = (one: { name: string }) => one.name;
  return (
    <div class="preview">
      <h3>{words.preview}</h3>
      <dl>
        <Lines title={words.lost} mark="−" names={services.lost.map(name)} />
        <Lines title={words.won} mark="+" names={services.won.map(name)} />
        <Lines title={words.kept} mark="=" names={services.kept.map(name)} />
        <Lines title={words.rolesLost} mark="−" names={roles.lost.map(label)} />
        <Lines title={words.rolesWon} mark="+" names={roles.won.map(label)} />
        <Lines title={words.rolesKept} mark="=" names={roles.kept.map(label)} />
        <Lines title={words.inside} mark="=" names={preview.compartments_after.map(name)} />
        <Lines title={words.outside} mark="+" names={preview.compartments_before.filter((one) => !preview.compartments_after.some((other) => other.code === one.code)).map(name)} />
        <Lines title={words.deniedThen} mark="−" names={preview.denied.map(name)} />
      </dl>
      {exits.length > 0 && (
        <table>
          <caption>{words.exits}</caption>
          <thead>
            <tr>
              <th scope="col">{words.exit}</th>
              <th scope="col">{words.before}</th>
              <th scope="col">{words.after}</th>
            </tr>
          </thead>
          <tbody>
            {exits.map((one) => (
              <tr key={one.exit}>
                <th scope="row">{one.label[language]}</th>
                <td>{one.before.label[language]}</td>
                <td>{one.after.label[language]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!preview.you && <p class="notice">{words.notYou}</p>}
      {services.lost.length + roles.lost.length > 0 && <p class="quiet">{words.known}</p>}
    </div>
  );
}

type KeepingFormProps = { slug: string; zone: string; dossier: NoteDossier; onDone: (said: string) => void; onCancel: () => void };

function KeepingForm({ slug, zone, dossier, onDone, onCancel }: KeepingFormProps) {
  const { language } = usePage();
  const words = remarkWords[language];
  const first = today(zone, new Date());
  const last = lastDay(dossier.note.retain_until, zone);
  const [day, setDay] = useState(last);
  const [reason, setReason] = useState("");
  const { problem, isSending, run } = useAct();
  const why = day < first || day > last ? fill(words.dayBetween, { first: formatDate(`${first}T12:00:00Z`, "UTC", language), last: formatDate(`${last}T12:00:00Z`, "UTC", language) }) : day === last ? words.sameDay : reason.trim().length < 3 ? words.reasonFirst : null;
  return (
    <form
      class="remark-form"
      aria-label={words.shorten}
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) void run(async () => void (await notesApi.retain(slug, dossier.note.id, { retain_until: day, reason: reason.trim() }), onDone(words.shortened)));
      }}
    >
      <label class="field narrow">
        <span>{words.until}</span>
        <input type="date" required min={first} max={last} value={day} aria-describedby="keeping-hint" onInput={(event) => setDay(event.currentTarget.value)} />
      </label>
      <p class="quiet" id="keeping-hint">
        {words.keepingHint}
      </p>
      <label class="field">
        <span>{words.reason}</span>
        <input type="text" maxLength={300} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        <small class="quiet">{words.reasonHint}</small>
      </label>
      <FormFoot problem={problem}>
        <Action why={why} kind="primary" isBusy={isSending}>
          {words.shortenNow}
        </Action>
        <button type="button" class="plain" onClick={onCancel}>
          {words.cancel}
        </button>
      </FormFoot>
    </form>
  );
}
