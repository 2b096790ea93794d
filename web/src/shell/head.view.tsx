import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Problem } from "../api/client";
import { usePage } from "./page.context";

// What was just done and can be taken back.
export type Undoable = { said: string; label: string; onUndo: () => void };

type Props = { title: string; hint?: ComponentChildren; problem?: Problem | null; undo?: Undoable | null };

// How every page begins: its title, also in the browser's tab, what it is for, what went wrong, and what can be undone.
export function PageHead({ title, hint, problem, undo }: Props) {
  const { language } = usePage();
  useEffect(() => {
    document.title = `${title} · Quadrille`;
  }, [title, language]);
  return (
    <>
      <div class="page-title">
        <h1>{title}</h1>
        {hint !== undefined && <p>{hint}</p>}
      </div>
      {problem && (
        <p role="alert" class="card refusal">
          {problem.message}
        </p>
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
