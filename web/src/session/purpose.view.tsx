import { useEffect, useRef, useState } from "preact/hooks";
import { api, asProblem, type Problem } from "../api/client";
import type { SessionView } from "../api/types";
import { usePage } from "../shell/page.context";
import { sessionWords } from "./session.words";

// `isSuspended`: another dialog has the floor; what was typed stays.
type Props = { session: SessionView; isSuspended: boolean; onSaid: (session: SessionView) => void; onClose: () => void };

// Asked before content is shown, and whenever its person wants to change it.
export function PurposeDialog({ session, isSuspended, onSaid, onClose }: Props) {
  const { language } = usePage();
  const words = sessionWords[language];
  const dialog = useRef<HTMLDialogElement>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const [text, setText] = useState(session.purpose);
  const [basis, setBasis] = useState(session.legal_basis);
  const [problem, setProblem] = useState<Problem | null>(null);
  const suspended = useRef(isSuspended);
  suspended.current = isSuspended;
  useEffect(() => {
    if (isSuspended) dialog.current?.close();
    else dialog.current?.showModal();
  }, [isSuspended]);
  const isFirst = session.purpose === "";
  const say = async () => {
    const purpose = picked === null ? text.trim() : (session.usual_purposes[picked]?.[language] ?? "");
    try {
      onSaid(await api.sayPurpose(purpose, basis.trim()));
      dialog.current?.close();
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby="purpose-title"
      onCancel={(event) => {
        if (isFirst) event.preventDefault();
      }}
      onClose={() => {
        if (!suspended.current) onClose();
      }}
    >
      <form
        class="purpose"
        onSubmit={(event) => {
          event.preventDefault();
          void say();
        }}
      >
        <h2 id="purpose-title">{words.purposeTitle}</h2>
        <p class="quiet">{words.purposeText}</p>
        <fieldset>
          <legend class="visually-hidden">{words.purpose}</legend>
          {session.usual_purposes.map((one, index) => (
            <label key={one.fr} class="choice">
              <input type="radio" name="purpose" checked={picked === index} onChange={() => setPicked(index)} /> {one[language]}
            </label>
          ))}
          <label class="choice">
            <input type="radio" name="purpose" checked={picked === null} onChange={() => setPicked(null)} /> {words.purposeOther}
          </label>
          <input
            type="text"
            aria-label={words.purposeOther}
            maxLength={200}
            value={text}
            onFocus={() => setPicked(null)}
            onInput={(event) => {
              setPicked(null);
              setText(event.currentTarget.value);
            }}
          />
        </fieldset>
        <label>
          {words.legalBasis}
          <input type="text" maxLength={200} value={basis} onInput={(event) => setBasis(event.currentTarget.value)} />
        </label>
        {problem && (
          <p role="alert" class="refused">
            {problem.message}
          </p>
        )}
        <div class="actions">
          {!isFirst && (
            <button type="button" class="plain" onClick={() => dialog.current?.close()}>
              {words.cancel}
            </button>
          )}
          <button type="submit" class="action">
            {words.go}
          </button>
        </div>
      </form>
    </dialog>
  );
}
