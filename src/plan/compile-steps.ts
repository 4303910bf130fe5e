import { compileContract } from '../contract/compile-contract.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';
import { compileGrant } from './compile-grant.ts';

/** The two steps of loading that take long. */
export interface CompileSteps {
  readonly compileContract: typeof compileContract;
  readonly compileGrant: typeof compileGrant;
  /** Everything there is has been compiled: what was not asked for is gone. */
  readonly forget?: () => void;
}

export const COMPILE_STEPS: CompileSteps = { compileContract, compileGrant };

/**
 * Steps that remember what they made last of each contract and grant, and make it again if anything that it is made of
 * is another. With thousands of grants, of which one changes, a reload that compiled all of them would hold up every
 * exchange meanwhile, and a revoked grant would outlive its second.
 */
export function rememberingSteps(): CompileSteps {
  const contracts = memoryOf<ReturnType<typeof compileContract>>();
  const grants = memoryOf<ReturnType<typeof compileGrant>>();
  let keysOfGrants: TreatmentKeys | undefined;
  return {
    compileContract: (source) =>
      contracts.recall(source.contractFile, { madeOf: JSON.stringify(source), make: () => compileContract(source) }),
    compileGrant: (granting) => {
      const { grant, contract, purpose, consumer, keys } = granting;
      // A new epoch of the key ring: what was compiled without it is not what would be compiled now.
      if (keys !== keysOfGrants) grants.clear();
      keysOfGrants = keys;
      const madeOf = JSON.stringify([grant, contract.hash, purpose, consumer]);
      return grants.recall(grant.id, { madeOf, make: () => compileGrant(granting) });
    },
    forget: () => {
      contracts.forget();
      grants.forget();
    },
  };
}

interface Memory<T> {
  recall(name: string, making: { readonly madeOf: string; readonly make: () => T }): T;
  /** What was not recalled since it was last asked to. */
  forget(): void;
  clear(): void;
}

function memoryOf<T>(): Memory<T> {
  const memory = new Map<string, { readonly madeOf: string; readonly made: T }>();
  const recalled = new Set<string>();
  return {
    recall: (name, { madeOf, make }) => {
      recalled.add(name);
      const last = memory.get(name);
      if (last?.madeOf === madeOf) return last.made;
      const made = make();
      memory.set(name, { madeOf, made });
      return made;
    },
    forget: () => {
      for (const name of memory.keys()) if (!recalled.has(name)) memory.delete(name);
      recalled.clear();
    },
    clear: () => memory.clear(),
  };
}
