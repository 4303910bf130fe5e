import { judgeGrant } from '../plan/check-grant.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import { COMPILE_STEPS, type CompileSteps } from '../plan/compile-steps.ts';

/**
 * Loading for the linter alone: a grant that only shows too much is compiled all the same, so that it is told by L11
 * beside everything else that is to be said of it. Nothing is ever served from what was loaded so.
 */
export const COMPILE_OVER_LIMITS: CompileSteps = {
  ...COMPILE_STEPS,
  compileGrant: (granting) => {
    const { unfit } = judgeGrant(granting);
    return unfit.length > 0 ? { findings: unfit } : { plan: compilePlan(granting), findings: [] };
  },
};
