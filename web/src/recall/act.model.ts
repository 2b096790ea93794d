import { useState } from "preact/hooks";
import { Problem } from "../api/client";

// A form's act: what is sent while it is under way, and what went wrong.
export function useAct() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const run = async (act: () => Promise<void>) => {
    setProblem(null);
    setSending(true);
    try {
      await act();
    } catch (failure) {
      setProblem(failure instanceof Problem ? failure : new Problem(String(failure), 0, ""));
    }
    setSending(false);
  };
  return { problem, isSending, run };
}
