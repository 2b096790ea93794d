// A demonstration that a journey makes and serves itself, looked at as the people of its accounts.
import { openStage } from "./stage.mjs";

const slug = "port-demo";

// `purpose`: what its people give as theirs.
export async function demonstration({ purpose, fullPage }) {
  const stage = await openStage({ fullPage, refusals: /status of 40[034]/ });
  const run = (...words) => stage.run("demo", ...words);
  run("demo", "--slug", slug);
  const { base } = await stage.serve("demo");
  const as = (login, options, title, steps) => stage.journey(title, { ...options, base, login, purpose }, steps);
  return { ...stage, run, slug, base, as };
}

export { button, phone } from "./stage.mjs";
