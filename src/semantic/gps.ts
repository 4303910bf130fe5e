import { compatible } from './compatible.ts';
import type { Chance, NumberType, TextType } from './semantic-type.ts';

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

export function isLatitude(degrees: number): boolean {
  return degrees >= -90 && degrees <= 90;
}

export function isLongitude(degrees: number): boolean {
  return degrees >= -180 && degrees <= 180;
}

/** Decimal degrees, latitude first as ISO 6709 has it: `31.2304,121.4737`; undefined for anything else. */
export function parsePosition(value: string): Position | undefined {
  const [, north, east] =
    /^(-?\d{1,2}(?:\.\d{1,15})?), ?(-?\d{1,3}(?:\.\d{1,15})?)$/.exec(compatible(value).trim()) ?? [];
  if (north === undefined || east === undefined) return undefined;
  const position = { latitude: Number(north), longitude: Number(east) };
  return isLatitude(position.latitude) && isLongitude(position.longitude) ? position : undefined;
}

// A place at night is a home, and a home is a person; but it takes others to say whose.
const precisions = {
  grid10km: ['grid10km'],
  grid1km: ['grid10km', 'grid1km'],
  grid100m: ['grid10km', 'grid1km', 'grid100m'],
} as const;

const degrees = (chance: Chance, from: number): number => from + chance(1_000_000) / 1_000_000;

/** 经纬度, both in one text. Which datum (WGS 84, GCJ-02, CGCS2000) is for the contract to say. */
export const gps: TextType = {
  json: 'string',
  titleEn: 'Position, latitude and longitude',
  titleZh: '经纬度',
  precisions,
  normalise: (value) => {
    const position = parsePosition(value);
    // + 0, because -0 is written as 0 but is not equal to it everywhere.
    return position && `${position.latitude + 0},${position.longitude + 0}`;
  },
  sample: (chance) => `${degrees(chance, 31)},${degrees(chance, 121)}`,
};

/** 纬度, of a position whose longitude is a field of its own. */
export const latitude: NumberType = {
  json: 'number',
  titleEn: 'Latitude',
  titleZh: '纬度',
  precisions,
  sample: (chance) => degrees(chance, 31),
};

/** 经度 */
export const longitude: NumberType = {
  json: 'number',
  titleEn: 'Longitude',
  titleZh: '经度',
  precisions,
  sample: (chance) => degrees(chance, 121),
};
