import { FaultsError } from '../domain/fault.ts';
import { parseTrustPolicy, TrustPolicyError } from '../transparency/parse-trust-policy.ts';
import type { TrustPolicy } from '../transparency/trust-policy.ts';
import { readSecretFile } from './secrets.ts';

/** A trust policy as C2SP tlog-policy has it, of at least one log. @throws FaultsError: who cannot read it trusts nobody */
export function readTrustPolicy(file: string): TrustPolicy {
  const text = readSecretFile(file);
  try {
    const policy = parseTrustPolicy(text);
    if (policy.logs.length > 0) return policy;
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    throw unusable(file, error.message, 'Write it as C2SP tlog-policy has it.');
  }
  throw unusable(file, 'it names no log', 'Add a line `log <vkey>`.');
}

function unusable(file: string, message: string, remedy: string): FaultsError {
  return new FaultsError([{ file, pointer: '', message, remedy }]);
}
