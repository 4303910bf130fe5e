import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { fileDigest as digestOf } from '../keys/file-digest.ts';
import { base64Size } from '../semantic/file-base64.ts';
import { ANY_MISMATCH, type Treatment, UNFIT } from './treatment.ts';

/**
 * Without a key, because whoever has the file compares by it: the citizen who brought it, an office that was sent it.
 * What it stands for is then found by trying, where there is little to try. Below this size a file is hardly more than a
 * number or a name; above it a scan or a signed document has entropy to spare, but a form of 300 bytes with one number
 * filled in has not, and no length shows that. So it counts as a pseudonym without a key, which the linter reports.
 */
const MIN_BYTES = 256;

/** 文件摘要, by which whoever has the file can tell that it is this one. */
export const fileDigest: Treatment = {
  id: 'file.digest',
  version: 1,
  titleEn: 'The SHA-256 digest of a file',
  titleZh: '文件摘要（SHA-256）',
  caution: `A file of less than ${MIN_BYTES} bytes does not fit. A longer one that is a form with few blanks is still found by trying; give digests of scans and signed documents only.`,
  technique: 'pseudonymisation',
  deterministic: true,
  linkable: 'global',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['file.base64'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'digest']),
  emits: () => ({ type: 'string', pattern: '^[0-9a-f]{64}$' }),
  compile: () => (value) => {
    if (typeof value !== 'string' || (base64Size(value) ?? 0) < MIN_BYTES) return UNFIT;
    return digestOf(value);
  },
};
