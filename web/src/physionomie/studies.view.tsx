import { useRef, useState } from "preact/hooks";
import { api, Problem } from "../api/client";
import { type Address, pictureQuery } from "../shell/address.model";
import { Action, useWhyNot } from "../shell/action.view";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { formatDay } from "../words/format";
import { studyQuery } from "./physionomie.model";

const kinds = ["sectors", "facts", "hotspots"] as const;
const formats = ["csv", "geojson", "gpkg"] as const;

export function StudiesCard({ slug, address, onSaid }: { slug: string; address: Address; onSaid: (words: string) => void }) {
  const { language, words } = usePage();
  const [version, setVersion] = useState(0);
  const studies = useLoaded(`${slug} ${version}`, () => api.studies(slug));
  const dialog = useRef<HTMLDialogElement>(null);
  const whyNotSave = useWhyNot("save_study", slug);
  const whyNotExport = useWhyNot("export_masked", slug);
  const [title, setTitle] = useState("");
  const [refusal, setRefusal] = useState("");
  const [outcomes, setOutcomes] = useState<Record<number, string>>({});

  const save = async () => {
    try {
      const saved = await api.saveStudy(slug, title, studyQuery(address));
      dialog.current?.close();
      setTitle("");
      setVersion(version + 1);
      onSaid(`${words.saveStudy}: ${saved.title}`);
    } catch (failure) {
      setRefusal(failure instanceof Problem ? failure.message : String(failure));
    }
  };
  const rerun = async (id: number) => {
    setOutcomes((known) => ({ ...known, [id]: words.rerunning }));
    const outcome = await api.rerun(slug, id).then(
      (again) => (again.same ? words.same : words.different),
      (failure: unknown) => (failure instanceof Problem ? failure.message : String(failure)),
    );
    setOutcomes((known) => ({ ...known, [id]: outcome }));
    onSaid(outcome);
  };
  return (
    <section class="card" aria-labelledby="studies-title">
      <header>
        <h2 id="studies-title">{words.studies}</h2>
        <Action why={whyNotSave} onRun={() => dialog.current?.showModal()}>
          {words.saveStudy}
        </Action>
      </header>
      {studies.value?.length === 0 && <p class="quiet">{words.noStudy}</p>}
      <ul class="studies">
        {studies.value?.map((study) => (
          <li key={study.id}>
            <span>
              <strong>{study.title}</strong>
              <small>
                {formatDay(study.created_at.slice(0, 10), language)} · v{study.data_version} · {study.sha256.slice(0, 10)}
              </small>
            </span>
            <span class="actions">
              <span class="quiet">{outcomes[study.id]}</span>
              <button type="button" class="plain" onClick={() => void rerun(study.id)} aria-label={`${words.rerun}: ${study.title}`}>
                {words.rerun}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <h3>{words.exports}</h3>
      <p class="quiet" id="exports-hint">
        {whyNotExport ?? words.exportsHint}
      </p>
      <ul class="exports">
        {kinds.map((kind) => (
          <li key={kind}>
            {words.exportKind[kind]}{" "}
            {formats.map((format) => (
              <a
                key={format}
                {...(whyNotExport === null ? { href: api.exportAddress(slug, kind, format, pictureQuery(address)), download: true } : { role: "link", tabIndex: 0, "aria-disabled": true, "aria-describedby": "exports-hint" })}
              >
                {format === "gpkg" ? "GeoPackage" : format === "geojson" ? "GeoJSON" : "CSV"}
                <span class="visually-hidden"> {words.exportKind[kind]}</span>
              </a>
            ))}
          </li>
        ))}
      </ul>
      <dialog ref={dialog} aria-labelledby="save-title" onClose={() => setRefusal("")}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <h2 id="save-title">{words.saveStudy}</h2>
          <label>
            {words.studyTitle}
            <input type="text" value={title} maxLength={200} required onInput={(event) => setTitle(event.currentTarget.value)} />
          </label>
          {refusal !== "" && (
            <p class="refusal" role="alert">
              {refusal}
            </p>
          )}
          <div class="actions">
            <button type="button" class="plain" onClick={() => dialog.current?.close()}>
              {words.cancel}
            </button>
            <button type="submit" class="action">
              {words.save}
            </button>
          </div>
        </form>
      </dialog>
    </section>
  );
}
