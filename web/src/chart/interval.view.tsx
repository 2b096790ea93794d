import type { Estimate } from "../api/types";

// A rate and its interval on the scale all rows share.
export function Interval({ estimate, most }: { estimate: Estimate; most: number }) {
  if (estimate.rate === null || estimate.low === null || estimate.high === null) return <svg class="interval" width="110" height="16" aria-hidden="true" />;
  const x = (value: number) => 4 + (Math.sqrt(value / most) * 102);
  return (
    <svg class="interval" width="110" height="16" viewBox="0 0 110 16" aria-hidden="true">
      <line x1="4" x2="106" y1="8" y2="8" class="interval-axis" />
      <line x1={x(estimate.low)} x2={x(estimate.high)} y1="8" y2="8" class="interval-range" />
      <circle cx={x(estimate.rate)} cy="8" r="3.2" class="interval-dot" />
    </svg>
  );
}
