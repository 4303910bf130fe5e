import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Circuit,
  type CircuitSettings,
  createCircuit,
  type Permit,
  type Verdict,
} from '../../../src/data-plane/3-fetch/circuit.ts';
import { verdictOf } from '../../../src/data-plane/3-fetch/verdict-of.ts';
import type { BreakerChange } from '../../../src/domain/observer.ts';
import { Problem } from '../../../src/domain/problem.ts';
import type { ProblemCode } from '../../../src/domain/problems.ts';

const SETTINGS: CircuitSettings = {
  failurePercent: 50,
  minimumCalls: 10,
  windowMs: 10_000,
  consecutiveFailures: 5,
  restMs: 1000,
  probes: 3,
};

interface Bench {
  readonly circuit: Circuit;
  readonly changes: BreakerChange[];
  after(ms: number): void;
  /** Ends calls at once: `+` healthy, `-` unhealthy, `?` unknown; what is not permitted is answered with `x`. */
  calls(verdicts: string): string;
}

function bench(settings: Partial<CircuitSettings> = {}): Bench {
  let now = 1_800_000_000_000;
  const changes: BreakerChange[] = [];
  const circuit = createCircuit({ ...SETTINGS, ...settings }, { now: () => now }, (change) => changes.push(change));
  const end = (sign: string): string => {
    const permit = circuit.permit();
    permit?.(sign === '+' ? 'healthy' : sign === '-' ? 'unhealthy' : 'unknown');
    return permit === undefined ? 'x' : sign;
  };
  return {
    circuit,
    changes,
    after: (ms) => {
      now += ms;
    },
    calls: (verdicts) => verdicts.split('').map(end).join(''),
  };
}

const taken = (permit: Permit | undefined): Permit => {
  if (permit === undefined) throw new Error('not permitted');
  return permit;
};

describe('a breaker, of what users of others complain about', () => {
  it('opens at the configured count and not before, also the second time', () => {
    const { circuit, calls, after } = bench({ probes: 1 });
    expect(calls('----')).toBe('----');
    expect(circuit.state()).toBe('closed');
    expect(calls('-')).toBe('-');
    expect(circuit.state()).toBe('open');
    after(1000);
    expect(calls('+')).toBe('+');
    expect(calls('----')).toBe('----');
    expect(circuit.state()).toBe('closed');
  });

  it('rests as long as it is configured each time, and does not double it', () => {
    const { circuit, calls, after } = bench();
    calls('-----');
    for (let time = 0; time < 5; time += 1) {
      after(999);
      expect(circuit.state()).toBe('open');
      expect(circuit.restMs()).toBe(1);
      after(1);
      expect(calls('-')).toBe('-');
      expect(circuit.state()).toBe('open');
      expect(circuit.restMs()).toBe(1000);
    }
  });

  it('is not touchy at low traffic: few failures are no share', () => {
    const { circuit, calls, after } = bench();
    for (let minute = 0; minute < 20; minute += 1) {
      calls('-+');
      after(60_000);
    }
    expect(circuit.state()).toBe('closed');
  });

  it('is not dull at high traffic: it opens by the share, though never so many fail in a row', () => {
    const { circuit, calls, changes } = bench();
    calls('--+--+--+-');
    expect(circuit.state()).toBe('open');
    expect(changes).toEqual([{ from: 'closed', to: 'open', why: 'share-of-failures' }]);
  });

  it('opens above the share only, and forgets what is older than the window', () => {
    const half = bench();
    half.calls('+-+-+-+-+-+-');
    expect(half.circuit.state()).toBe('closed');
    const old = bench();
    old.calls('+----');
    old.after(10_000);
    old.calls('+----');
    expect(old.circuit.state()).toBe('closed');
    const slid = bench();
    slid.calls('+----');
    slid.after(8_999);
    slid.calls('+----');
    expect(slid.circuit.state()).toBe('open');
  });

  it.for<[ProblemCode, string]>([
    ['source.unavailable', 'unhealthy'],
    ['source.timeout', 'unhealthy'],
    ['source.failed', 'unhealthy'],
    ['source.too-large', 'unhealthy'],
    ['source.contract-broken', 'unhealthy'],
    ['source.refused', 'healthy'],
    ['source.unauthorized', 'healthy'],
    ['caller.left', 'unknown'],
    ['exchange.timeout', 'unknown'],
    ['source.busy', 'unknown'],
    ['internal', 'unknown'],
  ])('takes %s for %s', ([code, verdict]) => {
    expect(verdictOf(new Problem(code))).toBe(verdict);
  });

  it('takes a fault of our own for nothing', () => {
    expect(verdictOf(new TypeError())).toBe('unknown');
  });

  it('is not opened by callers who leave, however many, nor closed by them', () => {
    const { circuit, calls, after } = bench();
    calls('?'.repeat(100));
    expect(circuit.state()).toBe('closed');
    expect(calls('----?-')).toBe('----?-');
    expect(circuit.state()).toBe('open');
    after(1000);
    expect(calls('?????')).toBe('?????');
    expect(circuit.state()).toBe('half-open');
    calls('+++');
    expect(circuit.state()).toBe('closed');
  });

  it('lets nobody through while it is open, and one at a time while it is half-open', () => {
    const { circuit, calls, after } = bench();
    calls('-----');
    expect(calls('+++')).toBe('xxx');
    after(1000);
    const probe = taken(circuit.permit());
    expect(calls('+++')).toBe('xxx');
    probe('healthy');
    expect(circuit.state()).toBe('half-open');
    expect(calls('++')).toBe('++');
    expect(circuit.state()).toBe('closed');
  });

  it('opens again by one probe that fails, whatever succeeded before it', () => {
    const { circuit, calls, after, changes } = bench();
    calls('-----');
    after(1000);
    calls('++-');
    expect(circuit.state()).toBe('open');
    after(1000);
    expect(calls('++')).toBe('++');
    expect(circuit.state()).toBe('half-open');
    expect(changes.map(({ why }) => why)).toEqual(['failures-in-a-row', 'rested', 'probe-failed', 'rested']);
  });

  it('becomes half-open although everything under way failed at the same time', () => {
    const { circuit, after } = bench();
    const permits = Array.from({ length: 50 }, () => taken(circuit.permit()));
    for (const permit of permits) permit('unhealthy');
    after(1000);
    expect(circuit.state()).toBe('half-open');
  });

  it('does not take for evidence what began under an earlier state', () => {
    const { circuit, calls, after } = bench({ probes: 1 });
    const slow = [taken(circuit.permit()), taken(circuit.permit())];
    calls('-----');
    after(1000);
    slow[0]?.('healthy');
    expect(circuit.state()).toBe('half-open');
    calls('+');
    slow[1]?.('unhealthy');
    calls('----');
    expect(circuit.state()).toBe('closed');
  });

  it('counts a call that is ended twice once', () => {
    const { circuit } = bench();
    const permit = taken(circuit.permit());
    for (let time = 0; time < 10; time += 1) permit('unhealthy');
    expect(circuit.state()).toBe('closed');
  });

  it('is opened by hand until it is reset, whatever time passes, and reset works in every state', () => {
    const { circuit, calls, after, changes } = bench();
    circuit.hold();
    after(1_000_000);
    expect(calls('+')).toBe('x');
    expect(circuit.restMs()).toBe(1000);
    circuit.reset();
    expect(calls('+')).toBe('+');
    calls('-----');
    circuit.reset();
    expect(circuit.state()).toBe('closed');
    calls('-----');
    after(1000);
    expect(circuit.state()).toBe('half-open');
    circuit.reset();
    expect(circuit.state()).toBe('closed');
    calls('----');
    circuit.reset();
    calls('----');
    expect(circuit.state()).toBe('closed');
    expect(changes.filter(({ why }) => why === 'by-hand')).toHaveLength(4);
  });

  it('does not rest for longer because the clock was set back', () => {
    const { circuit, calls, after } = bench();
    calls('-----');
    after(-3_600_000);
    expect(circuit.restMs()).toBe(1000);
    after(1000);
    expect(circuit.state()).toBe('half-open');
  });

  it('tells each change once, with the state it came from', () => {
    const { circuit, calls, after, changes } = bench({ probes: 1 });
    calls('-----');
    after(5000);
    circuit.state();
    circuit.state();
    calls('+');
    expect(changes).toEqual([
      { from: 'closed', to: 'open', why: 'failures-in-a-row' },
      { from: 'open', to: 'half-open', why: 'rested' },
      { from: 'half-open', to: 'closed', why: 'probes-succeeded' },
    ]);
  });
});

describe('whatever calls begin, end and overlap', () => {
  const verdict = fc.constantFrom('healthy' as const, 'unhealthy' as const, 'unknown' as const);
  const steps = fc.array(
    fc.record({ wait: fc.integer({ min: 0, max: 800 }), verdict, takes: fc.integer({ min: 0, max: 5 }) }),
    { maxLength: 200 },
  );

  it('no more than one probe is under way, none begins while it is open, and it opens for no fewer failures than it may', () => {
    fc.assert(
      fc.property(steps, (calls) => {
        const { circuit, after, changes } = bench();
        const running: { readonly permit: Permit; readonly verdict: Verdict; ends: number; readonly probe: boolean }[] =
          [];
        let failed = 0;
        for (const [at, call] of calls.entries()) {
          after(call.wait);
          for (const one of running.filter(({ ends }) => ends === at)) {
            const before = changes.length;
            if (one.verdict === 'unhealthy') failed += 1;
            one.permit(one.verdict);
            const opened = changes.slice(before).some(({ from, to }) => from === 'closed' && to === 'open');
            expect(!opened || failed >= 5).toBe(true);
            if (changes.length > before) failed = 0;
            one.ends = -1;
          }
          const state = circuit.state();
          const permit = circuit.permit();
          expect(permit === undefined || state !== 'open').toBe(true);
          if (permit !== undefined)
            running.push({ permit, verdict: call.verdict, ends: at + 1 + call.takes, probe: state === 'half-open' });
          const probes = running.filter(({ ends, probe }) => probe && ends > at);
          expect(circuit.state() !== 'half-open' || probes.length <= 1).toBe(true);
        }
      }),
    );
  });
});
