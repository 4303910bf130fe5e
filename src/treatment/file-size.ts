import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { base64Size } from '../semantic/file-base64.ts';
import { FAIL_OR_DROP, type Treatment, UNFIT } from './treatment.ts';

/** 文件大小, in bytes, instead of the file. */
export const fileSize: Treatment = {
  id: 'file.size',
  version: 1,
  titleEn: 'The size of a file, in bytes',
  titleZh: '文件大小',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['file.base64'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  onMismatch: FAIL_OR_DROP,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'size']),
  emits: () => ({ type: 'integer', minimum: 1 }),
  compile: () => (value) => (typeof value === 'string' ? (base64Size(value) ?? UNFIT) : UNFIT),
};
