import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Parts } from '../../src/core.ts';
import { STAGES } from '../../src/domain/observer.ts';
import { PROBLEMS, type ProblemCode } from '../../src/domain/problems.ts';
import { record } from '../support/fake-source.ts';
import { exampleResident, type HarnessOptions, IDENTITY, startHarness } from '../support/harness.ts';
import { canaries, expectEntered, expectNoneOf, expectProblem, kept } from '../support/problems.ts';
import { ask, type Going, MADE_UP, WAYS } from '../support/ways-into-problems.ts';

describe('every problem there is', () => {
  let shared: Gateway;
  beforeAll(async () => {
    shared = await makeGateway({});
  });
  afterAll(async () => {
    await shared.harness.close();
  });

  it('has a way into it here', () => {
    expect(Object.keys(WAYS).sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  it.for(Object.entries(WAYS))(
    '%s: answered as the table says, entered with how far it got, and quoting nothing',
    async ([name, way]) => {
      const code = name as ProblemCode;
      const { harness, parts } = way.gateway === undefined ? shared : await makeGateway(way.gateway);
      if (harness !== shared.harness) onTestFinished(harness.close);
      harness.source.behave(way.source ?? record(exampleResident()));
      const headers = { 'Request-Id': randomUUID() };
      const call: Going['call'] = async (options = {}) =>
        await harness.call({ path: IDENTITY, body: ask, ...options, headers: { ...headers, ...options.headers } });
      const before = (await harness.entries()).length;
      const reply = await (way.go ?? (async () => await call()))({ harness, parts, headers, call });
      if (reply !== undefined) {
        if (way.unread !== true) expect(reply.headers['request-id']).toBe(headers['Request-Id']);
        expectNoneOf([JSON.stringify(reply.headers), reply.body], [MADE_UP]);
      }
      if (way.passed === 'nothing is entered') {
        if (reply !== undefined) expectProblem(reply, code, undefined);
        expect(await harness.entries()).toHaveLength(before);
      } else await expectEntered(harness, reply, { code, stages: STAGES.slice(0, way.passed) });
      expectNoneOf(await kept(harness), [MADE_UP, ...canaries()]);
    },
  );
});

type Gateway = Pick<Going, 'harness' | 'parts'>;

async function makeGateway(options: HarnessOptions): Promise<Gateway> {
  const given: Parts[] = [];
  const harness = await startHarness({
    ...options,
    parts: (parts) => {
      given.push(parts);
      return options.parts?.(parts) ?? {};
    },
  });
  const [parts] = given;
  if (parts === undefined) throw new Error('the gateway was made of nothing');
  return { harness, parts };
}
