import type { JsonObject } from '../domain/json.ts';
import { isSamePrecision, type Precision } from '../domain/precision.ts';
import { ADDRESS_LEVELS } from '../semantic/address.ts';
import { HIERARCHIES } from '../semantic/hierarchies.ts';
import { meaningOf } from '../semantic/semantic-types.ts';
import { ENDS_OF_DOCUMENTS } from './ends-of-document.ts';
import type { TreatmentSite } from './treatment.ts';
import { TREATMENTS } from './treatments.ts';

/** A treatment as a grant would name it. */
export interface Use {
  readonly treatment: string;
  readonly parameters: JsonObject;
}

const use = (treatment: string, parameters: JsonObject = {}): Use => ({ treatment, parameters });

const OF_ANY: readonly Use[] = [use('keep'), use('exists')];

const to = (...words: readonly string[]): readonly Use[] => words.map((word) => use('date.truncate', { to: word }));

const ends = (id: string): readonly Use[] =>
  [true, false].flatMap((head) => [true, false].map((tail) => use(id, { head, tail })));

const AREAS = [0, 2, 4, 6];
const RESIDENT_ID: readonly Use[] = [
  ...['year', 'month', 'birth-date', 'sex'].map((part) => use('cn.resident-id.part', { part })),
  ...AREAS.flatMap((area) => [0, 4].map((tail) => use('cn.resident-id', { area, tail }))),
];

const OF_SEMANTIC_TYPE: Readonly<Record<string, readonly Use[]>> = {
  'cn.resident-id': RESIDENT_ID,
  'cn.mobile': [
    use('cn.mobile', { head: 3, tail: 0 }),
    use('cn.mobile', { head: 0, tail: 4 }),
    use('cn.mobile', { head: 3, tail: 4 }),
  ],
  'cn.name': [use('cn.name')],
  'cn.uscc': ['area', 'organisation'].map((kept) => use('cn.uscc', { keep: kept })),
  ...Object.fromEntries(ENDS_OF_DOCUMENTS.map(({ id }) => [id, ends(id)])),
  'cn.address': ADDRESS_LEVELS.map((level) => use('cn.address', { level })),
  ...Object.fromEntries(
    Object.entries(HIERARCHIES).map(([id, { levels }]) => [
      id,
      Object.keys(levels).map((level) => use('code.level', { level })),
    ]),
  ),
  'cn.area-code': ['province', 'prefecture'].map((level) => use('cn.area-code', { level })),
  ip: [8, 16, 24].map((v4) => use('ip.network', { v4, v6: 2 * v4 })),
  mac: [use('mac.vendor')],
  ...Object.fromEntries(
    ['gps', 'gps.latitude', 'gps.longitude'].map((id) => [
      id,
      [10_000, 1000, 100].map((metres) => use('gps.grid', { metres })),
    ]),
  ),
  url: [use('url.origin')],
  'file.base64': [use('file.size'), use('file.digest')],
  date: to('decade', 'year', 'quarter', 'month'),
  'date.birth': to('decade', 'year', 'month'),
};

/**
 * The treatment that gives exactly this precision of the field, if there is one: for grants that name a precision
 * instead of a treatment. What a use gives is asked of the treatment itself, so this table cannot promise too little.
 */
export function useFor(target: Precision, site: Omit<TreatmentSite, 'parameters'>): Use | undefined {
  const own = OF_SEMANTIC_TYPE[meaningOf(site.schema)];
  const matches = site.matchParameters.map((parameter) => use('match', { parameter }));
  return [...OF_ANY, ...matches, ...(own ?? [])].find(({ treatment, parameters }) => {
    const found = TREATMENTS.get(treatment);
    if (found === undefined) return false;
    const here = { ...site, parameters };
    return found.refuses?.(here) === undefined && isSamePrecision(found.reveals(here), target);
  });
}
