/** A way to treat data that products of this kind have, by its row and name in the catalogue that these were chosen from. */
interface CatalogueRow {
  /** A passing on and answering, B text, C names and numbers, D dates, E values, F sets, G replacing, H content. */
  readonly row: string;
  readonly id: string;
}

/** One that treatments here do, under these ids. */
export interface Covered extends CatalogueRow {
  readonly by: readonly string[];
  /** How, where it is not plain. */
  readonly how?: string;
}

/** One that is left out on purpose. */
export interface LeftOut extends CatalogueRow {
  readonly why: string;
}

const SAME_NUMBER = 'The same number: the field says x-semantic cn.social-security-number or cn.driver-licence.';

export const COVERED: readonly Covered[] = [
  { row: 'A1', id: 'keep', by: ['keep'] },
  { row: 'A3', id: 'nullify', by: ['nullify'] },
  { row: 'A4', id: 'const', by: ['const'] },
  { row: 'A5', id: 'exists', by: ['exists'] },
  { row: 'A6', id: 'match', by: ['match'] },
  { row: 'A7', id: 'threshold', by: ['threshold', 'date.age'] },
  { row: 'B1', id: 'keep-ends', by: ['keep-ends'] },
  { row: 'B2', id: 'mask-range, before, after', by: ['mask-range', 'mask-before', 'mask-after'] },
  { row: 'B3', id: 'fixed-length', by: ['const'], how: 'The same stars for every value are a constant.' },
  { row: 'C1', id: 'cn.resident-id', by: ['cn.resident-id'] },
  { row: 'C2', id: 'cn.resident-id.part', by: ['cn.resident-id.part', 'date.age'] },
  { row: 'C3', id: 'cn.uscc', by: ['cn.uscc'] },
  { row: 'C4', id: 'cn.mobile', by: ['cn.mobile'] },
  { row: 'C5', id: 'cn.landline', by: ['cn.landline'] },
  { row: 'C6', id: 'cn.name', by: ['cn.name'] },
  { row: 'C7', id: 'cn.address', by: ['cn.address'] },
  { row: 'C8', id: 'bank-card', by: ['bank-card'] },
  { row: 'C9', id: 'email', by: ['email'] },
  { row: 'C10', id: 'cn.plate', by: ['cn.plate'] },
  { row: 'C11', id: 'passport, permits', by: ['cn.passport', 'cn.hk-mo-permit', 'cn.tw-permit'] },
  { row: 'C12', id: 'cn.realestate', by: ['cn.real-estate-certificate'] },
  { row: 'C12', id: 'cn.social-card', by: ['cn.resident-id', 'cn.resident-id.part'], how: SAME_NUMBER },
  { row: 'C12', id: 'cn.driver-licence', by: ['cn.resident-id', 'cn.resident-id.part'], how: SAME_NUMBER },
  { row: 'C13', id: 'ip, mac', by: ['ip.network', 'mac.vendor'] },
  { row: 'C13', id: 'gps', by: ['gps.grid'] },
  { row: 'C13', id: 'url', by: ['url.origin'] },
  { row: 'C13', id: 'imei, imsi', by: ['imei', 'imsi'] },
  { row: 'C13', id: 'user-id', by: ['pseudonym'] },
  { row: 'D1', id: 'date.truncate', by: ['date.truncate'] },
  { row: 'D2', id: 'date.shift', by: ['date.shift'] },
  { row: 'D3', id: 'age.band', by: ['age.band', 'date.age-band'] },
  { row: 'E1', id: 'num.round', by: ['number.round'] },
  { row: 'E2', id: 'num.bucket', by: ['number.bucket'] },
  { row: 'E3', id: 'num.topcode', by: ['number.top'] },
  { row: 'E5', id: 'code.generalise', by: ['code.level', 'cn.area-code'] },
  { row: 'G1', id: 'pseudo.hmac', by: ['pseudonym'] },
  { row: 'G3', id: 'fpe.ff1', by: ['fpe'] },
  { row: 'G5', id: 'token.sealed', by: ['token'] },
  { row: 'H1', id: 'text.scan', by: ['text.scan'] },
  { row: 'H2', id: 'file', by: ['file.size', 'file.digest'] },
];

const NATIONAL_SUITE = 'Comes with the national suite as a whole, for signing and sealing too.';

export const LEFT_OUT: readonly LeftOut[] = [
  { row: 'A2', id: 'drop', why: 'No treatment: what a grant does not name is not in the answer.' },
  {
    row: 'C11',
    id: 'mrz',
    why: 'No source department holds machine-readable zones. Who reads one at a counter sends the number in it.',
  },
  {
    row: 'C12',
    id: 'cn.military-id',
    why: 'The form of the numbers is not published, so that none can be told from another text. exists and match apply.',
  },
  {
    row: 'C12',
    id: 'license-no',
    why: 'Every issuer numbers its licences in its own way, and there is no form to check. keep-ends applies to an untyped field.',
  },
  {
    row: 'C14',
    id: 'us.ssn, iban, uk.nino, eu.vat, phone.e164, card.pan',
    why: 'No source department holds a foreign number as a field of its own. keep-ends, exists and match apply.',
  },
  {
    row: 'E4',
    id: 'num.noise',
    why: 'Whoever asks often enough takes the mean and has the value. number.round and number.bucket stay what they are.',
  },
  {
    row: 'F1',
    id: 'k.suppress',
    why: 'An answer is one record, and k-anonymity is of sets: claiming it would be false. Rule L7 of the linter estimates k.',
  },
  {
    row: 'G2',
    id: 'pseudo.fake',
    why: 'Made-up values are for tests and simulations, where every semantic type makes its own. In an answer they would be believed.',
  },
  { row: 'G3', id: 'fpe.ff1 with SM4', why: NATIONAL_SUITE },
  {
    row: 'G4',
    id: 'token.random',
    why: 'A vault is one more place where the values lie, and needs re-identification with two approvers. token is turned back with a key.',
  },
  { row: 'G5', id: 'token.sealed with SM4', why: NATIONAL_SUITE },
  {
    row: 'G6',
    id: 'digest.sm3, digest.sha256',
    why: 'Forbidden of values: whoever has a digest without a key tries all numbers of a kind in hours. pseudonym has a key.',
  },
];
