import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";

// How every form ends: what went wrong, said by a screen reader at once, then what can be done.
export function FormFoot({ problem, children }: { problem: Problem | null; children: ComponentChildren }) {
  return (
    <div class="form-foot">
      {problem && (
        <p class="field-problem" role="alert">
          {problem.message}
        </p>
      )}
      <div class="actions">{children}</div>
    </div>
  );
}
