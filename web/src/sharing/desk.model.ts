import type { Conflict } from "../api/types";

// What the duty desk shows, computed: no clock and no server in here.

export type SideState = "open" | "acknowledged" | "escalated";
export type DeskEvent = { conflict: string; what: "told" | "acknowledged" | "taken_back" | "escalated"; at: string };

const states: readonly SideState[] = ["open", "acknowledged", "escalated"];
export const stateOf = (text: string): SideState => states.find((state) => state === text) ?? "open";

// Milliseconds until a conflict escalates by itself, on the server's clock; never negative.
export function leftMs(conflict: Conflict, serverNowMs: number): number {
  return Math.max(0, Date.parse(conflict.due) - serverNowMs);
}

// "9:05"; a second that has begun counts, so that 0:00 means over.
export function formatLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// "+33491000000" -> "+33 4 91 00 00 00": as it is read out.
export function formatPhone(phone: string): string {
  const french = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(phone);
  return french ? `+33 ${french.slice(1).join(" ")}` : phone;
}

export function parseDeskEvent(data: string): DeskEvent | null {
  try {
    const event = JSON.parse(data) as Partial<DeskEvent>;
    const isKnown = event.what === "told" || event.what === "acknowledged" || event.what === "taken_back" || event.what === "escalated";
    return typeof event.conflict === "string" && isKnown ? (event as DeskEvent) : null;
  } catch {
    return null;
  }
}

// How many still wait for this desk: the number beside the page's name.
export const waiting = (conflicts: readonly Conflict[]): number => conflicts.filter((one) => one.state !== "acknowledged").length;
