// GB 32100-2015: I, O, S, V and Z are left out because they are mistaken for digits.
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const BODY_LENGTH = 17;

/** Weights are 3^i mod 31. */
export function unifiedSocialCreditCodeCheck(body: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of body) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/** 统一社会信用代码 in capitals, or undefined if its characters or its check do not fit. N… and Y… codes included. */
export function parseUnifiedSocialCreditCode(value: string): string | undefined {
  const text = value.normalize('NFKC').toUpperCase();
  if (!/^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(text)) return undefined;
  return unifiedSocialCreditCodeCheck(text.slice(0, BODY_LENGTH)) === text[BODY_LENGTH] ? text : undefined;
}
