import type { Picture, Territory } from "../api/types";
import type { Address } from "../shell/address.model";
import { usePage } from "../shell/page.context";
import { formatCount } from "../words/format";
import { fill } from "../words/words";
import { presetDays, presetOf, type Preset, withPeriod, withPreset } from "./physionomie.model";

type Props = { territory: Territory; picture: Picture | null; address: Address; onChange: (address: Address) => void };

// All filters in one place; map, chart and tables share them.
export function Filters({ territory, picture, address, onChange }: Props) {
  const { language, words } = usePage();
  const shown = picture?.parameters;
  const first = address.first ?? shown?.first_day ?? "";
  const last = address.last ?? shown?.last_day ?? "";
  const compareFirst = address.compareFirst ?? shown?.compare_first_day ?? "";
  const compareLast = address.compareLast ?? shown?.compare_last_day ?? "";
  const preset = picture ? presetOf(picture, territory) : null;
  const categories = territory.categories.filter((one) => one.channel === address.channel);
  const toggle = (code: string) => {
    const all = address.categories.includes(code) ? address.categories.filter((one) => one !== code) : [...address.categories, code];
    onChange({ ...address, categories: all.sort() });
  };
  // On a phone the filters fold away, so that what changed comes first.
  const isWide = matchMedia("(min-width: 601px)").matches;
  return (
    <details class="filters-fold" open={isWide}>
      <summary>{words.filters}</summary>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>{words.period}</legend>
        <div class="segmented">
          {(Object.keys(presetDays) as Preset[]).map((one) => (
            <button type="button" key={one} aria-pressed={preset === one} onClick={() => onChange(withPreset(address, territory, one))}>
              {words[one]}
            </button>
          ))}
        </div>
        <label>
          {words.from} <input type="date" value={first} min={territory.first_day ?? ""} max={territory.last_day ?? ""} onChange={(event) => onChange(withPeriod(address, event.currentTarget.value, last))} />
        </label>
        <label>
          {words.to} <input type="date" value={last} min={territory.first_day ?? ""} max={territory.last_day ?? ""} onChange={(event) => onChange(withPeriod(address, first, event.currentTarget.value))} />
        </label>
      </fieldset>
      <fieldset>
        <legend>{words.comparedWith}</legend>
        <label>
          {words.from} <input type="date" value={compareFirst} onChange={(event) => onChange({ ...address, first, last, compareFirst: event.currentTarget.value || null, compareLast: compareLast || null })} />
        </label>
        <label>
          {words.to} <input type="date" value={compareLast} onChange={(event) => onChange({ ...address, first, last, compareFirst: compareFirst || null, compareLast: event.currentTarget.value || null })} />
        </label>
      </fieldset>
      <fieldset>
        <legend>{words.channel}</legend>
        <div class="segmented">
          {(["reported", "discovered"] as const).map((one) => (
            <button type="button" key={one} aria-pressed={address.channel === one} onClick={() => onChange({ ...address, channel: one, categories: [] })}>
              {words[one]} <small>{one === "reported" ? words.reportedHint : words.discoveredHint}</small>
            </button>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{words.categories}</legend>
        <details class="picker">
          <summary>{address.categories.length === 0 ? words.allCategories : address.categories.map((code) => categories.find((one) => one.code === code)?.label[language] ?? code).join(", ")}</summary>
          <div class="picker-list">
            <button type="button" class="plain" onClick={() => onChange({ ...address, categories: [] })}>
              {words.allCategories}
            </button>
            {categories.map((one) => (
              <label key={one.code}>
                <input type="checkbox" checked={address.categories.includes(one.code)} onChange={() => toggle(one.code)} /> {one.label[language]} {one.count !== null && <small>{formatCount(one.count, language)}</small>}
              </label>
            ))}
          </div>
        </details>
      </fieldset>
      {territory.levels.length > 1 && (
        <fieldset>
          <legend>{words.level}</legend>
          <div class="segmented">
            {territory.levels.map((one) => (
              <button type="button" key={one.level} aria-pressed={(address.level ?? shown?.level) === one.level} onClick={() => onChange({ ...address, level: one.level, sector: null })}>
                {fill(words.levelOption, { level: one.level, count: one.count })}
              </button>
            ))}
          </div>
        </fieldset>
      )}
      </form>
    </details>
  );
}
