import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claimed, verifyReceipt } from '../../../src/auditor/verify-receipt.ts';
import { inclusionProof } from '../../../src/transparency/prove.ts';
import { formatTlogProof } from '../../../src/transparency/tlog-proof.ts';
import { ledgerOf, readerOf, someEntries } from '../../support/ledger-rows.ts';
import { testPublisher } from '../../support/published.ts';

const publisher = testPublisher();
const { policy } = publisher;
const ledger = ledgerOf(someEntries(9));
const leaves = ledger.rows.map(({ leaf }) => leaf);
const hashes = await inclusionProof(readerOf(ledger).hashes(9), 6, 9);
const receiptUnder = (note: string): string =>
  formatTlogProof({ extra: undefined, index: 6, hashes, checkpoint: note });
const receipt = receiptUnder(publisher.publish(leaves).note);
const entry = ledger.rows[6]?.entry ?? '';
const verdictOf = (file: string, claimed: Partial<Claimed> = { entry }): string =>
  verifyReceipt(file, { policy, ...claimed }).verdict;

describe('a receipt', () => {
  it('verifies for its entry, or its leaf, under a checkpoint that the trust policy believes', () => {
    expect(verifyReceipt(receipt, { policy, entry })).toMatchObject({
      verdict: 'verified',
      index: 6,
      checkpoint: { origin: 'ledger.example/1', size: 9 },
    });
    expect(verdictOf(receipt, { leaf: Buffer.from(leaves[6] ?? '', 'hex') })).toBe('verified');
  });

  it('shows another entry for what it is', () => {
    expect(verdictOf(receipt, { entry: ledger.rows[5]?.entry })).toBe('tampered');
    expect(verdictOf(receipt, { leaf: Buffer.alloc(32) })).toBe('tampered');
  });

  it('is not anchored by a checkpoint of others, without witnesses, or without a trust policy', () => {
    expect(verdictOf(receiptUnder(testPublisher().publish(leaves).note))).toBe('consistent');
    expect(verdictOf(receiptUnder(publisher.publish(leaves, { witnessed: false }).note))).toBe('consistent');
    expect(verdictOf(receipt, { policy: undefined, entry })).toBe('consistent');
  });

  it('is incomplete without what it is for, and with extra data that nobody signed', () => {
    expect(verdictOf(receipt, {})).toBe('incomplete');
    expect(verdictOf(receipt, { entry: '{"a": 1}' })).toBe('incomplete');
    expect(verdictOf(receipt.replace('\nindex', '\nextra AAAA\nindex'))).toBe('incomplete');
  });

  it('never verifies with any one byte of it changed, left out or put in', () => {
    const bytes = Buffer.from(receipt);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(2), (at, byte, how) => {
        const put = how === 2 ? Buffer.alloc(0) : Buffer.of(byte);
        const broken = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(how === 0 ? at : at + 1)]);
        fc.pre(!broken.equals(bytes));
        expect(verdictOf(broken.toString('utf8'))).not.toBe('verified');
      }),
      { numRuns: 3000 },
    );
  });
});
