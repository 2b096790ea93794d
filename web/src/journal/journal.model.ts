import type { LogEntry } from "../api/types";
import type { Language } from "../words/words";

// What the auditor asks of the log, as the address holds it and as the API takes it.

export const actions = ["collection", "alteration", "consultation", "disclosure", "combination", "erasure"] as const;
export type Action = (typeof actions)[number];

// Questions that no single thing answers: what was printed, taken out, asked about targets.
export const readyQuestions = ["dossiers", "exports", "targets"] as const;
export type ReadyQuestion = (typeof readyQuestions)[number];

export type Question = {
  ready: ReadyQuestion | ""; // in place of an act
  person: string;
  object: string;
  action: Action | "";
  first: string; // days of the reader's own clock, both included
  last: string;
  purpose: string;
  before: number | null;
  entry: number | null; // the one that is open
};

export const emptyQuestion: Question = { ready: "", person: "", object: "", action: "", first: "", last: "", purpose: "", before: null, entry: null };

const day = (value: string | null) => (value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : "");
const number = (value: string | null) => (value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null);

export function parseQuestion(search: string): Question {
  const query = new URLSearchParams(search);
  const action = query.get("acte");
  const ready = query.get("question");
  return {
    ready: readyQuestions.find((one) => one === ready) ?? "",
    person: query.get("qui") ?? "",
    object: query.get("objet") ?? "",
    action: actions.find((one) => one === action) ?? "",
    first: day(query.get("du")),
    last: day(query.get("au")),
    purpose: query.get("but") ?? "",
    before: number(query.get("avant")),
    entry: number(query.get("entree")),
  };
}

export function formatQuestion(question: Question): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | number | null) => {
    if (value !== null && value !== "") query.set(name, String(value));
  };
  put("question", question.ready);
  put("qui", question.person);
  put("objet", question.object);
  put("acte", question.action);
  put("du", question.first);
  put("au", question.last);
  put("but", question.purpose);
  put("avant", question.before);
  put("entree", question.entry);
  const text = query.toString();
  return text === "" ? "/journal" : `/journal?${text}`;
}

// A day of the reader's clock begins at their midnight, also when the clock changes in that night.
function midnight(text: string, daysLater: number): number {
  const [year = 0, month = 1, dayOfMonth = 1] = text.split("-").map(Number);
  return new Date(year, month - 1, dayOfMonth + daysLater).getTime();
}

export function apiQuery(question: Question): string {
  const query = new URLSearchParams();
  if (question.person) query.set("person", question.person.trim());
  if (question.object) query.set("object", question.object.trim());
  if (question.ready) query.set("about", question.ready);
  else if (question.action) query.set("action", question.action);
  if (question.first) query.set("from_utc_ms", String(midnight(question.first, 0)));
  if (question.last) query.set("until_utc_ms", String(midnight(question.last, 1)));
  if (question.purpose) query.set("purpose", question.purpose.trim());
  if (question.before !== null) query.set("before", String(question.before));
  return query.toString();
}

export const isFiltered = (question: Question) => formatQuestion({ ...question, before: null, entry: null }) !== "/journal";

type Words = { accountClosed: string; accountGone: string };

// "Claire Martin (compte fermé), Police nationale"; the actor itself where nobody is behind it any more.
export function nameOf(entry: Pick<LogEntry, "actor" | "who">, language: Language, words: Words): string {
  const who = entry.who;
  if (!who) return entry.actor;
  if (who.state === "gone") return `${words.accountGone} (${entry.actor})`;
  const name = who.name[language] + (who.state === "closed" ? ` (${words.accountClosed})` : "");
  const place = who.place[language];
  return place === "" ? name : `${name}, ${place}`;
}

// "Fiche qrstuvwxyz234567"; what has no code any more keeps its number.
export function objectOf(entry: Pick<LogEntry, "object" | "object_kind" | "reference">, language: Language): string {
  if (entry.reference === "") return entry.object;
  return `${entry.object_kind[language]} ${entry.reference.slice(entry.reference.indexOf(":") + 1)}`;
}

// What it was about: the thing itself where there is one and the act was no question about it, else the words recorded.
export function saidOf(entry: Pick<LogEntry, "object" | "object_kind" | "reference" | "subject" | "said">, language: Language): string {
  const code = entry.reference.slice(entry.reference.indexOf(":") + 1);
  const isItself = entry.reference !== "" && (entry.subject === entry.reference.replace(":", " ") || entry.subject === entry.object.replace(":", " "));
  return isItself ? `${entry.object_kind[language]} ${code}` : entry.said.subject[language];
}
