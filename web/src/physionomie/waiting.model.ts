// A picture that takes longer than a blink: started as a job, asked how far it is, cancelled when nobody waits any more.
import type { Job, Picture } from "../api/types";
import type { Language } from "../words/words";

// Sooner than this a bar would only flicker; the server answers by then, done or not.
export const patienceMs = 300;

export type Asked = {
  start: (waitMs: number) => Promise<Job>;
  look: (id: number, signal: AbortSignal) => Promise<Job>;
  cancel: (id: number) => Promise<unknown>;
  picture: (signal: AbortSignal) => Promise<Picture>;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
};

export class Cancelled extends Error {}

const isUnderWay = (job: Job) => job.state === "waiting" || job.state === "running";

// How long until the next look: often when the end is near, never so often that it costs.
export function nextLookMs(job: Job): number {
  if (job.seconds_left === null) return 300;
  return Math.round(Math.min(1000, Math.max(120, job.seconds_left * 250)));
}

// The picture, once it is made; `onJob` hears how far it is. Aborting the signal cancels the job, also one that the
// server has only just begun. Refused with what the picture itself would be refused with; Cancelled when somebody else
// cancelled the job.
export async function waitForPicture(asked: Asked, signal: AbortSignal, onJob: (job: Job) => void): Promise<Picture> {
  let job = await asked.start(patienceMs);
  const cancel = () => void asked.cancel(job.id).catch(() => undefined);
  if (signal.aborted) {
    if (isUnderWay(job)) cancel();
    throw new Cancelled();
  }
  signal.addEventListener("abort", cancel, { once: true });
  try {
    while (isUnderWay(job)) {
      onJob(job);
      await asked.sleep(nextLookMs(job), signal);
      job = await asked.look(job.id, signal);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  if (job.state === "cancelled") throw new Cancelled();
  return asked.picture(signal);
}

export const percentOf = (job: Job) => Math.floor(100 * job.share_done);

// "encore 12 s environ", "about 2 min left"; nothing while the server cannot tell.
export function timeLeft(job: Job, language: Language): string {
  if (job.seconds_left === null) return "";
  const seconds = Math.max(1, Math.round(job.seconds_left));
  const amount = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return language === "fr" ? `encore ${amount} environ` : `about ${amount} left`;
}

// A screen reader hears the start and every quarter, not every step: what is said changes only then.
export function quarterOf(job: Job): number {
  return Math.floor(percentOf(job) / 25) * 25;
}
