import { expect, test } from "vitest";
import type { Conflict } from "../api/types";
import { formatLeft, formatPhone, leftMs, parseDeskEvent, stateOf, waiting } from "./desk.model";
import { operationsOf } from "./desk.operations";
import { deskWords } from "./desk.words";

const conflict: Conflict = {
  code: "abcdefghijklmnop",
  kind: "event",
  state: "open",
  made_at: "2026-11-25T20:00:00.000Z",
  due: "2026-11-25T20:10:00.000Z",
  officer: "",
  acted_at: null,
  reason: "",
  can_be_taken_back: false,
  other_state: "open",
  call: { service: "Douane", desk: "Permanence", phone: "+33491000000" },
  operation: null,
  operation_title: "",
  note: null,
};

test("the countdown runs on the server's clock and stops at nothing", () => {
  expect(formatLeft(leftMs(conflict, Date.parse("2026-11-25T20:00:00Z")))).toBe("10:00");
  expect(formatLeft(leftMs(conflict, Date.parse("2026-11-25T20:00:54.500Z")))).toBe("9:06");
  expect(formatLeft(leftMs(conflict, Date.parse("2026-11-25T20:09:59.999Z")))).toBe("0:01");
  expect(formatLeft(leftMs(conflict, Date.parse("2026-11-25T21:00:00Z")))).toBe("0:00");
});

test("a number is written as it is read out", () => {
  expect(formatPhone("+33491000000")).toBe("+33 4 91 00 00 00");
  expect(formatPhone("+442079460958")).toBe("+442079460958");
  expect(formatPhone("")).toBe("");
});

test("events that are not understood are left out", () => {
  expect(parseDeskEvent('{"conflict":"a","what":"told","at":"x"}')?.what).toBe("told");
  for (const data of ["", "{", "[]", "null", '{"conflict":1,"what":"told"}', '{"conflict":"a","what":"sold"}']) expect(parseDeskEvent(data)).toBeNull();
});

test("what cannot be done says why, in every state", () => {
  for (const language of ["fr", "en"] as const)
    for (const state of ["open", "acknowledged", "escalated"])
      for (const can_be_taken_back of [true, false])
        for (const operation of operationsOf({ ...conflict, state, can_be_taken_back }, deskWords[language])) expect(operation.isAvailable).toBe(operation.why === "");
});

test("escalated conflicts still wait for somebody", () => {
  expect(waiting([conflict, { ...conflict, state: "escalated" }, { ...conflict, state: "acknowledged" }])).toBe(2);
  expect(stateOf("something new")).toBe("open");
});
