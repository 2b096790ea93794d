import type { Week } from "../api/types";

// Weekly rates as a line that breaks where nothing was observed; a dot where the week broke its habit.
export function Sparkline({ weeks, most }: { weeks: readonly Week[]; most?: number }) {
  const width = 120;
  const height = 24;
  const top = most ?? Math.max(1e-9, ...weeks.map((week) => week.rate ?? 0));
  const x = (index: number) => 2 + (index * (width - 4)) / Math.max(1, weeks.length - 1);
  const y = (rate: number) => height - 3 - (rate / top) * (height - 6);
  const observed = weeks.flatMap((week, index) => (week.rate === null ? [] : [{ index, rate: week.rate, alarm: week.alarm }]));
  // Feeds that miss every second week would break into dots: neighbours up to two weeks apart are joined by a thin line.
  const path = observed.map((one, k) => `${k === 0 || one.index - (observed[k - 1]?.index ?? 0) > 2 ? "M" : "L"}${x(one.index).toFixed(1)} ${y(one.rate).toFixed(1)}`).join("");
  return (
    <svg class="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" />
      {observed.filter((one) => one.alarm).map((one) => <circle key={one.index} cx={x(one.index)} cy={y(one.rate)} r="2.8" class="alarm-dot" />)}
    </svg>
  );
}
