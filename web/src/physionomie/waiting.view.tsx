import { useEffect } from "preact/hooks";
import type { Job } from "../api/types";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { percentOf, quarterOf, timeLeft } from "./waiting.model";

type Props = { job: Job; onCancel: () => void; onSaid: (words: string) => void };

// How far the picture is, at the foot of the window wherever the reader is, with a way out: the button, or Escape.
export function WaitingBar({ job, onCancel, onSaid }: Props) {
  const { language, words } = usePage();
  const percent = percentOf(job);
  const left = job.state === "waiting" ? words.waitingForTurn : timeLeft(job, language);
  const quarter = quarterOf(job);
  useEffect(() => {
    onSaid(quarter === 0 ? words.loading : fill(words.shareDone, { percent: quarter }));
  }, [quarter]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    };
    addEventListener("keydown", press, { capture: true });
    return () => removeEventListener("keydown", press, { capture: true });
  }, [onCancel]);
  return (
    <section class="waiting" aria-labelledby="waiting-title">
      <p>
        <strong id="waiting-title">{words.loading}</strong>
        <span class="quiet">
          {fill(words.shareDone, { percent })}
          {left !== "" && ` · ${left}`}
        </span>
      </p>
      <div
        class="waiting-bar"
        role="progressbar"
        aria-labelledby="waiting-title"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={left === "" ? fill(words.shareDone, { percent }) : `${fill(words.shareDone, { percent })}, ${left}`}
      >
        <span style={{ width: `${100 * job.share_done}%` }} />
      </div>
      <button type="button" class="action" onClick={onCancel}>
        {words.cancel} <kbd aria-hidden="true">{words.escapeKey}</kbd>
      </button>
    </section>
  );
}
