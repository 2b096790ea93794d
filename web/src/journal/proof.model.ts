// Checks a proof in the reader's own browser, so that the answer does not rest on the server's word: the commitments
// open to what is shown, the leaf is in the tree (RFC 9162 section 2.1.3.2), the root is the checkpoint's, and the
// checkpoint is signed by the log's key (c2sp.org/signed-note, Ed25519).
import type { LogProof } from "../api/types";

export type ProofCheck = {
  commitments: boolean;
  inclusion: boolean;
  signature: boolean | null; // null: this browser cannot tell
};

type Bytes = Uint8Array<ArrayBuffer>;

const fields = ["who", "what", "purpose", "legal basis", "recipient", "outcome"];

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
function joined(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
const same = (a: Bytes, b: Bytes) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const pair = (left: Bytes, right: Bytes) => sha256(joined(Uint8Array.of(1), left, right));

// The root that the proof leads to; null when the proof has not the shape of one.
export async function rootFromProof(leaf: Bytes, index: number, size: number, proof: Bytes[]): Promise<Bytes | null> {
  let hash = await sha256(joined(Uint8Array.of(0), leaf));
  let at = BigInt(index);
  let last = BigInt(size - 1);
  if (at < 0n || at > last) return null;
  for (const step of proof) {
    if (last === 0n) return null;
    if (at % 2n === 1n || at === last) {
      hash = await pair(step, hash);
      while (at % 2n === 0n && at !== 0n) {
        at /= 2n;
        last /= 2n;
      }
    } else {
      hash = await pair(hash, step);
    }
    at /= 2n;
    last /= 2n;
  }
  return last === 0n ? hash : null;
}

async function opens(proof: LogProof, leaf: Bytes): Promise<boolean> {
  if (leaf.length !== 202) return false;
  for (const opening of proof.openings) {
    const field = fields.indexOf(opening.field);
    if (field < 0) return false;
    const made = await sha256(joined(fromHex(opening.key), Uint8Array.of(field), fromBase64(opening.value)));
    if (!same(made, leaf.slice(10 + 32 * field, 42 + 32 * field))) return false;
  }
  return true;
}

async function isSigned(checkpoint: string, keys: string[]): Promise<boolean | null> {
  const split = checkpoint.lastIndexOf("\n\n");
  const text = new TextEncoder().encode(checkpoint.slice(0, split + 1));
  const lines = checkpoint.slice(split + 2).split("\n");
  try {
    for (const line of lines) {
      const [dash, name, encoded] = line.split(" ");
      if (dash !== "\u2014" || !name || !encoded) continue;
      const signature = fromBase64(encoded);
      const id = Array.from(signature.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const key = keys.find((one) => one.startsWith(`${name}+${id}+`));
      if (!key) continue;
      const raw = fromBase64(key.slice(name.length + id.length + 2)).slice(1);
      const imported = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, imported, signature.slice(4), text);
    }
    return false;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "NotSupportedError") return null;
    return false;
  }
}

export async function checkProof(proof: LogProof): Promise<ProofCheck> {
  const leaf = fromBase64(proof.leaf);
  const root = await rootFromProof(leaf, proof.entry.position, proof.size, proof.hashes.map(fromBase64));
  const [, size, signedRoot] = proof.checkpoint.split("\n");
  const isInTree = root !== null && same(root, fromBase64(proof.root)) && signedRoot === proof.root && size === String(proof.size);
  return { commitments: await opens(proof, leaf), inclusion: isInTree, signature: await isSigned(proof.checkpoint, proof.keys) };
}
