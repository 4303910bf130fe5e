import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { createWitnessesObserver } from '../../src/telemetry/witnesses-observer.ts';
import { parseExposition, sampleOf } from '../support/prometheus.ts';

describe('a witness that is missed', () => {
  it('is told in the log the first time, and when it is back; the metrics say which, how often and why', async () => {
    const registry = new Registry();
    const lines: string[] = [];
    const log = createLog({ now: () => 0, out: (line) => lines.push(line) });
    const observer = createWitnessesObserver([registry], log, ['audit', 'members']);
    observer.cosigned('audit');
    for (let miss = 0; miss < 3; miss += 1) observer.missed('members', 'unreachable');
    observer.cosigned('members');
    observer.cosigned('members');
    observer.missed('members', 'refused');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      'witness-missed',
      'witness-back',
      'witness-missed',
    ]);
    expect(lines[0]).toContain('"level":"error","event":"witness-missed","witness":"members","refusal":"unreachable"');
    const metrics = parseExposition(await registry.metrics());
    const live = (witness: string) => sampleOf(metrics, 'shuqiao_publisher_witness_live', { witness });
    expect([live('audit'), live('members')]).toEqual([1, 0]);
    const misses = (reason: string) => sampleOf(metrics, 'shuqiao_publisher_witness_misses_total', { reason });
    expect([misses('unreachable'), misses('refused')]).toEqual([3, 1]);
  });
});
