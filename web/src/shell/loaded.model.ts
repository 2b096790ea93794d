import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/client";

// Something on its way: what was there before stays shown while the next one comes. `loadedKey`: what is shown.
// `stop` gives up what is on its way.
export type Loaded<T> = { value: T | null; loadedKey: string | null; problem: Problem | null; isLoading: boolean; retry: () => void; stop: () => void };

export function useLoaded<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isLoading, setLoading] = useState(key !== null);
  const [attempt, setAttempt] = useState(0);
  const [loadedKey, setLoadedKey] = useState<string | null>(null);
  const underWay = useRef<AbortController | null>(null);
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    underWay.current = controller;
    setLoading(true);
    setProblem(null);
    load(controller.signal)
      .then((loaded) => {
        if (controller.signal.aborted) return;
        setValue(loaded);
        setLoadedKey(key);
        setLoading(false);
      })
      .catch((failure: unknown) => {
        if (controller.signal.aborted) return;
        setProblem(asProblem(failure));
        setLoading(false);
      });
    return () => controller.abort();
  }, [key, attempt]);
  const stop = () => {
    underWay.current?.abort();
    setLoading(false);
  };
  return { value, loadedKey, problem, isLoading, retry: () => setAttempt(attempt + 1), stop };
}
