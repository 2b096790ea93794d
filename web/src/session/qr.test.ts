import { describe, expect, it } from "vitest";
import { drawCode } from "./qr.model";

const link = "otpauth://totp/Quadrille:martin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Quadrille";

// The modules that a path fills.
function darkOf(path: string): Set<string> {
  const dark = new Set<string>();
  for (const [, from, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let x = Number(from); x < Number(from) + Number(run); ++x) dark.add(`${x} ${y}`);
  return dark;
}

describe("a link as a QR code", () => {
  const { side, path } = drawCode(link);
  const dark = darkOf(path);
  const places = [...dark].map((place) => place.split(" ").map(Number));

  it("has a quiet zone of four modules on each side", () => {
    expect(Math.min(...places.flat())).toBe(4);
    expect(Math.max(...places.flat())).toBe(side - 5);
  });

  it("is of a size of the standard, and has its three position patterns", () => {
    expect((side - 8 - 17) % 4).toBe(0);
    const far = side - 4 - 7;
    for (const [left, top] of [
      [4, 4],
      [far, 4],
      [4, far],
    ] as const) {
      const rows = Array.from({ length: 7 }, (_, y) => Array.from({ length: 7 }, (_, x) => (dark.has(`${left + x} ${top + y}`) ? "#" : ".")).join(""));
      expect(rows).toEqual(["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]);
    }
  });

  it("is the same each time, and another for another secret", () => {
    expect(drawCode(link)).toEqual({ side, path });
    expect(drawCode(link.replace("JBSW", "KBSW")).path).not.toBe(path);
  });
});
