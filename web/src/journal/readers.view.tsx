import { useState } from "preact/hooks";
import type { ReadershipView } from "../api/types";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatCount, formatMoment } from "../words/format";
import { fill } from "../words/words";
import { journalApi } from "./journal.client";
import { emptyQuestion, formatQuestion } from "./journal.model";
import { journalWords } from "./journal.words";

export type ReadObject = { kind: "note" | "request"; code: string };

function Table({ slug, object }: { slug: string; object: ReadObject }) {
  const { language } = usePage();
  const words = journalWords[language];
  const loaded = useLoaded<ReadershipView[]>(`${slug}/${object.kind}/${object.code}/readers`, (signal) => journalApi.readers(slug, object, signal));
  if (loaded.problem) return <p class="problem" role="alert">{loaded.problem.message}</p>;
  if (!loaded.value) return <p role="status">{words.loadingReaders}</p>;
  if (loaded.value.length === 0) return <p>{words.nobodyRead}</p>;
  return (
    <table class="journal-readers">
      <thead>
        <tr>
          <th scope="col">{words.service}</th>
          <th scope="col" class="number">
            {words.openings}
          </th>
          <th scope="col" class="number">
            {words.copies}
          </th>
          <th scope="col">{words.lastOpened}</th>
        </tr>
      </thead>
      <tbody>
        {loaded.value.map((one) => (
          <tr key={one.service.code}>
            <th scope="row">{one.service.name}</th>
            <td class="number">{formatCount(one.openings, language)}</td>
            <td class="number">{formatCount(one.copies, language)}</td>
            <td>{formatMoment(one.last, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// "Qui a lu cette fiche ?", "… cette demande ?": services for the one that wrote it, asked for only when it is opened
// (asking is in the log); persons, in the log, for whoever reads the log.
export function Readers({ slug, object, seesServices, seesPersons }: { slug: string; object: ReadObject; seesServices: boolean; seesPersons: boolean }) {
  const { language } = usePage();
  const words = journalWords[language];
  const [isOpen, setOpen] = useState(false);
  if (!seesServices && !seesPersons) return null;
  return (
    <details class="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.whoRead[object.kind]}</summary>
      {isOpen && seesServices && <Table slug={slug} object={object} />}
      {seesServices && <p class="quiet">{words.readersHint}</p>}
      {seesPersons && (
        <p>
          <a href={formatQuestion({ ...emptyQuestion, object: `${object.kind}:${object.code}`, action: "consultation" })}>{fill(words.inTheLog[object.kind], { reference: object.code })}</a>
        </p>
      )}
    </details>
  );
}
