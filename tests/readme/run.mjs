// Runs the README's commands as a newcomer would: every ```sh block that follows the line <!-- tested --> is run, in order,
// by one shell, in a folder that looks like a checkout (links to it) but with its own data.
//
//   node tests/readme/run.mjs FILE.md...
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const top = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
let passed = 0;
let failed = 0;

function checkoutLike() {
  const folder = mkdtempSync(join(tmpdir(), "quadrille-readme-"));
  for (const name of readdirSync(top)) if (name !== "data" && name !== ".git") symlinkSync(join(top, name), join(folder, name));
  return folder;
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(join(top, file), "utf8");
  const blocks = [...text.matchAll(/<!-- tested -->\s*```sh\n([\s\S]*?)```/g)].map((match) => match[1]);
  if (blocks.length === 0) {
    console.log(`FAILED  ${file}: no tested block`);
    failed += 1;
    continue;
  }
  const folder = checkoutLike();
  for (const [index, block] of blocks.entries()) {
    const run = spawnSync("bash", ["-euo", "pipefail", "-c", block], { cwd: folder, encoding: "utf8", timeout: 300_000 });
    const name = `${file}, block ${index + 1}`;
    if (run.status === 0) {
      passed += 1;
      console.log(`ok      ${name}`);
    } else {
      failed += 1;
      console.log(`FAILED  ${name} (exit ${run.status})\n${block}\n${run.stdout}\n${run.stderr}`);
    }
  }
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
