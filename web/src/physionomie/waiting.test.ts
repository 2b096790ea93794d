import { expect, test } from "vitest";
import type { Job, Picture } from "../api/types";
import { type Asked, Cancelled, nextLookMs, percentOf, quarterOf, timeLeft, waitForPicture } from "./waiting.model";

function job(state: Job["state"], share_done = 0, seconds_left: number | null = null): Job {
  return { id: 7, kind: "picture", state, share_done, seconds: 1, seconds_left, problem: null };
}

const picture = { data_version: 3 } as Picture;

// A server that tells of these jobs one after the other, and notes what it is asked.
function server(first: Job, ...then: Job[]) {
  const said: string[] = [];
  const asked: Asked = {
    start: async (waitMs) => (said.push(`start ${waitMs}`), first),
    look: async () => (said.push("look"), then.shift() ?? first),
    cancel: async (id) => void said.push(`cancel ${id}`),
    picture: async () => (said.push("picture"), picture),
    sleep: async () => undefined,
  };
  return { asked, said };
}

test("a picture that is there needs no bar", async () => {
  const { asked, said } = server(job("done", 1));
  const heard: Job[] = [];
  expect(await waitForPicture(asked, new AbortController().signal, (one) => heard.push(one))).toBe(picture);
  expect(heard).toEqual([]);
  expect(said).toEqual(["start 300", "picture"]);
});

test("a long one tells how far it is until it is done", async () => {
  const { asked, said } = server(job("waiting"), job("running", 0.2, 4), job("running", 0.9, 0.5), job("done", 1));
  const shares: number[] = [];
  await waitForPicture(asked, new AbortController().signal, (one) => shares.push(one.share_done));
  expect(shares).toEqual([0, 0.2, 0.9]);
  expect(said).toEqual(["start 300", "look", "look", "look", "picture"]);
});

test("a failed one is refused in the picture's own words", async () => {
  const { asked } = server(job("running"), job("failed"));
  asked.picture = async () => Promise.reject(new Error("level"));
  await expect(waitForPicture(asked, new AbortController().signal, () => undefined)).rejects.toThrow("level");
});

test("leaving cancels the job and asks for no picture", async () => {
  const { asked, said } = server(job("running", 0.1));
  const leaving = new AbortController();
  asked.sleep = async (_, signal) => {
    leaving.abort();
    signal.throwIfAborted();
  };
  await expect(waitForPicture(asked, leaving.signal, () => undefined)).rejects.toThrow();
  expect(said).toEqual(["start 300", "cancel 7"]);
});

test("leaving before the server has answered cancels what it began", async () => {
  const { asked, said } = server(job("running"));
  const leaving = new AbortController();
  const start = asked.start;
  asked.start = async (waitMs) => {
    leaving.abort();
    return start(waitMs);
  };
  await expect(waitForPicture(asked, leaving.signal, () => undefined)).rejects.toThrow(Cancelled);
  expect(said).toEqual(["start 300", "cancel 7"]);
});

test("a job that somebody else cancelled is no picture", async () => {
  const { asked, said } = server(job("running"), job("cancelled"));
  await expect(waitForPicture(asked, new AbortController().signal, () => undefined)).rejects.toThrow(Cancelled);
  expect(said).not.toContain("picture");
});

test("once it is done, leaving cancels nothing", async () => {
  const { asked, said } = server(job("running"), job("done", 1));
  const leaving = new AbortController();
  await waitForPicture(asked, leaving.signal, () => undefined);
  leaving.abort();
  expect(said.filter((one) => one.startsWith("cancel"))).toEqual([]);
});

test("it looks often near the end and seldom far from it", () => {
  expect(nextLookMs(job("running", 0.01))).toBe(300);
  expect(nextLookMs(job("running", 0.9, 0.1))).toBe(120);
  expect(nextLookMs(job("running", 0.1, 60))).toBe(1000);
});

test("time left is said in words, and not before it is known", () => {
  expect(timeLeft(job("running", 0.01), "fr")).toBe("");
  expect(timeLeft(job("running", 0.5, 0.2), "fr")).toBe("encore 1 s environ");
  expect(timeLeft(job("running", 0.5, 12.4), "fr")).toBe("encore 12 s environ");
  expect(timeLeft(job("running", 0.5, 130), "en")).toBe("about 2 min left");
});

test("what is read aloud changes at every quarter only", () => {
  expect([0, 0.24, 0.25, 0.49, 0.99].map((share) => quarterOf(job("running", share)))).toEqual([0, 0, 25, 25, 75]);
  expect(percentOf(job("running", 0.999))).toBe(99);
});
