import type { Legend } from "../api/types";
import { usePage } from "../shell/page.context";

// Colours are the server's, set as SVG attributes so that they print and need no style.
export function LegendView({ legend }: { legend: Legend }) {
  const { language, words } = usePage();
  return (
    <section class="legend" aria-label={words.legend}>
      <h3>{legend.title[language]}</h3>
      <p class="unit">{legend.unit[language]}</p>
      <ul>
        {legend.classes.map((one) => (
          <li key={one.label.en}>
            <svg width="18" height="12" aria-hidden="true">
              <rect width="18" height="12" rx="2" fill={one.colour} fill-opacity={one.hatched ? 0.3 : 0.85} />
              {one.hatched && <path d="M-2 12 L8 0 M5 12 L15 0 M12 12 L22 0" stroke="currentColor" stroke-width="1.4" />}
            </svg>
            {one.label[language]}
          </li>
        ))}
      </ul>
    </section>
  );
}
