import { useEffect, useRef, useState } from "preact/hooks";
import type { LogProof } from "../api/types";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatCount, formatMoment } from "../words/format";
import { fill } from "../words/words";
import { journalApi } from "./journal.client";
import { emptyQuestion, nameOf, objectOf, type Question } from "./journal.model";
import { journalWords } from "./journal.words";
import { checkProof, type ProofCheck } from "./proof.model";

type Props = {
  position: number;
  onAsk: (question: Question) => void;
  onClose: () => void;
  onSaid: (words: string) => void;
};

function Proof({ proof, onSaid }: { proof: LogProof; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = journalWords[language];
  const [check, setCheck] = useState<"idle" | "running" | ProofCheck>("idle");
  const lines = (result: ProofCheck) => [
    { isGood: result.commitments, text: result.commitments ? words.commitmentsGood : words.commitmentsBad },
    { isGood: result.inclusion, text: result.inclusion ? words.inclusionGood : words.inclusionBad },
    {
      isGood: result.signature !== false,
      text: result.signature === null ? words.signatureUnknown : result.signature ? words.signatureGood : words.signatureBad,
    },
  ];
  const start = async () => {
    setCheck("running");
    const result = await checkProof(proof);
    setCheck(result);
    onSaid(lines(result).map((line) => line.text).join(" "));
  };
  return (
    <section>
      <h3>{words.proof}</h3>
      <p>
        {fill(words.proofText, {
          position: formatCount(proof.entry.position, language),
          size: formatCount(proof.size, language),
          steps: String(proof.hashes.length),
        })}
      </p>
      <button type="button" class="action" disabled={check === "running"} onClick={() => void start()}>
        {check === "running" ? words.checking : words.check}
      </button>
      {typeof check === "object" && (
        <ul class="journal-check">
          {lines(check).map((line) => (
            <li key={line.text} class={line.isGood ? "journal-good" : "journal-bad"}>
              {line.text}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>{words.checkpoint}</summary>
        <pre tabIndex={0}>{proof.checkpoint}</pre>
        <p>
          <small>{words.keepIt}</small>
        </p>
      </details>
    </section>
  );
}

export function EntryDetail({ position, onAsk, onClose, onSaid }: Props) {
  const { language } = usePage();
  const words = journalWords[language];
  const loaded = useLoaded<LogProof>(`entry ${position}`, (signal) => journalApi.entry(position, signal));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const entry = loaded.value?.entry;
  const field = (label: string, value: string) =>
    value === "" ? null : (
      <>
        <dt>{label}</dt>
        <dd>{value}</dd>
      </>
    );
  return (
    <aside
      class="journal-entry"
      aria-labelledby="journal-entry-title"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header>
        <h2 id="journal-entry-title" ref={heading} tabIndex={-1}>
          {fill(words.entry, { position: formatCount(position, language) })}
        </h2>
        <button type="button" class="plain" onClick={onClose}>
          {words.close}
        </button>
      </header>
      {loaded.problem && <p role="alert">{loaded.problem.message}</p>}
      {entry && (
        <>
          <dl>
            {field(words.when, formatMoment(entry.at, language))}
            {field(words.action, words.actions[entry.action] ?? entry.action)}
            {field(words.person, entry.account_erased_by === null ? [nameOf(entry, language, words), entry.actor].filter((part, index, all) => all.indexOf(part) === index).join(" · ") : fill(words.erasedBy, { position: String(entry.account_erased_by) }))}
            {field(words.object, [objectOf(entry, language), entry.object].filter((part, index, all) => all.indexOf(part) === index).join(" · "))}
            {field(words.what, entry.content_erased_by === null ? entry.said.subject[language] : fill(words.erasedBy, { position: String(entry.content_erased_by) }))}
            {field(words.details, entry.said.details[language])}
            {field(words.why, entry.purpose)}
            {field(words.legalBasis, entry.legal_basis)}
            {field(words.recipient, entry.recipient)}
            {field(words.outcome, entry.said.outcome[language])}
          </dl>
          <p class="journal-pages">
            {entry.object !== "" && (
              <button type="button" class="action" onClick={() => onAsk({ ...emptyQuestion, object: entry.reference || entry.object, action: "consultation" })}>
                {fill(words.whoElse, { object: objectOf(entry, language) })}
              </button>
            )}
            {entry.actor !== "" && (
              <button type="button" class="action" onClick={() => onAsk({ ...emptyQuestion, person: entry.actor })}>
                {fill(words.samePerson, { person: nameOf(entry, language, words) })}
              </button>
            )}
          </p>
        </>
      )}
      {loaded.value && <Proof proof={loaded.value} onSaid={onSaid} />}
    </aside>
  );
}
