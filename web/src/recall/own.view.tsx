import { useState } from "preact/hooks";
import { useLoaded } from "../shell/loaded.model";
import { FormFoot } from "../shell/foot.view";
import { usePage } from "../shell/page.context";
import { formatDay } from "../words/format";
import { fill } from "../words/words";
import { useAct } from "./act.model";
import { recallApi } from "./recall.client";
import { recallWords } from "./recall.words";

// In the page of a note that another service wrote: until when one's own service keeps it, and letting it go sooner.
export function OwnKeepingCard({ slug, note, onSaid }: { slug: string; note: string; onSaid: (words: string) => void }) {
  const { language } = usePage();
  const words = recallWords[language];
  const [stamp, setStamp] = useState(0);
  const loaded = useLoaded(`${slug} ${note} ${stamp}`, () => recallApi.ownKeeping(slug, note));
  const [day, setDay] = useState("");
  const { problem, isSending, run } = useAct();
  const own = loaded.value;
  const latest = (own?.until ?? own?.note_until ?? "").slice(0, 10);
  const shown = (moment: string) => formatDay(moment.slice(0, 10), language);
  return (
    <section class="card" aria-labelledby="own-title">
      <h2 id="own-title">{words.own}</h2>
      <p class="quiet">{words.ownHint}</p>
      {loaded.problem && (
        <p class="problem" role="alert">
          {loaded.problem.message}
        </p>
      )}
      {own && (
        <>
          <p>{own.until ? <strong>{fill(words.ownUntil, { day: shown(own.until) })}</strong> : fill(words.ownNote, { day: shown(own.note_until) })}</p>
          <form
            class="row-form"
            aria-label={words.own}
            onSubmit={(event) => {
              event.preventDefault();
              void run(async () => {
                const kept = await recallApi.shortenOwn(slug, note, day);
                setStamp(stamp + 1);
                onSaid(fill(words.ownSent, { day: shown(kept.until ?? day) }));
              });
            }}
          >
            <label>
              {words.ownDay}
              <input type="date" required max={latest} value={day} onInput={(event) => setDay(event.currentTarget.value)} />
            </label>
            <FormFoot problem={problem}>
              <button type="submit" class="action" disabled={isSending}>
                {isSending ? words.sending : words.ownSend}
              </button>
            </FormFoot>
          </form>
        </>
      )}
    </section>
  );
}
