import { Type } from '@sinclair/typebox';
import type { JsonObject } from '../domain/json.ts';
import type { ScopedKeys } from '../domain/treatment-keys.ts';
import { FOUND, type Found, findIdentifiers } from '../semantic/find-identifiers.ts';
import { exactPrecision } from '../semantic/precisions.ts';
import { cnMobile } from './cn-mobile.ts';
import { cnResidentId } from './cn-resident-id.ts';
import { cnUscc } from './cn-uscc.ts';
import { ENDS_OF_DOCUMENTS } from './ends-of-document.ts';
import { HIDDEN } from './masked.ts';
import { ANY_MISMATCH, type Treat, type Treatment, UNFIT } from './treatment.ts';

const MASKS: ReadonlyMap<string, Treatment> = new Map(
  [cnResidentId, cnUscc, cnMobile, ...ENDS_OF_DOCUMENTS].map((treatment) => [treatment.id, treatment]),
);

/** How much each mask leaves: enough for whoever knows the number to see that it is the one. */
const LEAVES: Readonly<Record<Found['semantic'], JsonObject>> = {
  email: { head: true, tail: true },
  'cn.resident-id': { area: 6, tail: 0 },
  'cn.uscc': { keep: 'area' },
  'cn.plate': { head: true, tail: true },
  'cn.mobile': { head: 3, tail: 4 },
  'cn.landline': { head: true, tail: false },
  'bank-card': { head: false, tail: true },
};

/**
 * 自由文本扫描: 电话13800138000 → 电话138****8000. Numbers are found by their forms, also full-width and with spaces and dashes
 * in them; names, addresses and what is spelled out are not. So it gives the text to nobody who may not have it as it is,
 * which is what it says it reveals.
 */
export const textScan: Treatment = {
  id: 'text.scan',
  version: 1,
  titleEn: 'Free text, with the numbers in it masked (best effort)',
  titleZh: '自由文本扫描（尽力而为）',
  caution:
    'Best effort 尽力而为: it masks resident ids, credit codes, mobile and landline numbers, bank cards, plates and email addresses that it recognises, and nothing else. No names, no addresses, no numbers in words. It counts as the text itself, so only a grant that may show that can use it.',
  technique: 'suppression',
  deterministic: true,
  linkable: 'global',
  reversible: 'everybody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['untyped'] },
  parameters: Type.Object({}, { additionalProperties: false }),
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ schema }) => exactPrecision(schema),
  // Masks have other lengths than what they stand for, so nothing that the contract says of the text is promised.
  emits: () => ({ type: 'string' }),
  compile: (_, keys) => {
    const masks = new Map(FOUND.map((semantic) => [semantic, maskOf(semantic, keys)]));
    return (value, circumstances) => {
      if (typeof value !== 'string') return UNFIT;
      let masked = '';
      let at = 0;
      for (const { semantic, from, to, value: found } of findIdentifiers(value)) {
        const piece = masks.get(semantic)?.(found, circumstances);
        masked += value.slice(at, from) + (typeof piece === 'string' ? piece : HIDDEN.repeat(4));
        at = to;
      }
      return masked + value.slice(at);
    };
  },
};

function maskOf(semantic: Found['semantic'], keys: ScopedKeys): Treat | undefined {
  const site = {
    schema: { type: 'string', 'x-semantic': semantic },
    parameters: LEAVES[semantic],
    matchParameters: [],
  };
  return MASKS.get(semantic)?.compile(site, keys);
}
