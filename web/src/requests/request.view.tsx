import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/client";
import type { RequestRules, RequestStepView, ServiceRequestView, Territory } from "../api/types";
import { Readers } from "../journal/readers.view";
import { may } from "../session/session.model";
import { useLoaded } from "../shell/loaded.model";
import { usePage } from "../shell/page.context";
import { fill } from "../words/words";
import { Clock } from "./clock.view";
import { requestsApi } from "./requests.client";
import { requestWords } from "./requests.words";

type Props = { territory: Territory; ownService: string | null; rules: RequestRules; code: string; onSaid: (words: string) => void; onBack: () => void };

// One request: what was asked, its clock, what happened, and what the reader's side can do now.
export function RequestDetail({ territory, ownService, rules, code, onSaid, onBack }: Props) {
  const { language, session } = usePage();
  const words = requestWords[language];
  const [changed, setChanged] = useState<{ at: number; request: ServiceRequestView } | null>(null);
  const loaded = useLoaded(`${territory.slug} ${code}`, async () => ({ at: Date.now(), request: await requestsApi.show(territory.slug, code) }));
  const current = changed ?? loaded.value;
  const service = (name: string) => territory.services.find((one) => one.code === name)?.name ?? name;
  const moment = (text: string) =>
    new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: territory.time_zone }).format(new Date(text));
  return (
    <article class="request" aria-labelledby="request-title">
      <button type="button" class="plain" onClick={onBack}>
        ← {words.back}
      </button>
      {loaded.problem && !current && (
        <p class="problem" role="alert">
          {loaded.problem.message}
        </p>
      )}
      {current && (
        <>
          <h2 id="request-title">{current.request.about}</h2>
          <p class="quiet">
            {fill(words.from, { asking: service(current.request.asking), asked: service(current.request.asked) })} · {current.request.urgency.label[language]} · {current.request.frame.label[language]}
            {current.request.country !== "" && ` (${current.request.country})`}
          </p>
          <p>{current.request.text}</p>
          <p class="quiet">{current.request.legal_basis}</p>
          <p>
            <strong>{current.request.state.label[language]}</strong> <Clock request={current.request} readAt={current.at} />
          </p>
          <p class="quiet">{current.request.clock.source}</p>
          <h3>{words.history}</h3>
          <ol class="request-history">
            {current.request.events.map((event, index) => (
              <li key={index}>
                <strong>{event.step ? event.step.label[language] : words.asked}</strong>{" "}
                <span class="quiet">
                  {service(event.service)}, {moment(event.at)}
                </span>
                {event.ground && <em> {event.ground.label[language]}</em>}
                {event.expected_at && <span> {fill(words.expectedOn, { date: moment(event.expected_at) })}</span>}
                {event.text !== "" && <p>{event.text}</p>}
              </li>
            ))}
          </ol>
          {current.request.steps.length > 0 && (
            <Steps
              key={current.request.state.name + current.request.events.length}
              slug={territory.slug}
              rules={rules}
              request={current.request}
              onDone={(request, step) => {
                setChanged({ at: Date.now(), request });
                onSaid(fill(words.done, { step }));
              }}
            />
          )}
          <Readers slug={territory.slug} object={{ kind: "request", code }} seesServices={current.request.asking === ownService} seesPersons={may(session, "read_log", null)} />
        </>
      )}
    </article>
  );
}

type StepsProps = { slug: string; rules: RequestRules; request: ServiceRequestView; onDone: (request: ServiceRequestView, step: string) => void };

// A button each; those that cannot be taken now say why. The chosen one opens what it demands.
function Steps({ slug, rules, request, onDone }: StepsProps) {
  const { language } = usePage();
  const words = requestWords[language];
  const [chosen, setChosen] = useState<RequestStepView | null>(null);
  const [text, setText] = useState("");
  const [ground, setGround] = useState("");
  const [expected, setExpected] = useState("");
  const [cause, setCause] = useState(request.frame.name === "member_state" ? "judicial_authorisation" : "other");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const send = async () => {
    if (!chosen) return;
    setSending(true);
    setProblem(null);
    try {
      const body = { step: chosen.step.name, text: text.trim(), ...(chosen.demands === "ground" ? { ground } : {}), ...(chosen.demands === "date" ? { expected_at: expected, cause } : {}) };
      onDone(await requestsApi.step(slug, request.code, body), chosen.step.label[language]);
    } catch (failure) {
      setProblem(asProblem(failure));
      setSending(false);
    }
  };
  return (
    <>
      <div class="actions request-steps">
        {request.steps.map((offer) => (
          <button
            key={offer.step.name}
            type="button"
            class="plain"
            aria-pressed={chosen?.step.name === offer.step.name}
            aria-disabled={offer.refused_because !== null}
            title={offer.refused_because?.[language]}
            onClick={() => offer.refused_because === null && setChosen(offer)}
          >
            {offer.step.label[language]}
            {offer.refused_because && <small class="quiet"> {offer.refused_because[language]}</small>}
          </button>
        ))}
      </div>
      {chosen && (
        <form
          class="request-form"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          {problem && (
            <p class="problem" role="alert">
              {problem.message}
            </p>
          )}
          {chosen.demands === "ground" && (
            <label class="field">
              <span>{words.ground}</span>
              <select required value={ground} onChange={(event) => setGround(event.currentTarget.value)}>
                <option value="">{words.choose}</option>
                {rules.grounds
                  .filter((one) => one.frame === request.frame.name)
                  .map((one) => (
                    <option key={one.name} value={one.name}>
                      {one.label[language]}
                    </option>
                  ))}
              </select>
            </label>
          )}
          {chosen.demands === "date" && (
            <div class="request-choices">
              <label class="field">
                <span>{words.expected}</span>
                <input type="datetime-local" required value={expected} onInput={(event) => setExpected(event.currentTarget.value.slice(0, 16))} />
              </label>
              <label class="field">
                <span>{words.cause.label}</span>
                <select value={cause} onChange={(event) => setCause(event.currentTarget.value)}>
                  <option value="other">{words.cause.other}</option>
                  <option value="judicial_authorisation">{words.cause.judicial_authorisation}</option>
                </select>
              </label>
            </div>
          )}
          <label class="field">
            <span>{words.answer}</span>
            <textarea rows={3} required={chosen.demands !== "none"} maxLength={rules.text_max} value={text} onInput={(event) => setText(event.currentTarget.value)} />
          </label>
          <div class="actions">
            <button type="button" class="plain" onClick={() => setChosen(null)}>
              {words.cancel}
            </button>
            <button type="submit" class="action" disabled={isSending}>
              {isSending ? words.sending : chosen.step.label[language]}
            </button>
          </div>
        </form>
      )}
    </>
  );
}
