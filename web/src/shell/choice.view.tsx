import type { ComponentChildren } from "preact";
import type { Text } from "../api/types";
import type { Language } from "../words/words";

export type Named<Name extends string = string> = { name: Name; label: string };

// The entries of a table of the server, or of words, as choices.
export const namedIn = (rows: readonly { name: string; label: Text }[], language: Language): Named[] => rows.map((row) => ({ name: row.name, label: row.label[language] }));
export const namedBy = <Name extends string>(words: Record<Name, string>): Named<Name>[] => (Object.keys(words) as Name[]).map((name) => ({ name, label: words[name] }));

type Props<Name extends string> = {
  label: string;
  value: Name;
  choices: readonly Named<Name>[];
  onPick: (name: Name) => void;
  none?: string; // what stands first and picks ""; without it one of the choices is always picked
  problem?: ComponentChildren;
};

// One of a few, each by its name and its label.
export function Choice<Name extends string>({ label, value, choices, onPick, none, problem }: Props<Name>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.currentTarget.value as Name)}>
        {none !== undefined && <option value="">{none}</option>}
        {choices.map((one) => (
          <option key={one.name} value={one.name}>
            {one.label}
          </option>
        ))}
      </select>
      {problem}
    </label>
  );
}
