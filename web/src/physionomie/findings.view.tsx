import type { Finding } from "../api/types";
import { usePage } from "../shell/page.context";
import { certaintyWords } from "../words/words";

const marks: Record<Finding["kind"], string> = { rising_sector: "↗", falling_sector: "↘", cluster: "◎", broken_habit: "!", total: "Σ", quality: "?" };

type Props = { findings: readonly Finding[]; sector: number | null; onPick: (finding: Finding) => void; onHover: (sector: number | null) => void };

export function Findings({ findings, sector, onPick, onHover }: Props) {
  const { language, words } = usePage();
  return (
    <section class="card findings" aria-labelledby="findings-title">
      <h2 id="findings-title">{words.whatChanged}</h2>
      {findings.length === 0 && <p class="quiet">{words.nothingChanged}</p>}
      <ol>
        {findings.map((finding, index) => {
          const content = (
            <>
              <span class={`mark mark-${finding.kind}`} aria-hidden="true">
                {marks[finding.kind]}
              </span>
              <span class="finding-text">
                <strong>{finding.title[language]}</strong>
                <span class="detail">{finding.detail[language]}</span>
              </span>
              <span class={`certainty certainty-${finding.certainty}`}>{certaintyWords[language][finding.certainty]}</span>
            </>
          );
          return (
            <li key={index}>
              {finding.sector === null && finding.cluster === null ? (
                <div class="finding">{content}</div>
              ) : (
                <button type="button" class="finding" aria-pressed={finding.sector !== null && finding.sector === sector} onClick={() => onPick(finding)} onMouseEnter={() => onHover(finding.sector)} onMouseLeave={() => onHover(null)}>
                  {content}
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
