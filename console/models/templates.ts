/** Requests that are asked for often, shared by all agents: list, save, delete. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { PaymentTemplate, SavedTemplate } from '../../protocol/payments.ts';
import type { AgentLink } from './link.ts';

export interface Templates {
  /** By name. */
  readonly saved: ReadonlySignal<readonly SavedTemplate[]>;
  /** Why the last thing that was tried was refused. */
  readonly refusal: ReadonlySignal<string | null>;
  readonly busy: ReadonlySignal<boolean>;
  load(): Promise<void>;
  /** After a connect; nothing before they were shown. */
  refresh(): Promise<void>;
  /** One of that name is replaced. @returns its id, or `null` when it was refused. */
  save(template: PaymentTemplate): Promise<string | null>;
  remove(templateId: string): Promise<boolean>;
}

const sameName = (a: string, b: string) =>
  a.trim().localeCompare(b.trim(), undefined, { sensitivity: 'accent' }) === 0;

export function createTemplates(link: AgentLink): Templates {
  const saved = signal<readonly SavedTemplate[]>([]);
  const refusal = signal<string | null>(null);
  const busy = signal(false);

  let shown = false;

  async function load() {
    shown = true;
    const answer = await link.request('template:list', {});
    refusal.value = answer.ok ? null : answer.error.message;
    if (!answer.ok) return;
    saved.value = answer.data.templates.toSorted((a, b) =>
      a.template.name.localeCompare(b.template.name),
    );
  }

  return {
    saved,
    refusal,
    busy,
    load,
    refresh: async () => {
      if (shown) await load();
    },
    async save(template) {
      if (busy.peek()) return null;
      busy.value = true;
      const known = saved.peek().find((item) => sameName(item.template.name, template.name));
      const answer = await link.request('template:save', {
        templateId: known?.templateId ?? null,
        template,
      });
      if (answer.ok) await load();
      busy.value = false;
      refusal.value = answer.ok ? null : answer.error.message;
      return answer.ok ? answer.data.templateId : null;
    },
    async remove(templateId) {
      if (busy.peek()) return false;
      busy.value = true;
      const answer = await link.request('template:delete', { templateId });
      // Somebody else was faster: gone all the same.
      const gone = answer.ok || answer.error.code === 'template_unknown';
      if (gone) await load();
      busy.value = false;
      refusal.value = gone || answer.ok ? null : answer.error.message;
      return gone;
    },
  };
}
