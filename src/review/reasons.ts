/** Why a field came out as it did: one code for each, and never a value. */
export const REASONS = {
  EXACT: { en: 'Granted, and given as it is.', zh: '授权原值' },
  TREATED: { en: 'Granted in the precision that the grant names.', zh: '按授权脱敏' },
  NOT_GRANTED: { en: 'No grant names the field for this purpose.', zh: '未授权' },
  FLOOR_FIELD: { en: 'The contract never shows more of the field.', zh: '信息项下限' },
  CEILING_BASIS: { en: 'The legal basis allows no more.', zh: '依据上限' },
  CEILING_PURPOSE: { en: 'The purpose may see no more.', zh: '用途上限' },
  CLEARANCE: { en: 'The department is not cleared for more than yes or no.', zh: '级别限制' },
  CEILING_DEPARTMENT: { en: 'The department may see no more.', zh: '部门上限' },
  NOT_ASKED: { en: 'The request did not ask for it.', zh: '本次未请求' },
  NO_VALUE: { en: 'The record has no value there, or the question was not sent.', zh: '无值' },
  NO_RECORD: { en: 'The source has no record.', zh: '查无记录' },
  ROW_OUTSIDE: { en: 'The record is outside the rows of the grant.', zh: '超出授权范围' },
  MISMATCH_DROPPED: { en: 'A value does not fit its treatment and was left out.', zh: '不符已舍弃' },
  MISMATCH_REDACTED: { en: 'A value does not fit its treatment and was redacted.', zh: '不符已遮盖' },
  MISMATCH_FAILED: { en: 'A value does not fit its treatment; nothing was released.', zh: '不符已中止' },
  WITH_ANOTHER: { en: 'Nothing was released because of another field.', zh: '因其他信息项中止' },
} as const satisfies Record<string, { readonly en: string; readonly zh: string }>;

export type Reason = keyof typeof REASONS;
