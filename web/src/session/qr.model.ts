import { encode } from "uqr";

// A link as a QR code (ISO/IEC 18004), drawn where it is shown: the secret in it goes nowhere.

export type Drawing = {
  side: number; // in modules, with the quiet zone of four on each side that the standard asks for
  path: string; // of the dark modules, for an SVG of that side: one rectangle for each run of a line
};

const quiet = 4;

// Level M: a seventh of it may be hidden by a reflection or a scratch on the screen.
export function drawCode(text: string): Drawing {
  const { data, size } = encode(text, { ecc: "M", border: quiet });
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < size; ++x) {
      const from = x;
      while (row[x]) ++x;
      if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`;
    }
  });
  return { side: size, path };
}
