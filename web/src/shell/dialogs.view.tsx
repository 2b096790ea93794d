import { useEffect, useRef, useState } from "preact/hooks";
import type { Territory } from "../api/types";
import type { Address } from "./address.model";
import { usePage } from "./page.context";

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { words } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const keys: [string, string][] = [
    ["/", words.shortcuts.search],
    ["?", words.shortcuts.keys],
    ["1 – 4", words.shortcuts.layers],
    ["t", words.shortcuts.table],
    [words.escapeKey, words.shortcuts.escape],
    ["Alt ←", words.shortcuts.back],
  ];
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">{words.keys}</h2>
      <dl class="keys">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <div class="actions">
        <button type="button" class="action" onClick={() => dialog.current?.close()}>
          {words.close}
        </button>
      </div>
    </dialog>
  );
}

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function SearchDialog({ territory, address, onChange, onClose }: { territory: Territory; address: Address; onChange: (address: Address) => void; onClose: () => void }) {
  const { language, words } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  const wanted = plain(text.trim());
  const found = [
    ...territory.sectors.map((one) => ({ key: `s${one.id}`, label: one.name, hint: words.sector, go: { ...address, sector: one.id, level: one.level } })),
    ...territory.categories.map((one) => ({
      key: `c${one.code}${one.channel}`,
      label: one.label[language],
      hint: `${words.category}, ${(one.channel === "reported" ? words.reported : words.discovered).toLowerCase()}`,
      go: { ...address, channel: one.channel === "discovered" ? ("discovered" as const) : ("reported" as const), categories: [one.code] },
    })),
  ].filter((one) => wanted === "" || plain(one.label).includes(wanted));
  const go = (next: Address) => {
    onChange(next);
    // Keys typed at once after this belong to the page, not to a field that is going away.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} class="search" aria-label={words.search} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found[0]) go(found[0].go);
        }}
      >
        <label>
          <span class="visually-hidden">{words.search}</span>
          <input type="search" placeholder={words.search} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <ul>
          {found.slice(0, 12).map((one) => (
            <li key={one.key}>
              <button type="button" class="plain" onClick={() => go(one.go)}>
                {one.label} <small>{one.hint}</small>
              </button>
            </li>
          ))}
        </ul>
        {found.length === 0 && <p class="quiet">{words.searchEmpty}</p>}
      </form>
    </dialog>
  );
}
