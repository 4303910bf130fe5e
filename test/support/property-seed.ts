import fc from 'fast-check';

/** The cases of `npm test`: the same for everybody, so that what fails there was broken by the change at hand. */
const WRITTEN_DOWN = 20_261_128;

const asked = process.env['SHUQIAO_PROPERTY_SEED'];
const isDeep = process.env['SHUQIAO_PROPERTY_RUNS'] !== undefined;

/** Of every property of this run; new ones with SHUQIAO_PROPERTY_SEED=random and in `npm run test:deep`. */
export const PROPERTY_SEED =
  asked === 'random' || (asked === undefined && isDeep) ? Date.now() % 1_000_000_000 : Number(asked ?? WRITTEN_DOWN);

fc.configureGlobal({ seed: PROPERTY_SEED });
