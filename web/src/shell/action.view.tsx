import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

// A button that may not do its thing just now says why: it stays in the order of the keyboard, the reason stands beside
// it and is read out with it. `why` null: it may. Whether something exists that one may not see is never a reason.
type Props = {
  why: string | null;
  onRun?: () => void; // none: it sends the form that it stands in
  kind?: "action" | "plain";
  label?: string; // read out instead of what it shows
  isBusy?: boolean;
  children: ComponentChildren;
};

export function Action({ why, onRun, kind = "action", label, isBusy = false, children }: Props) {
  const id = useId();
  const isOff = why !== null;
  return (
    <>
      <button
        type={onRun ? "button" : "submit"}
        class={kind}
        aria-label={label}
        aria-disabled={isOff || undefined}
        aria-describedby={isOff ? id : undefined}
        disabled={isBusy}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onRun?.();
        }}
      >
        {children}
      </button>
      {isOff && (
        <small class="quiet why" id={id}>
          {why}
        </small>
      )}
    </>
  );
}
