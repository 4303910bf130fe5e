import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { believeProof } from '../../src/client/believe-proof.ts';
import { type Answer, type Proof, ShuqiaoProblem, ShuqiaoProofInvalid } from '../../src/client/shuqiao-client.ts';
import { generateSignerKey } from '../../src/transparency/note-keys.ts';
import { parseTrustPolicy } from '../../src/transparency/parse-trust-policy.ts';
import { ORIGIN, type Publishing, publishing } from '../support/checkpoint-table.ts';
import { clientOf, thrown } from '../support/client.ts';
import { AGENT_DESK, type Harness, startHarness } from '../support/harness.ts';

let harness: Harness;
let publisher: Publishing;
let answer: Answer;
beforeAll(async () => {
  harness = await startHarness({ environment: { SHUQIAO_LEDGER_ORIGIN: ORIGIN } });
  publisher = await publishing(harness);
});
afterAll(async () => await harness.close());

const trusting = (more = 'quorum none'): string => `log ${publisher.vkey}\n${more}\n`;
const WITNESS = generateSignerKey('witness.example/1', 'cosignature/v1').vkey;

/** What the gateway would have to give for the client to see it. */
function refusalOf(file: string, { receipt }: Pick<Answer, 'receipt'>, trustPolicy = trusting()): unknown {
  try {
    return believeProof(file, receipt, parseTrustPolicy(trustPolicy));
  } catch (error) {
    return error instanceof ShuqiaoProofInvalid ? error.reason : error;
  }
}

describe('the proof of an exchange', () => {
  let proof: Proof | undefined;

  it('is there once a checkpoint covers it, and is believed for the receipt by the trust policy of the consumer', async () => {
    const client = clientOf(harness.gateway.urls.exchange);
    answer = await client.exchange({
      contract: 'public-security.resident-identity.v1',
      purpose: 'open-a-shop',
      query: { residentId: harness.resident.residentId, name: harness.resident.name },
    });
    const asked = { ...answer, trustPolicy: trusting() };
    expect(await client.proof(asked)).toBeUndefined();
    await harness.call();
    await publisher.publish();
    proof = await client.proof(asked);
    expect(proof).toMatchObject({ origin: ORIGIN, size: 2, cosignedBy: [] });
    client.close();
  });

  it('is not believed for another receipt, under another log, or changed in any of its parts', () => {
    const { file = '' } = proof ?? {};
    expect(refusalOf(file, answer)).toEqual(proof);
    expect(refusalOf(file, { receipt: { ...answer.receipt, leaf: '00'.repeat(32) } })).toBe('inclusion');
    expect(refusalOf(file, { receipt: { ...answer.receipt, index: 1 } })).toBe('receipt');
    const stranger = generateSignerKey(ORIGIN, 'ed25519').vkey;
    expect(refusalOf(file, answer, `log ${stranger}\nquorum none\n`)).toBe('log');
    expect(refusalOf(file.replace('\n2\n', '\n3\n'), answer)).toBe('log');
    expect(refusalOf(file.replace('\nindex 0\n', '\nindex 1\n'), answer)).toBe('receipt');
    expect(refusalOf(`${file}\n`, answer)).toBe('form');
    expect(refusalOf('', answer)).toBe('form');
  });

  it('is not enough without the witnesses that the trust policy asks for', () => {
    const asking = trusting(`witness audit ${WITNESS}\nquorum audit`);
    expect(refusalOf(proof?.file ?? '', answer, asking)).toBe('witnesses');
  });

  it('is for the system whose exchange it was', async () => {
    const other = clientOf(harness.gateway.urls.exchange, { system: AGENT_DESK });
    const error = await thrown(other.proof({ ...answer, trustPolicy: trusting() }));
    expect(error).toBeInstanceOf(ShuqiaoProblem);
    expect((error as ShuqiaoProblem).is('receipt.unknown')).toBe(true);
    other.close();
  });
});
