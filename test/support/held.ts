import type { GrantedField } from '../../src/domain/grant.ts';
import type { JsonSchema } from '../../src/domain/json.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { compilePlan } from '../../src/plan/compile-plan.ts';
import { contractOf } from './plan-of.ts';
import { TREATMENT_KEYS } from './treatment-keys.ts';

export const EXACT = { '*': ['exact'] } as const;

/** A plan that gives a department these fields of the records of this schema, and is in force. */
export function held(department: string, schema: JsonSchema, ...fields: readonly GrantedField[]): Plan {
  return compilePlan({
    contract: contractOf(schema),
    purpose: { id: 'p', name: { en: 'p', zh: '用' }, legalBasis: [], ceiling: EXACT },
    consumer: { id: department, name: { en: 'd', zh: '部' }, clearance: 'important' },
    keys: TREATMENT_KEYS,
    grant: {
      id: `of-${department}`,
      consumer: { department, systems: [`${department}.s`] },
      contract: 'd.r.v1',
      purpose: 'p',
      parameters: [],
      fields,
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2029-01-01T00:00:00Z',
    },
  });
}
