import type { Desk } from '../desk.ts';
import { exposureAddress } from '../models/place.ts';
import { Choice, Field } from './Field.tsx';
import { Icon } from './Icon.tsx';

const optionsOf = (all: readonly { id: string; name: string }[]) =>
  all.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ));

interface TextProps {
  label: string;
  value: string;
  placeholder: string;
  onInput: (value: string) => void;
}

const Text = ({ label, value, placeholder, onInput }: TextProps) => (
  <Field label={label}>
    {(id) => (
      <input
        id={id}
        class="input"
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    )}
  </Field>
);

const Moment = ({ label, value, onInput }: Omit<TextProps, 'placeholder'>) => (
  <Field label={label}>
    {(id) => (
      <input
        id={id}
        class="input"
        type="datetime-local"
        required
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    )}
  </Field>
);

/** The question. Times are the agent's own; which zone that is, is said. */
export function ExposureForm({ desk }: { desk: Desk }) {
  const { agent } = desk;
  const { fields, phase, problem, set, ask } = desk.breach.exposure;
  const { from, to, siteId, release, agentId, ip } = fields.value;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asking = phase.value === 'asking';

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const reportId = await ask();
    if (reportId) location.hash = exposureAddress(reportId);
  }

  return (
    <form class="exposure-form" noValidate onSubmit={submit} aria-label="Question">
      <p class="exposure-lead">
        Who was within reach between two instants? Without a condition, of somebody who held the
        server and its database. Each condition narrows it. The question itself stands in the
        ledger.
      </p>
      <div class="exposure-fields">
        <Moment label="From" value={from} onInput={(value) => set({ from: value })} />
        <Moment label="To" value={to} onInput={(value) => set({ to: value })} />
        <Choice
          label="Site"
          any="Any site"
          value={siteId}
          onChange={(value) => set({ siteId: value })}
        >
          {optionsOf(agent.sites ?? [])}
        </Choice>
        <Choice
          label="Agent’s account"
          any="Any"
          value={agentId}
          onChange={(value) => set({ agentId: value })}
        >
          {optionsOf([agent, ...agent.colleagues])}
        </Choice>
        <Text
          label="Address"
          placeholder="203.0.113.7"
          value={ip}
          onInput={(value) => set({ ip: value })}
        />
        <Text
          label="Release"
          placeholder="1.4.0"
          value={release}
          onInput={(value) => set({ release: value })}
        />
        <button type="submit" class="button button-primary" disabled={asking}>
          <Icon name="shield" />
          {asking ? 'Asking…' : 'Ask'}
        </button>
      </div>
      <p class="field-hint">Times are of your own time zone, {zone}.</p>
      {problem.value && (
        <p class="notice notice-bad" role="alert">
          <Icon name="warning" />
          {problem.value}
        </p>
      )}
    </form>
  );
}
