import type { Subject } from '../domain/personal-parts.ts';

const AREA = 6;
const AREA_AND_BIRTH = 14;
// Its last two characters follow from the others.
const OF_ORGANISATION = -4;
const OF_NUMBER = -3;

/**
 * What a subject shares with those that come next where somebody goes through a register: of an identity number the place
 * and day of birth (the serials of a day), and the place with the end (the days of a masked number). Two who are asked about for
 * their own sake seldom share one.
 */
export function neighbourhoodsOf({ type, value }: Subject): readonly string[] {
  if (type === 'cn.resident-id')
    return [value.slice(0, AREA_AND_BIRTH), `${value.slice(0, AREA)}*${value.slice(AREA_AND_BIRTH)}`];
  const front = value.slice(0, type === 'cn.uscc' ? OF_ORGANISATION : OF_NUMBER);
  return front === '' ? [] : [front];
}
