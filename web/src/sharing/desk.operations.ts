import type { Conflict } from "../api/types";
import type { DeskWords } from "./desk.words";

// What a duty officer can do with a conflict: label, whether now, and why not.
export type Operation = { step: "acknowledge" | "take_back" | "escalate"; label: string; isAvailable: boolean; why: string };

export function operationsOf(conflict: Conflict, words: DeskWords): Operation[] {
  const isOurs = conflict.state === "acknowledged";
  return [
    { step: "acknowledge", label: words.acknowledge, isAvailable: !isOurs, why: isOurs ? words.alreadyYours : "" },
    { step: "escalate", label: words.escalate, isAvailable: conflict.state !== "escalated", why: conflict.state === "escalated" ? words.alreadyUp : "" },
    { step: "take_back", label: words.takeBack, isAvailable: conflict.can_be_taken_back, why: conflict.can_be_taken_back ? "" : words.notYours },
  ];
}
