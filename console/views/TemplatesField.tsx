import { useEffect, useId, useState } from 'preact/hooks';
import { NAME_MAX_LENGTH } from '../../protocol/limits.ts';
import type { PaymentTemplate } from '../../protocol/payments.ts';
import type { Templates } from '../models/templates.ts';
import { Icon } from './Icon.tsx';

export interface TemplatesFieldProps {
  templates: Templates;
  locked: boolean;
  onChoose: (template: PaymentTemplate) => void;
  /** @returns what stands in the form under that name; `null` while it is not complete. */
  onSave: (name: string) => PaymentTemplate | null;
}

/** Choose a saved request, save this one, delete one. They are everyone's, so deleting is asked twice. */
export function TemplatesField({ templates, locked, onChoose, onSave }: TemplatesFieldProps) {
  const id = useId();
  const [chosen, setChosen] = useState('');
  const [step, setStep] = useState<'choose' | 'name' | 'delete'>('choose');
  const [name, setName] = useState('');
  const [incomplete, setIncomplete] = useState(false);
  const saved = templates.saved.value;
  const busy = templates.busy.value;
  const current = saved.find(({ templateId }) => templateId === chosen);
  useEffect(() => void templates.load(), [templates]);

  async function save() {
    const template = name.trim() ? onSave(name.trim()) : null;
    setIncomplete(!template && name.trim() !== '');
    if (!template) return;
    const templateId = await templates.save(template);
    if (!templateId) return;
    setChosen(templateId);
    setStep('choose');
  }

  return (
    <div class="templates">
      {step === 'name' ? (
        <div class="templates-row">
          <input
            class="input"
            aria-label="Name of the template"
            placeholder="Name of the template"
            maxLength={NAME_MAX_LENGTH}
            autofocus
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              // Enter would send the request that stands around this field.
              if (event.key !== 'Enter') return;
              event.preventDefault();
              void save();
            }}
          />
          <button type="button" class="button" disabled={busy} onClick={() => void save()}>
            Save
          </button>
          <button type="button" class="button button-quiet" onClick={() => setStep('choose')}>
            Back
          </button>
        </div>
      ) : step === 'delete' && current ? (
        <div class="templates-row">
          <p>
            Delete <strong>{current.template.name}</strong> for everyone?
          </p>
          <button
            type="button"
            class="button button-danger"
            disabled={busy}
            onClick={async () => {
              if (!(await templates.remove(chosen))) return;
              setChosen('');
              setStep('choose');
            }}
          >
            Delete
          </button>
          <button type="button" class="button button-quiet" onClick={() => setStep('choose')}>
            Keep
          </button>
        </div>
      ) : (
        <div class="templates-row">
          {saved.length > 0 && (
            <>
              <label class="field-label" for={id}>
                Template
              </label>
              <select
                id={id}
                class="select"
                value={chosen}
                disabled={locked}
                onChange={(event) => {
                  const next = event.currentTarget.value;
                  setChosen(next);
                  const found = saved.find(({ templateId }) => templateId === next);
                  if (found) onChoose(found.template);
                }}
              >
                <option value="">None</option>
                {saved.map(({ templateId, template }) => (
                  <option key={templateId} value={templateId}>
                    {template.name}
                  </option>
                ))}
              </select>
              {current && (
                <button
                  type="button"
                  class="icon-button"
                  aria-label="Delete template"
                  disabled={locked}
                  onClick={() => setStep('delete')}
                >
                  <Icon name="trash" />
                </button>
              )}
            </>
          )}
          <button
            type="button"
            class="button button-quiet"
            disabled={locked}
            onClick={() => {
              setName(current?.template.name ?? '');
              setIncomplete(false);
              setStep('name');
            }}
          >
            <Icon name="save" />
            Save as template
          </button>
        </div>
      )}
      <p class="field-problem" aria-live="polite">
        {incomplete
          ? 'Fill in an amount and a description first.'
          : (templates.refusal.value ?? undefined)}
      </p>
    </div>
  );
}
