import { parseMobile } from './mobile.ts';
import { parseName } from './name.ts';
import { parseResidentId } from './resident-id.ts';
import { parseUnifiedSocialCreditCode } from './unified-social-credit-code.ts';

/** What a field is, beyond its JSON type: `x-semantic`. */
export interface SemanticType {
  readonly titleZh: string;
  /** One spelling for equal values, or undefined for a value that is not of this type. */
  normalise(value: string): string | undefined;
}

export const SEMANTIC_TYPES = {
  'cn.resident-id': { titleZh: '公民身份号码', normalise: (value) => parseResidentId(value)?.id },
  'cn.uscc': { titleZh: '统一社会信用代码', normalise: parseUnifiedSocialCreditCode },
  'cn.mobile': { titleZh: '移动电话号码', normalise: parseMobile },
  'cn.name': { titleZh: '姓名', normalise: parseName },
} as const satisfies Record<string, SemanticType>;

export type SemanticTypeId = keyof typeof SEMANTIC_TYPES;

export function isSemanticTypeId(id: unknown): id is SemanticTypeId {
  return typeof id === 'string' && Object.hasOwn(SEMANTIC_TYPES, id);
}
