// What the page asks, 200 times each: median and 99th percentile of the answer's last byte.
//
//   QUADRILLE_TOKEN=... node bench/requests.mjs BASE_URL SLUG
const [base, slug] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${process.env.QUADRILLE_TOKEN ?? ""}` };
const targets = [`/api/v1/instance`, `/api/v1/territories/${slug}`, `/api/v1/territories/${slug}/picture`, ...["sectors", "density", "hotspots", "clusters"].map((layer) => `/api/v1/territories/${slug}/picture/layers/${layer}`), `/api/v1/territories/${slug}/map/streets`, `/api/v1/territories/${slug}/map/sectors`, `/api/v1/territories/${slug}/studies`];
const ask = async (target) => {
  const started = performance.now();
  const response = await fetch(base + target, { headers });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${target}: ${response.status}`);
  return performance.now() - started;
};
const first = await ask(`/api/v1/territories/${slug}/picture`);
console.log(`first picture of the server    ${first.toFixed(0).padStart(6)} ms`);
for (const target of targets) {
  const times = [];
  for (let i = 0; i < 200; i += 1) times.push(await ask(target));
  times.sort((a, b) => a - b);
  console.log(`${target.replace("/api/v1", "").padEnd(46)} p50 ${times[100].toFixed(1).padStart(6)} ms   p99 ${times[197].toFixed(1).padStart(6)} ms   (target 50 ms)`);
}
