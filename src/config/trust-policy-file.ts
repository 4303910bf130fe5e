import { FaultsError } from '../domain/fault.ts';
import { parseTrustPolicy, TrustPolicyError } from '../transparency/parse-trust-policy.ts';
import type { TrustPolicy } from '../transparency/trust-policy.ts';
import { readSecretFile } from './secrets.ts';

/** A trust policy as C2SP tlog-policy has it. @throws FaultsError: whoever cannot read whom to trust trusts nobody */
export function readTrustPolicy(file: string): TrustPolicy {
  const text = readSecretFile(file);
  try {
    return parseTrustPolicy(text);
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    throw new FaultsError([
      { file, pointer: '', message: error.message, remedy: 'Write it as C2SP tlog-policy has it.' },
    ]);
  }
}
