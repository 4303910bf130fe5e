import { address } from './address.ts';
import { age } from './age.ts';
import { areaCode } from './area-code.ts';
import { birthDate, calendarDate } from './calendar-date.ts';
import {
  bankCard,
  email,
  hongKongMacaoPermit,
  landline,
  passport,
  plate,
  realEstateCertificate,
  taiwanPermit,
} from './documents.ts';
import { fileBase64 } from './file-base64.ts';
import { gps, latitude, longitude } from './gps.ts';
import { HIERARCHIES } from './hierarchies.ts';
import { ip } from './ip.ts';
import { mac } from './mac.ts';
import { mobile } from './mobile.ts';
import { imei, imsi } from './mobile-equipment.ts';
import { personName } from './name.ts';
import { driverLicence, residentId, socialSecurityNumber } from './resident-id.ts';
import type { SemanticType } from './semantic-type.ts';
import { sex } from './sex.ts';
import { unifiedSocialCreditCode } from './unified-social-credit-code.ts';
import { url } from './url.ts';

/** Every meaning a field can have. A contract that names another is not loaded. */
export const SEMANTIC_TYPES = {
  'cn.resident-id': residentId,
  'cn.driver-licence': driverLicence,
  'cn.social-security-number': socialSecurityNumber,
  'cn.uscc': unifiedSocialCreditCode,
  'cn.mobile': mobile,
  'cn.name': personName,
  'cn.landline': landline,
  'cn.passport': passport,
  'cn.hk-mo-permit': hongKongMacaoPermit,
  'cn.tw-permit': taiwanPermit,
  'cn.plate': plate,
  'cn.real-estate-certificate': realEstateCertificate,
  'bank-card': bankCard,
  email,
  'cn.area-code': areaCode,
  'cn.address': address,
  date: calendarDate,
  'date.birth': birthDate,
  age,
  sex,
  'icd-10': HIERARCHIES['icd-10'].type,
  'cn.industry': HIERARCHIES['cn.industry'].type,
  'cn.occupation': HIERARCHIES['cn.occupation'].type,
  'cn.ethnicity': HIERARCHIES['cn.ethnicity'].type,
  ip,
  mac,
  imei,
  imsi,
  gps,
  'gps.latitude': latitude,
  'gps.longitude': longitude,
  url,
  'file.base64': fileBase64,
} as const satisfies Record<string, SemanticType>;

export type SemanticTypeId = keyof typeof SEMANTIC_TYPES;

export function isSemanticTypeId(id: unknown): id is SemanticTypeId {
  return typeof id === 'string' && Object.hasOwn(SEMANTIC_TYPES, id);
}

export function semanticTypeOf(schema: { readonly [keyword: string]: unknown }): SemanticType | undefined {
  const id = schema['x-semantic'];
  return isSemanticTypeId(id) ? SEMANTIC_TYPES[id] : undefined;
}

/** Numbers that are another number under another name. */
const SAME_AS: Partial<Record<SemanticTypeId, SemanticTypeId>> = {
  'cn.driver-licence': 'cn.resident-id',
  'cn.social-security-number': 'cn.resident-id',
};

/**
 * What a field means to whatever limits, treats, keys or lints it: of a driver licence number that it is a resident id, so
 * that nobody gets under one name what is withheld under the other.
 */
export function meaningOf(schema: { readonly [keyword: string]: unknown }): SemanticTypeId | 'untyped' {
  const id = schema['x-semantic'];
  return isSemanticTypeId(id) ? (SAME_AS[id] ?? id) : 'untyped';
}
