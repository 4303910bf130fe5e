import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { parseUrl } from '../semantic/url.ts';
import { ANY_MISMATCH, type Treatment, UNFIT } from './treatment.ts';

/** 网站: https://who:word@example.cn/110199…?token=… → https://example.cn. User, path, query and fragment are gone. */
export const urlOrigin: Treatment = {
  id: 'url.origin',
  version: 1,
  titleEn: 'The site of a web address',
  titleZh: '网址截取至站点',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['url'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: () => precision(['presence', 'origin']),
  emits: () => ({ type: 'string', pattern: '^https?://[^/?#@]+$' }),
  compile: () => (value) => (typeof value === 'string' ? (parseUrl(value)?.origin ?? UNFIT) : UNFIT),
};
