import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { isLatitude, isLongitude, parsePosition } from '../semantic/gps.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  {
    metres: Type.Integer({ minimum: 100, maximum: 100_000, description: 'The least that a cell measures either way.' }),
  },
  { additionalProperties: false },
);

// What a degree of latitude measures at least (WGS 84, at the equator), and one of longitude at 54°, north of all of China.
const METRES_OF_LATITUDE = 110_574;
const FARTHEST = 54;
const METRES_OF_LONGITUDE = 65_431;

/** Whole numbers of a hundred-thousandth of a degree, about a metre, so that no digit is left over by floating point. */
const UNITS = 100_000;
const DIGITS = 5;

/** The middle of the cell that a coordinate is in. The grid is fixed: noise is averaged away by who asks often, a cell is not. */
function snapBy(metres: number, metresOfDegree: number): (degrees: number) => number {
  const half = Math.ceil((metres / metresOfDegree) * UNITS * 0.5);
  return (degrees) => (Math.floor((degrees * UNITS) / (2 * half)) * 2 + 1) * half;
}

const LARGEST = 180 * UNITS;

function compileSnap(metres: number) {
  const snapLatitude = snapBy(metres, METRES_OF_LATITUDE);
  const snapLongitude = snapBy(metres, METRES_OF_LONGITUDE);
  return {
    latitude: (degrees: number): number | undefined =>
      isLatitude(degrees) && Math.abs(degrees) <= FARTHEST ? snapLatitude(degrees) / UNITS : undefined,
    // The last cell goes over the antimeridian, where its middle would be no longitude.
    longitude: (degrees: number): number | undefined =>
      isLongitude(degrees) ? Math.max(-LARGEST, Math.min(snapLongitude(degrees), LARGEST)) / UNITS : undefined,
  };
}

/** Each part with the metres below which it is told. */
const PARTS = [
  { part: 'grid10km', below: Number.POSITIVE_INFINITY },
  { part: 'grid1km', below: 10_000 },
  { part: 'grid100m', below: 1000 },
] as const;

/** 网格化: 31.2304,121.4737 → the middle of a cell of a fixed grid. */
export const gpsGrid: Treatment = {
  id: 'gps.grid',
  version: 1,
  titleEn: 'Position, as a cell of a grid',
  titleZh: '位置网格化',
  caution:
    'Cells are of equal degrees: at least as many metres either way up to 54° north or south, and wider from east to west the nearer to the equator. A latitude beyond does not fit; a longitude by itself cannot say where it is. Cells of two sizes laid together are smaller than either.',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['integer', 'number', 'string'], semantics: ['gps', 'gps.latitude', 'gps.longitude'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ parameters }) => {
    const { metres } = readParameters(Parameters, parameters);
    return precision(['presence', ...PARTS.filter(({ below }) => metres < below).map(({ part }) => part)]);
  },
  emits: ({ schema }) =>
    schema['x-semantic'] === 'gps'
      ? { type: 'string', pattern: `^-?[0-9]{1,2}[.][0-9]{${DIGITS}},-?[0-9]{1,3}[.][0-9]{${DIGITS}}$` }
      : { type: 'number', minimum: -180, maximum: 180 },
  compile: ({ schema, parameters }) => {
    const { latitude, longitude } = compileSnap(readParameters(Parameters, parameters).metres);
    if (schema['x-semantic'] === 'gps') {
      return (value) => {
        const position = typeof value === 'string' ? parsePosition(value) : undefined;
        const north = position && latitude(position.latitude);
        const east = position && longitude(position.longitude);
        return north === undefined || east === undefined ? UNFIT : `${north.toFixed(DIGITS)},${east.toFixed(DIGITS)}`;
      };
    }
    const snap = schema['x-semantic'] === 'gps.latitude' ? latitude : longitude;
    return (value) => (typeof value === 'number' ? (snap(value) ?? UNFIT) : UNFIT);
  },
};
