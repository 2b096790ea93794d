import { useState } from "preact/hooks";
import type { AdditionView, NoteDossier, NoteForm, NoteMatchesView, NoteStepWish, OfferView, Territory, Text } from "../api/types";
import { Readers } from "../journal/readers.view";
import { NoteProvenance } from "../recall/note.view";
import { Attachments } from "../requests/attachments.view";
import { RequestsPanel } from "../requests/requests.view";
import { Matches } from "../sharing/matches.view";
import { RefusedCard, useWhyNot } from "../shell/action.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatCount } from "../words/format";
import { fill, plural } from "../words/words";
import { emptyNotesAddress, formatNotesAddress } from "./address.model";
import { AdditionForm, AnswerForm } from "./addition.view";
import { formatDate, formatMoment, formatSpan } from "./fiches.model";
import { noteWords } from "./fiches.words";
import { notesApi } from "./notes.client";
import { RemarkCard } from "./remark.view";
import { StepForm } from "./step.view";

// What the reader may do beside reading: links with other notes, requests to other services; whose drafts are kept.
export type NoteRights = { mayLink: boolean; mayRequest: boolean; person: string };

type Props = { territory: Territory; form: NoteForm; rights: NoteRights; id: string; isMine: boolean; onBack: () => void; onRevise: (dossier: NoteDossier) => void; onChanged: (words: string) => void };

function Head({ dossier, form, zone }: { dossier: NoteDossier; form: NoteForm; zone: string }) {
  const { language } = usePage();
  const words = noteWords[language];
  const named = (list: readonly { name: string; label: Text }[], name: string) => list.find((one) => one.name === name)?.label[language].toLowerCase() ?? name;
  const note = dossier.note;
  return (
    <section class="card note-head" aria-labelledby="note-title">
      <p class="note-row-top">
        <span class={`stage stage-${note.stage ?? "told"}`}>{note.stage_label[language]}</span>
        {note.overdue && <span class="overdue">{words.overdue}</span>}
        <span class="quiet">
          {fill(words.received, { moment: formatSpan(note.received_from, note.received_to, note.exact, zone, language, words) })} {fill(words.by, { service: note.service.name })}
        </span>
      </p>
      <h2 id="note-title" class="note-facts">
        {note.facts !== "" ? note.facts : words.coarseEmpty}
      </h2>
      {!note.exact && <p class="notice">{words.coarse}</p>}
      {note.stage === null && <p class="notice">{words.toldOnly}</p>}
      {note.assessment !== "" && (
        <p>
          <strong>{words.assessment}</strong> {note.assessment}
        </p>
      )}
      <dl class="note-facts-list">
        <div>
          <dt>{words.where}</dt>
          <dd>
            {note.sector?.name ?? "–"}
            {note.point && <small class="quiet"> {note.point.map((one) => one.toFixed(5)).reverse().join(", ")}</small>}
          </dd>
        </div>
        <div>
          <dt>{words.when}</dt>
          <dd>{formatSpan(note.from, note.to, note.exact, zone, language, words)}</dd>
        </div>
        <div>
          <dt>{words.product}</dt>
          <dd>{note.product_label[language]}</dd>
        </div>
        <div>
          <dt>{words.evaluation}</dt>
          <dd>
            {note.evaluation.grade}
            {note.evaluation.scale !== "6x6" && ` (${note.evaluation.received}, ${note.evaluation.scale})`} <small class="quiet">{note.evaluation.words[language]}</small>
            {note.verified_grade && <strong> {fill(words.verifiedGrade, { grade: note.verified_grade })}</strong>}
          </dd>
        </div>
      </dl>
      {note.assertions.length > 0 && (
        <ul class="chips" aria-label={words.details}>
          {note.assertions.map((one, index) => (
            <li key={index}>{one.text[language]}</li>
          ))}
        </ul>
      )}
      <p class="quiet note-foot">
        {note.marking && (
          <>
            {words.marking} {named(form.sensitivities, note.marking.sensitivity)} {note.marking.handling.toUpperCase()} <span class="dot">·</span> {note.marking.services.length === 0 ? words.onlyOurs : `${words.sharedWith.toLowerCase()} ${note.marking.services.map((code) => form.services.find((one) => one.code === code)?.name ?? code).join(", ")}`} <span class="dot">·</span>{" "}
            {note.marking.compartments.length > 0 && (
              <>
                {words.insideOf} {note.marking.compartments.map((one) => one.name).join(", ")} <span class="dot">·</span>{" "}
              </>
            )}
          </>
        )}
        {fill(words.keptUntil, { day: formatDate(note.retain_until, zone, language) })}
        {note.owner && <> · {fill(words.owner, { person: note.owner })}</>}
        {note.attributed && <> · {fill(words.attributedTo, { service: note.attributed.name })}</>}
        {note.due && <> · {fill(words.dueBy, { moment: formatMoment(note.due, zone, language) })}</>}
      </p>
    </section>
  );
}

function Addition({ addition, zone, onAnswer }: { addition: AdditionView; zone: string; onAnswer: (() => void) | null }) {
  const { language } = usePage();
  const words = noteWords[language];
  return (
    <li>
      <p>
        <strong>{addition.kind_label[language]}</strong>{" "}
        <span class="quiet">
          {formatMoment(addition.at, zone, language)} {fill(words.by, { service: addition.service.name })} · {addition.evaluation.grade}
        </span>
        {addition.state && <span class="stage"> {addition.state_label[language]}</span>}
      </p>
      <p>{addition.facts}</p>
      {addition.assessment !== "" && <p class="quiet">{addition.assessment}</p>}
      {addition.assertions.length > 0 && (
        <ul class="chips">
          {addition.assertions.map((one, index) => (
            <li key={index}>{one.text[language]}</li>
          ))}
        </ul>
      )}
      {addition.answer !== "" && (
        <p class="quiet">
          {words.answer} : {addition.answer}
        </p>
      )}
      {onAnswer && addition.state === "open" && (
        <button type="button" class="action" onClick={onAnswer}>
          {words.answer}
        </button>
      )}
    </li>
  );
}

function TimeLine({ dossier, zone }: { dossier: NoteDossier; zone: string }) {
  const { language } = usePage();
  const words = noteWords[language];
  const outcome = dossier.outcome;
  const rows = [
    { at: dossier.note.received_from, title: dossier.note.channel_label[language], text: fill(words.by, { service: dossier.note.service.name }) },
    ...dossier.steps.map((step) => ({
      at: step.at,
      title: `${step.label[language]} → ${step.to[language]}`,
      text: [step.service.name, step.person, step.grade ?? "", step.words].filter((one) => one !== "").join(" · "),
    })),
  ];
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{words.timeline}</h2>
      <ol class="timeline">
        {rows.map((row, index) => (
          <li key={index}>
            <time dateTime={row.at}>{formatMoment(row.at, zone, language)}</time>
            <p>
              <strong>{row.title}</strong>
            </p>
            <p class="quiet">{row.text}</p>
          </li>
        ))}
      </ol>
      {outcome && (
        <p class="notice">
          <strong>{outcome.label[language]}</strong> {plural(language, words.outcome, { arrests: outcome.arrests, presented: outcome.presented, grams: formatCount(outcome.seized_mg / 1000, language), euros: formatCount(outcome.cash_cents / 100, language) })}
        </p>
      )}
      <details>
        <summary>
          {words.revisions} ({dossier.revisions.length})
        </summary>
        <p class="quiet">{words.chained}</p>
        <ol class="revisions">
          {dossier.revisions.map((one) => (
            <li key={one.number}>
              {fill(words.revision, { number: one.number })} <time dateTime={one.at}>{formatMoment(one.at, zone, language)}</time> <code title={one.hash}>{one.hash.slice(0, 12)}…</code>
              {one.superseded && <pre>{one.superseded}</pre>}
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}

// What shares a place, a packaging, hours… with the note, among what the reader may read.
function Links({ territory, id, stamp }: { territory: Territory; id: string; stamp: number }) {
  const { language } = usePage();
  const words = noteWords[language];
  const found = useLoaded<NoteMatchesView>(`${territory.slug}/${id}/matches#${stamp}`, (signal) => notesApi.matches(territory.slug, id, signal));
  if (found.problem) return <p class="problem" role="alert">{found.problem.message}</p>;
  if (!found.value) return <p class="quiet">{words.loading}</p>;
  const lines = found.value.matches.map(({ kinds, note }) => ({
    kind: { fr: kinds.map((kind) => kind.label.fr).join(", "), en: kinds.map((kind) => kind.label.en).join(", ") },
    title: `${note.facts !== "" ? note.facts : words.coarseEmpty} (${note.sector?.name ?? words.noSector}, ${formatDate(note.from, territory.time_zone, language)})`,
    href: formatNotesAddress(territory.slug, { ...emptyNotesAddress, note: note.id }),
  }));
  return <Matches matches={lines} commonplaces={found.value.commonplaces.map((kind) => kind.label)} />;
}

export function NoteDetail({ territory, form, rights, id, isMine, onBack, onRevise, onChanged }: Props) {
  const { language } = usePage();
  const words = noteWords[language];
  const whyNotRequest = useWhyNot("request_services", territory.slug);
  const whyNotLink = useWhyNot("search_links", territory.slug);
  const [stamp, setStamp] = useState(0);
  const [offer, setOffer] = useState<OfferView | null>(null);
  const [adds, setAdds] = useState(false);
  const [answers, setAnswers] = useState<AdditionView | null>(null);
  const loaded = useLoaded<NoteDossier>(`${territory.slug}/${id}/${isMine}#${stamp}`, (signal) => notesApi.show(territory.slug, id, isMine, signal));
  const dossier = loaded.value && loaded.value.note.id === id ? loaded.value : null;
  const zone = territory.time_zone;
  const changed = (said: string) => {
    setOffer(null);
    setAdds(false);
    setAnswers(null);
    setStamp(stamp + 1);
    onChanged(said);
  };
  const take = async (wish: NoteStepWish) => {
    const reached = await notesApi.step(territory.slug, id, wish);
    changed(fill(words.stepDone, { stage: reached.label[language] }));
  };
  const pick = (one: OfferView) => {
    if (one.guard === "none" || one.guard === "judicial" || one.guard === "enrichment") void take({ step: one.step, reason: null, evaluation: null, summary: null, deconfliction: null, service: null, result: null }).catch(() => setStamp(stamp + 1));
    else setOffer(one);
  };
  return (
    <div class="note-detail">
      <button type="button" class="plain back" onClick={onBack}>
        ← {words.back}
      </button>
      {loaded.problem && (
        <div class="card refusal" role="alert">
          <p>
            <strong>{words.failed}</strong> {loaded.problem.message}
          </p>
          <button type="button" class="action" onClick={loaded.retry}>
            {words.retry}
          </button>
        </div>
      )}
      {!dossier && loaded.isLoading && <div class="card skeleton tall" aria-hidden="true" />}
      {dossier && (
        <>
          <Head dossier={dossier} form={form} zone={zone} />
          {dossier.offers.length > 0 && (
            <section class="card" aria-labelledby="steps-title">
              <h2 id="steps-title">{words.steps}</h2>
              {offer ? (
                <StepForm form={form} note={dossier.note} offer={offer} onTake={take} onCancel={() => setOffer(null)} />
              ) : (
                <ul class="offers">
                  {dossier.offers.map((one) => (
                    <li key={one.step}>
                      <button type="button" class="action" aria-disabled={!one.available} aria-describedby={one.available ? undefined : `why-${one.step}`} onClick={() => one.available && pick(one)}>
                        {one.label[language]}
                      </button>
                      {!one.available && (
                        <small class="quiet" id={`why-${one.step}`}>
                          {one.reason[language]}
                        </small>
                      )}
                    </li>
                  ))}
                </ul>
              )}
            </section>
          )}
          <section class="card" aria-labelledby="additions-title">
            <h2 id="additions-title">{words.additions}</h2>
            <ul class="additions">
              {dossier.additions.map((one) => (
                <Addition key={one.id} addition={one} zone={zone} onAnswer={dossier.may_remark ? () => setAnswers(one) : null} />
              ))}
            </ul>
            {answers && <AnswerForm slug={territory.slug} id={id} addition={answers} onDone={changed} onCancel={() => setAnswers(null)} />}
            {adds && <AdditionForm territory={territory} form={form} id={id} onDone={changed} onCancel={() => setAdds(false)} />}
            {!adds && dossier.may_add && (
              <button type="button" class="action" onClick={() => setAdds(true)}>
                {words.addTitle}
              </button>
            )}
          </section>
          {!isMine && !rights.mayLink && <RefusedCard title={words.links} why={whyNotLink} />}
          {!isMine && rights.mayLink && (
            <div class="card">
              <Links territory={territory} id={id} stamp={stamp} />
            </div>
          )}
          {!isMine && dossier.note.exact && (
            <div class="card">
              <Attachments slug={territory.slug} note={id} mayAdd={dossier.may_revise || dossier.may_remark} onSaid={onChanged} />
            </div>
          )}
          {!isMine && !rights.mayRequest && <RefusedCard title={words.requests} why={whyNotRequest} />}
          {!isMine && rights.mayRequest && (
            <div class="card">
              <RequestsPanel territory={territory} ownService={form.service} person={rights.person} note={id} onSaid={onChanged} />
            </div>
          )}
          {!isMine && <RemarkCard key={id} slug={territory.slug} zone={zone} form={form} dossier={dossier} onChanged={changed} />}
          {!isMine && (
            <NoteProvenance
              territory={territory}
              note={id}
              isOurs={dossier.note.service.code === form.service}
              onSaid={onChanged}
              onRecalled={changed}
            />
          )}
          {!isMine && <Readers slug={territory.slug} object={{ kind: "note", code: id }} seesServices={dossier.note.service.code === form.service} seesPersons={dossier.may_see_readers} />}
          <TimeLine dossier={dossier} zone={zone} />
          <div class="actions">
            {dossier.may_revise && (
              <button type="button" class="action" onClick={() => onRevise(dossier)}>
                {words.revise}
              </button>
            )}
          </div>
        </>
      )}
    </div>
  );
}
