import { createTreatmentKeys } from '../../src/keys/treatment-keys.ts';

/** Keys that are the same in every test, so that what they make can be compared. */
export const TREATMENT_KEYS = createTreatmentKeys(new Uint8Array(32).fill(7));

/** Those of one scope. */
export const SCOPED_KEYS = TREATMENT_KEYS.for({ provider: 'public-security', consumer: 'taxation', purpose: 'tests' });
