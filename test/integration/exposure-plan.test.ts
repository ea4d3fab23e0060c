/** [EXP-1] No question walks the ledger: the database's own plan of every query says which index. */
import { expect, it, vi } from 'vitest';
import type { ExposureQuestion } from '../../protocol/ledger.ts';
import { askExposure } from '../../server/exposure/ask-exposure.ts';
import { TEST_STORE } from '../support/data-dir.ts';
import { sqliteOf } from '../support/server.ts';
import { buildWorld } from './exposure-model/world.ts';

// The indexes are the same on Postgres, which plans by how many rows it finds and not by them alone.
it.skipIf(TEST_STORE !== 'sqlite')(
  'reads by an index alone, whatever is asked',
  async () => {
    const world = await buildWorld(1, 60);
    const sqlite = sqliteOf({ store: world.deps.store });
    const { from, to } = world.history;
    const [siteId, agentId] = [world.siteIds[0] ?? '', world.agentIds[0] ?? ''];
    const conditions: Partial<ExposureQuestion>[] = [
      {},
      { siteId },
      { release: '1.0.0' },
      { release: '1.0.0', siteId },
      { agentId },
      { ip: '192.0.2.1' },
      { agentId, ip: '192.0.2.1', siteId, release: '1.0.0' },
    ];
    const prepare = vi.spyOn(sqlite, 'prepare');
    for (const condition of conditions) {
      await askExposure(world.deps, { from, to, ...condition }, null);
    }
    const asked = new Set(prepare.mock.calls.map(([sql]) => sql));
    prepare.mockRestore();
    // The head's last line is one row, from the table's end.
    const isLastLine = (sql: string) => /from "ledger" order by "n" desc limit \?$/.test(sql);
    const reading = [...asked].filter(
      (sql) => /^select/i.test(sql) && /"ledger/.test(sql) && !isLastLine(sql),
    );
    expect(reading.length).toBeGreaterThan(8);
    for (const sql of reading) {
      const plan = sqlite.prepare(`explain query plan ${sql}`);
      const steps = plan
        .all(...Array(sql.split('?').length - 1).fill(1))
        .map(({ detail }) => detail);
      // "SEARCH l USING INDEX ledger_by_agent (agent_id=? AND kind=? AND n>? AND n<?)"
      // Of a few visitors, and not of everybody.
      if (/"visitor_id" in/.test(sql) && /from "ledger"/.test(sql)) {
        expect({ sql, steps: steps.join('\n') }).toMatchObject({
          steps: expect.stringContaining('ledger_by_visitor'),
        });
      }
      expect({ sql, steps: steps.filter((step) => /^SCAN/.test(String(step))) }).toEqual({
        sql,
        steps: [],
      });
    }
    // The check is one that can fail.
    const scan = sqlite.prepare('explain query plan select n from ledger where hash = ?').all('x');
    expect(String(scan[0]?.detail)).toMatch(/^SCAN/);
    await world.close();
  },
  60_000,
);
