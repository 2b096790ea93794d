import { useEffect, useState } from "preact/hooks";
import { Problem, uploadFile } from "../api/client";
import type { AttachmentAdded, AttachmentView } from "../api/types";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { fill, plural } from "../words/words";
import { attachmentsApi } from "./attachments.client";
import { refusedBeforeSending } from "./attachments.model";
import { requestWords } from "./requests.words";

type Props = { slug: string; note: string; mayAdd: boolean; onSaid: (words: string) => void };
type Chosen = { file: File; address: string | null };

// Attachments of a note: what it has, and what is about to be added. Pictures are looked at before they are sent.
export function Attachments({ slug, note, mayAdd, onSaid }: Props) {
  const { language } = usePage();
  const words = requestWords[language];
  const [stamp, setStamp] = useState(0);
  const held = useLoaded(`${slug} ${note} ${stamp}`, () => attachmentsApi.list(slug, note));
  return (
    <section class="attachments" aria-labelledby="attachments-title">
      <h2 id="attachments-title">{words.attachments}</h2>
      {held.problem && (
        <p class="problem" role="alert">
          {held.problem.message}
        </p>
      )}
      {held.value?.length === 0 && <p class="quiet">{words.attachmentsNone}</p>}
      <ul>
        {held.value?.map((one, index) => (
          <Held key={one.code} slug={slug} note={note} attachment={one} number={index + 1} mayRemove={mayAdd} onRemoved={() => setStamp((before) => before + 1)} />
        ))}
      </ul>
      {mayAdd && <Adding slug={slug} note={note} room={10 - (held.value?.length ?? 0)} onSaid={onSaid} onAdded={() => setStamp((before) => before + 1)} />}
    </section>
  );
}

type HeldProps = { slug: string; note: string; attachment: AttachmentView; number: number; mayRemove: boolean; onRemoved: () => void };

// A photograph is fetched when it is asked for: each look is an entry of the log.
function Held({ slug, note, attachment, number, mayRemove, onRemoved }: HeldProps) {
  const { language } = usePage();
  const words = requestWords[language];
  const [isShown, setShown] = useState(false);
  const [problem, setProblem] = useState("");
  const isPicture = attachment.media_type.startsWith("image/");
  const label = `${isPicture ? words.photograph : words.document} ${number}`;
  const remove = () => attachmentsApi.remove(slug, note, attachment.code).then(onRemoved, (failure: unknown) => setProblem(failure instanceof Problem ? failure.message : String(failure)));
  return (
    <li>
      {isPicture ? (
        <button type="button" class="plain" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {label}
        </button>
      ) : (
        <span>{label}</span>
      )}
      <small class="quiet">{Math.max(1, Math.round(attachment.size / 1024))} {words.kibibytes}</small>
      <a href={attachmentsApi.address(slug, note, attachment.code, "take")} download>
        {words.take}
      </a>
      {mayRemove && (
        <button type="button" class="plain" onClick={() => void remove()} aria-label={`${words.remove} ${label}`}>
          {words.remove}
        </button>
      )}
      {attachment.removed.length > 0 && <small class="quiet">{fill(words.removed, { what: attachment.removed.join(", ") })}</small>}
      {problem !== "" && (
        <small class="problem" role="alert">
          {problem}
        </small>
      )}
      {isShown && <img src={attachmentsApi.address(slug, note, attachment.code, "show")} alt={label} onError={() => setShown(false)} />}
    </li>
  );
}

type AddingProps = { slug: string; note: string; room: number; onSaid: (words: string) => void; onAdded: () => void };

function Adding({ slug, note, room, onSaid, onAdded }: AddingProps) {
  const { language } = usePage();
  const words = requestWords[language];
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const [problem, setProblem] = useState("");
  const [progress, setProgress] = useState<string | null>(null);
  useEffect(() => () => chosen.forEach((one) => one.address && URL.revokeObjectURL(one.address)), []);
  const choose = (files: FileList | null) => {
    const next = [...chosen];
    setProblem("");
    for (const file of files ?? []) {
      const refusal = refusedBeforeSending(file, next.length, room, words);
      if (refusal !== null) setProblem(refusal);
      else next.push({ file, address: file.type.startsWith("image/") ? URL.createObjectURL(file) : null });
    }
    setChosen(next);
  };
  const drop = (index: number) => {
    const address = chosen[index]?.address;
    if (address) URL.revokeObjectURL(address);
    setChosen(chosen.filter((_, other) => other !== index));
  };
  // One after the other; what was refused stays, with the reason, and what was taken leaves the list.
  const send = async () => {
    setProblem("");
    let left = chosen;
    for (const one of chosen) {
      try {
        const say = (percent: number) => setProgress(fill(words.progress, { name: one.file.name, percent }));
        say(0);
        const added = await uploadFile<AttachmentAdded>(attachmentsApi.collection(slug, note, one.file.name), one.file, say);
        left = left.filter((other) => other !== one);
        setChosen(left);
        if (one.address) URL.revokeObjectURL(one.address);
        if (added.removed.length > 0) onSaid(fill(words.removed, { what: added.removed.join(", ") }));
      } catch (failure) {
        setProblem(`${one.file.name} : ${failure instanceof Problem ? failure.message : String(failure)}`);
        break;
      }
    }
    setProgress(null);
    onAdded();
  };
  return (
    <div>
      <div class="actions">
        <label class="action pick">
          {words.addPhotograph}
          <input type="file" accept="image/*" capture="environment" onChange={(event) => choose(event.currentTarget.files)} />
        </label>
        <label class="plain pick">
          {words.addFile}
          <input type="file" multiple accept="image/jpeg,image/png,image/webp,application/pdf" onChange={(event) => choose(event.currentTarget.files)} />
        </label>
      </div>
      {problem !== "" && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <ul>
        {chosen.map((one, index) => (
          <li key={one.file.name + index}>
            {one.address && <img src={one.address} alt={one.file.name} height={96} />}
            <span>{one.file.name}</span>
            <button type="button" class="plain" onClick={() => drop(index)} disabled={progress !== null}>
              {words.remove}
            </button>
          </li>
        ))}
      </ul>
      <p role="status">{progress}</p>
      {chosen.length > 0 && (
        <button type="button" class="action" onClick={() => void send()} disabled={progress !== null}>
          {plural(language, words.attachmentsNow, { count: chosen.length })}
        </button>
      )}
    </div>
  );
}
