import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Problem } from "../api/client";
import { usePage } from "./page.context";

// What was just done and can be taken back.
export type Undoable = { said: string; label: string; onUndo: () => void };

type Props = {
  title: string;
  hint?: ComponentChildren;
  aside?: ComponentChildren; // at the end of the title's line: the page's first act, its state
  problem?: Problem | null;
  onRetry?: () => void; // what went wrong can be asked again
  undo?: Undoable | null;
};

// How every page begins: its title, also in the browser's tab, what it is for, what went wrong, and what can be undone.
export function PageHead({ title, hint, aside, problem, onRetry, undo }: Props) {
  const { language, words } = usePage();
  useEffect(() => {
    document.title = `${title} · Quadrille`;
  }, [title, language]);
  return (
    <>
      <div class="page-title">
        <h1>{title}</h1>
        {aside !== undefined && <div class="page-aside">{aside}</div>}
        {hint !== undefined && <p class={aside === undefined ? undefined : "below"}>{hint}</p>}
      </div>
      {problem && (
        <div role="alert" class="card refusal">
          <p>{problem.message}</p>
          {onRetry && (
            <button type="button" class="action" onClick={onRetry}>
              {words.tryAgain}
            </button>
          )}
        </div>
      )}
      {undo && (
        <div class="card notice undo" role="status">
          <p>{undo.said}</p>
          <button type="button" class="action" onClick={undo.onUndo}>
            {undo.label}
          </button>
        </div>
      )}
    </>
  );
}
