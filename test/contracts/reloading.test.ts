import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { rememberingSteps } from '../../src/plan/compile-steps.ts';
import { loadSnapshot } from '../../src/plan/load-snapshot.ts';
import { copyOf, type Edit, load, set } from './broken-copy.ts';

const GRANT = 'policies/grants/open-a-shop-identity.json';
const SCHEMA = 'contracts/public-security/resident-identity/v1/schema.json';

/** What is made again when a copy that was loaded once is edited and loaded again. */
function reload(...edits: readonly Edit[]): {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly fresh: Snapshot;
} {
  const root = copyOf();
  const steps = rememberingSteps();
  const again = (): Snapshot =>
    loadSnapshot({ contractsDir: join(root, 'contracts'), policiesDir: join(root, 'policies') }, undefined, steps);
  const before = again();
  for (const edit of edits) edit(root);
  return { before, after: again(), fresh: load(root) };
}

const remade = ({ before, after }: Pick<ReturnType<typeof reload>, 'before' | 'after'>): readonly string[] =>
  after.plans.filter((plan) => !before.plans.includes(plan)).map(({ grant }) => grant.id);

const EDITS: readonly (readonly [what: string, edit: Edit, remade: (id: string, purpose: string) => boolean])[] = [
  ['nothing', () => {}, () => false],
  ['a grant', set(GRANT, '/validUntil', '2030-01-01T00:00:00+08:00'), (id) => id === 'open-a-shop-identity'],
  ['a contract', set(SCHEMA, '/properties/status/description', 'x'), (id) => /identity|household/.test(id)],
  [
    'the ceiling of a purpose',
    set('policies/purposes.json', '/purposes/0/ceiling/cn.mobile', 'ends'),
    (_, purpose) => purpose === 'open-a-shop',
  ],
  [
    'a legal basis',
    set('policies/legal-bases.json', '/legalBases/2/validUntil', '2030-01-01T00:00:00+08:00'),
    (_, purpose) => purpose === 'hotline-call-back',
  ],
  [
    'the clearance of a department',
    set('policies/departments.json', '/departments/5/clearance', 'general-4'),
    (_, purpose) => purpose === 'hotline-call-back',
  ],
];

describe('a reload that remembers', () => {
  it.each(EDITS)(
    'gives what a fresh one gives, and makes only the plans again that %s has a part in',
    (_, edit, isMade) => {
      const { before, after, fresh } = reload(edit);
      expect(after.hash).toBe(fresh.hash);
      expect(after.plans.map(({ hash }) => hash)).toEqual(fresh.plans.map(({ hash }) => hash));
      const expected = after.plans
        .filter(({ grant, purpose }) => isMade(grant.id, purpose.id))
        .map(({ grant }) => grant.id);
      expect(remade({ before, after })).toEqual(expected);
    },
  );
});
