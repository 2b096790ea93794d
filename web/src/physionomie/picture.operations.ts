import { api } from "../api/client";
import { type Address, pictureQuery } from "../shell/address.model";
import { studyQuery } from "./physionomie.model";
import type { Asked } from "./waiting.model";

// Ends early, with the signal's reason, when the signal aborts.
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

// The picture of an address, asked of the server as a job.
export function pictureJob(slug: string, address: Address): Asked {
  return {
    start: (waitMs) => api.startPicture(slug, studyQuery(address), waitMs),
    look: (id, signal) => api.job(slug, id, signal),
    cancel: (id) => api.cancelJob(slug, id),
    picture: (signal) => api.picture(slug, pictureQuery(address), signal),
    sleep,
  };
}
