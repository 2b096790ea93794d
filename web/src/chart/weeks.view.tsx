import * as Plot from "@observablehq/plot";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Week } from "../api/types";
import { usePage } from "../shell/page.context";
import { formatRate, formatShortDay } from "../words/format";

const utc = (day: string) => new Date(`${day}T00:00:00Z`);
const weekMs = 7 * 86_400_000;

// Unobserved weeks in a row are one gap.
function gapsOf(weeks: readonly Week[]): { from: Date; to: Date }[] {
  const gaps: { from: Date; to: Date }[] = [];
  for (const week of weeks) {
    if (week.observed_days > 0) continue;
    const from = utc(week.first_day);
    const to = new Date(from.getTime() + weekMs);
    const last = gaps[gaps.length - 1];
    if (last && last.to.getTime() === from.getTime()) last.to = to;
    else gaps.push({ from, to });
  }
  return gaps;
}

function hatch(figure: Element): void {
  const svg = figure.querySelector("svg:last-of-type") ?? figure;
  const ns = "http://www.w3.org/2000/svg";
  const pattern = document.createElementNS(ns, "pattern");
  for (const [name, value] of Object.entries({ id: "gap-hatch", width: "6", height: "6", patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" })) pattern.setAttribute(name, value);
  const stroke = document.createElementNS(ns, "rect");
  for (const [name, value] of Object.entries({ width: "1.5", height: "6", class: "gap-stroke" })) stroke.setAttribute(name, value);
  pattern.append(stroke);
  svg.prepend(pattern);
}

export default function WeeksChart({ weeks, label }: { weeks: readonly Week[]; label: string }) {
  const { language, words } = usePage();
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    if (!holder.current) return;
    const watcher = new ResizeObserver((entries) => setWidth(Math.max(280, Math.round(entries[0]?.contentRect.width ?? 640))));
    watcher.observe(holder.current);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (!holder.current) return;
    const observed = weeks.filter((week) => week.rate !== null).map((week) => ({ ...week, day: new Date(utc(week.first_day).getTime() + weekMs / 2) }));
    const perDay = (week: Week, value: number | null) => (value === null || week.observed_days === 0 ? NaN : value / week.observed_days);
    const figure = Plot.plot({
      width,
      height: 240,
      marginLeft: 44,
      marginRight: 12,
      ariaLabel: label,
      x: { type: "utc", label: null, tickFormat: (day: Date) => formatShortDay(day.toISOString().slice(0, 10), language), ticks: width < 480 ? 4 : 8 },
      y: { label: null, zero: true, nice: true, grid: true, tickFormat: (value: number) => formatRate(value, language).replace(/[.,]0+$/, "") },
      marks: [
        Plot.rectX(gapsOf(weeks), { x1: "from", x2: "to", fill: "url(#gap-hatch)" }),
        Plot.areaY(observed, { x: "day", y1: (week: Week) => perDay(week, week.expected), y2: (week: Week) => perDay(week, week.upper), className: "band", fill: "currentColor", fillOpacity: 0.12, curve: "monotone-x" }),
        Plot.lineY(observed, { x: "day", y: (week: Week) => perDay(week, week.expected), stroke: "currentColor", strokeOpacity: 0.55, strokeDasharray: "4 3", curve: "monotone-x" }),
        Plot.lineY(observed, { x: "day", y: "rate", stroke: "var(--accent)", strokeWidth: 1.8 }),
        Plot.dot(observed, { x: "day", y: "rate", r: 2.2, fill: "var(--accent)" }),
        Plot.dot(observed.filter((week) => week.alarm), { x: "day", y: "rate", r: 6, stroke: "var(--warn)", strokeWidth: 2.2 }),
        Plot.tip(observed, Plot.pointerX({ x: "day", y: "rate", title: (week: Week) => `${week.week} · ${formatRate(week.rate, language)} ${words.weeksUnit}\n${week.count} / ${week.observed_days} ${language === "fr" ? "j" : "d"}` })),
      ],
    });
    hatch(figure);
    // The figures are in the table below; the drawing itself is one image to a screen reader.
    figure.setAttribute("role", "img");
    figure.setAttribute("aria-label", label);
    for (const inner of figure.querySelectorAll("[aria-label]")) inner.removeAttribute("aria-label");
    for (const inner of figure.querySelectorAll("[aria-description]")) inner.removeAttribute("aria-description");
    holder.current.replaceChildren(figure);
    return () => figure.remove();
  }, [weeks, width, language, label]);
  return <div class="weeks-chart" ref={holder} />;
}
