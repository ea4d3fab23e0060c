import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../protocol/errors.ts';
import { ok } from '../../test/support/console-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { createTemplates, type Templates } from './templates.ts';

let link: FakeLink;
let templates: Templates;
const template = (name: string) => ({
  name,
  amountMinor: 5000,
  currency: 'EUR',
  description: 'Deposit',
});
const listed = (...names: string[]) =>
  link.next('template:list').answer(
    ok({
      templates: names.map((name) => ({ templateId: `pt_${name}`, template: template(name) })),
    }),
  );
beforeEach(async () => {
  link = createFakeLink();
  templates = createTemplates(link);
  void templates.load();
  await listed('Postage', 'Deposit');
});

describe('saved requests', () => {
  it('stand by name', () => {
    expect(templates.saved.value.map((saved) => saved.template.name)).toEqual([
      'Deposit',
      'Postage',
    ]);
  });

  it('replace the one of the same name, and else are new', async () => {
    void templates.save(template('deposit '));
    const replacing = link.next('template:save');
    expect(replacing.body).toMatchObject({ templateId: 'pt_Deposit' });
    await replacing.answer(ok({ templateId: 'pt_Deposit' }));
    await listed('deposit', 'Postage');
    const saved = templates.save(template('Sail'));
    const making = link.next('template:save');
    expect(making.body).toMatchObject({ templateId: null });
    await making.answer(ok({ templateId: 'pt_Sail' }));
    await listed('deposit', 'Postage', 'Sail');
    expect(await saved).toBe('pt_Sail');
  });

  it('say why they could not be saved', async () => {
    const saved = templates.save(template('Sail'));
    await link.next('template:save').answer(refuse('amount_too_small'));
    expect(await saved).toBe(null);
    expect(templates.refusal.value).toContain('below the smallest');
  });

  it('are gone once they are deleted, by whomever', async () => {
    const removed = templates.remove('pt_Deposit');
    await link.next('template:delete').answer(refuse('template_unknown'));
    await listed('Postage');
    expect(await removed).toBe(true);
    expect(templates.refusal.value).toBe(null);
  });
});
