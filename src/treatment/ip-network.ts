import { Type } from '@sinclair/typebox';
import { precision } from '../domain/precision.ts';
import { type IpAddress, parseIp, writeIp } from '../semantic/ip.ts';
import { ANY_MISMATCH, readParameters, type Treatment, UNFIT } from './treatment.ts';

const Parameters = Type.Object(
  {
    v4: Type.Integer({ minimum: 8, maximum: 24, description: 'Bits that stay of an IPv4 address.' }),
    v6: Type.Integer({ minimum: 16, maximum: 48, description: 'Bits that stay of an IPv6 address.' }),
  },
  { additionalProperties: false },
);

/** Each part with the most bits at which no more than it is told. */
const PARTS = [
  { part: 'network8', v4: 0, v6: 0 },
  { part: 'network16', v4: 8, v6: 16 },
  { part: 'network24', v4: 16, v6: 32 },
] as const;

/** IP网段: 192.0.2.7 → 192.0.2.0/24, 2001:db8:1:2::3 → 2001:db8:1::/48. A /48 is one customer's, as a /24 is a small office's. */
export const ipNetwork: Treatment = {
  id: 'ip.network',
  version: 1,
  titleEn: 'The network of an IP address',
  titleZh: 'IP网段',
  technique: 'generalisation',
  deterministic: true,
  linkable: 'none',
  reversible: 'nobody',
  keyed: false,
  accepts: { types: ['string'], semantics: ['ip'] },
  parameters: Parameters,
  onMismatch: ANY_MISMATCH,
  answersForMissing: false,
  optional: false,
  reveals: ({ parameters }) => {
    const { v4, v6 } = readParameters(Parameters, parameters);
    return precision(['presence', ...PARTS.filter((most) => v4 > most.v4 || v6 > most.v6).map(({ part }) => part)]);
  },
  emits: () => ({ type: 'string', pattern: '^[0-9a-f.:]+/[1-4]?[0-9]$' }),
  compile: ({ parameters }) => {
    const { v4, v6 } = readParameters(Parameters, parameters);
    return (value) => {
      const address = typeof value === 'string' ? parseIp(value) : undefined;
      if (address === undefined) return UNFIT;
      const bits = address.version === 4 ? v4 : v6;
      return `${writeIp(networkOf(address, bits))}/${bits}`;
    };
  },
};

function networkOf({ version, groups }: IpAddress, bits: number): IpAddress {
  const width = version === 4 ? 8 : 16;
  const kept = (group: number, at: number): number => {
    const hidden = Math.min(Math.max((at + 1) * width - bits, 0), width);
    return (group >> hidden) << hidden;
  };
  return { version, groups: groups.map(kept) };
}
