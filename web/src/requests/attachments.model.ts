import { fill } from "../words/words";
import type { RequestWords } from "./requests.words";

export const attachmentBytesMax = 10 * 1024 * 1024;

// What the server would refuse anyway is said before it is sent over a bad network; the server decides.
export function refusedBeforeSending(file: { name: string; size: number }, chosen: number, room: number, words: RequestWords): string | null {
  if (chosen >= room) return words.tooMany;
  if (file.size > attachmentBytesMax) return fill(words.tooLarge, { name: file.name, size: Math.ceil(file.size / (1024 * 1024)) });
  return null;
}
