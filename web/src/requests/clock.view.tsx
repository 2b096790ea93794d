import { useEffect, useState } from "preact/hooks";
import type { ServiceRequestView } from "../api/types";
import { usePage } from "../shell/page.context";
import { clockShown } from "./requests.model";
import { requestWords } from "./requests.words";

// Time left in words, and a bar of what was used. Never colour alone: the words say late.
export function Clock({ request, readAt }: { request: ServiceRequestView; readAt: number }) {
  const { language } = usePage();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (request.ended || request.clock.suspended) return;
    const ticking = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(ticking);
  }, [request.ended, request.clock.suspended]);
  const shown = clockShown(request, Math.max(0, now - readAt), requestWords[language], language);
  return (
    <span class={`request-clock ${shown.state}`}>
      <span>{shown.words}</span>
      <span class="request-bar" aria-hidden="true">
        <span style={{ width: `${shown.percent}%` }} />
      </span>
    </span>
  );
}
