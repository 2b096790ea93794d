import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { deskWords } from "./desk.words";

// What shares a selector with the object shown; the page that shows it knows titles and addresses of the others.
export type MatchLine = { kind: { fr: string; en: string }; title: string; href: string };

export function Matches({ matches, commonplaces }: { matches: readonly MatchLine[]; commonplaces: readonly { fr: string; en: string }[] }) {
  const { language } = usePage();
  const words = deskWords[language];
  return (
    <section class="matches" aria-labelledby="matches-title">
      <h2 id="matches-title">{words.matches}</h2>
      {matches.length === 0 && commonplaces.length === 0 && <p class="quiet">{words.noMatch}</p>}
      <ul>
        {matches.map((match) => (
          <li key={`${match.kind.en} ${match.href}`}>
            <a href={match.href}>{match.title}</a> <span class="quiet">{match.kind[language]}</span>
          </li>
        ))}
      </ul>
      {commonplaces.length > 0 && <p class="quiet">{fill(words.common, { kinds: commonplaces.map((kind) => kind[language]).join(", ") })}</p>}
    </section>
  );
}
