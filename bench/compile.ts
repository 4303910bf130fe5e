import { compileGrant } from '../src/plan/compile-grant.ts';
import { compilePlan } from '../src/plan/compile-plan.ts';
import { measure, mediansOf, rounded } from './measure.ts';
import { CONSUMER, contractOf, grantEverything, grantOf, PURPOSE, wideSchema } from './subject.ts';

const FIELDS = 200;

/** CPU milliseconds to compile a grant of every field of a contract with 200, in a process that has done it before. */
export function compileBench(): Readonly<Record<string, number>> {
  const contract = contractOf(wideSchema(FIELDS));
  const granting = { grant: grantOf(grantEverything(contract)), contract, purpose: PURPOSE, consumer: CONSUMER };
  const { findings } = compileGrant(granting);
  if (findings.length > 0) throw new TypeError(JSON.stringify(findings[0]));
  const quick = measure(
    [
      { name: 'planCompileMs200', run: () => compilePlan(granting).fields.length },
      { name: 'grantCompileMs200', run: () => compileGrant(granting).plan?.fields.length ?? Number.NaN },
    ],
    { rounds: 20, perRound: 5 },
  );
  const slow = measure(
    [{ name: 'firstCheckMs200', run: () => compilePlan(granting).checkReleased({}, false).length }],
    { rounds: 10, perRound: 2 },
  );
  return Object.fromEntries(
    Object.entries({ ...mediansOf(quick), ...mediansOf(slow) }).map(([name, us]) => [name, rounded(us / 1000)]),
  );
}
