import { age } from './age.ts';
import { areaCode } from './area-code.ts';
import { birthDate, calendarDate } from './calendar-date.ts';
import { bankCard, email, hongKongMacaoPermit, landline, passport, plate, taiwanPermit } from './documents.ts';
import { mobile } from './mobile.ts';
import { personName } from './name.ts';
import { residentId } from './resident-id.ts';
import type { SemanticType } from './semantic-type.ts';
import { sex } from './sex.ts';
import { unifiedSocialCreditCode } from './unified-social-credit-code.ts';

/** Every meaning a field can have. A contract that names another is not loaded. */
export const SEMANTIC_TYPES = {
  'cn.resident-id': residentId,
  'cn.uscc': unifiedSocialCreditCode,
  'cn.mobile': mobile,
  'cn.name': personName,
  'cn.landline': landline,
  'cn.passport': passport,
  'cn.hk-mo-permit': hongKongMacaoPermit,
  'cn.tw-permit': taiwanPermit,
  'cn.plate': plate,
  'bank-card': bankCard,
  email,
  'cn.area-code': areaCode,
  date: calendarDate,
  'date.birth': birthDate,
  age,
  sex,
} as const satisfies Record<string, SemanticType>;

export type SemanticTypeId = keyof typeof SEMANTIC_TYPES;

export function isSemanticTypeId(id: unknown): id is SemanticTypeId {
  return typeof id === 'string' && Object.hasOwn(SEMANTIC_TYPES, id);
}

export function semanticTypeOf(schema: { readonly [keyword: string]: unknown }): SemanticType | undefined {
  const id = schema['x-semantic'];
  return isSemanticTypeId(id) ? SEMANTIC_TYPES[id] : undefined;
}
