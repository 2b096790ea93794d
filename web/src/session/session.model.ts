import { useEffect, useState } from "preact/hooks";
import { api, asProblem, type Problem, watchSession } from "../api/client";
import type { SessionView } from "../api/types";

// Who is signed in, as every part of the page sees it. `hasEnded`: there was a session and it is over; the page stays
// as it is, with what was typed, until its person signs in again.
export type SessionState = {
  session: SessionView | null;
  problem: Problem | null;
  hasEnded: boolean;
  wantsPurpose: boolean;
  set: (session: SessionView) => void;
  reload: () => void;
  askPurpose: () => void;
  closePurpose: () => void;
};

export function useSession(): SessionState {
  const [session, setSession] = useState<SessionView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [hasEnded, setEnded] = useState(false);
  const [wantsPurpose, setWantsPurpose] = useState(false);
  const set = (next: SessionView) => {
    setSession(next);
    setProblem(null);
    setEnded(false);
    setWantsPurpose(next.signed_in && next.purpose === "" && next.standings.length > 0);
  };
  const reload = () => {
    api
      .session()
      .then(set)
      .catch((failure: unknown) => setProblem(asProblem(failure)));
  };
  // A right was refused that the page thought was there, or not: only what changed is shown anew.
  const look = () => {
    api
      .session()
      .then((next) => setSession((now) => (now && rightsOf(now) === rightsOf(next) ? now : next)))
      .catch(() => undefined);
  };
  useEffect(reload, []);
  useEffect(
    () =>
      watchSession((what) => {
        if (what === "ended") setEnded(true);
        else if (what === "purpose") setWantsPurpose(true);
        else look();
      }),
    [],
  );
  return { session, problem, hasEnded, wantsPurpose, set, reload, askPurpose: () => setWantsPurpose(true), closePurpose: () => setWantsPurpose(false) };
}

const rightsOf = (session: SessionView) => JSON.stringify([session.signed_in, session.standings, session.instance_roles, session.waiting_roles]);

// Whether the person may do something in that territory (null: in the instance as a whole).
export function may(session: SessionView | null, capability: string, slug: string | null): boolean {
  if (!session) return false;
  if (session.capabilities.includes(capability)) return true;
  return session.standings.some((one) => (slug === null || one.territory === slug) && one.capabilities.includes(capability));
}
