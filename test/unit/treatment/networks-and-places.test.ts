import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { semanticTypeOf } from '../../../src/semantic/semantic-types.ts';
import { UNFIT } from '../../../src/treatment/treatment.ts';
import { treatWith } from '../../support/treat-with.ts';

const ENDS = { head: true, tail: true };
const NETWORK = { v4: 24, v6: 48 };

describe('numbers of devices, networks and places', () => {
  it.each<[string, string, JsonObject, string | number, string | number | symbol]>([
    ['ip.network', 'ip', NETWORK, '192.0.2.7', '192.0.2.0/24'],
    ['ip.network', 'ip', { v4: 20, v6: 48 }, '192.0.175.7', '192.0.160.0/20'],
    ['ip.network', 'ip', { v4: 8, v6: 16 }, '203.0.113.9', '203.0.0.0/8'],
    ['ip.network', 'ip', NETWORK, '2001:DB8:1:2::3', '2001:db8:1::/48'],
    ['ip.network', 'ip', { v4: 8, v6: 20 }, '2001:fff8:1:2::3', '2001:f000::/20'],
    ['ip.network', 'ip', NETWORK, '::ffff:192.0.2.7', '192.0.2.0/24'],
    ['ip.network', 'ip', NETWORK, '::1', '::/48'],
    ['ip.network', 'ip', NETWORK, '192.0.02.7', UNFIT],
    ['ip.network', 'ip', NETWORK, '192.0.2', UNFIT],
    ['ip.network', 'ip', NETWORK, '192.0.2.256', UNFIT],
    ['ip.network', 'ip', NETWORK, '3221225991', UNFIT],
    ['ip.network', 'ip', NETWORK, 'fe80::1%eth0', UNFIT],
    ['ip.network', 'ip', NETWORK, '1::2::3', UNFIT],
    ['ip.network', 'ip', NETWORK, ':::', UNFIT],
    ['ip.network', 'ip', NETWORK, '1:2:3:4:5:6:7:8:9', UNFIT],
    ['ip.network', 'ip', NETWORK, '192.0.2.7/24', UNFIT],
    ['mac.vendor', 'mac', {}, '00:1a:2b:3c:4d:5e', '00:1A:2B'],
    ['mac.vendor', 'mac', {}, '001a.2b3c.4d5e', '00:1A:2B'],
    ['mac.vendor', 'mac', {}, 'DA-A1-19-00-00-01', 'local'],
    ['mac.vendor', 'mac', {}, '01:00:5E:00:00:01', UNFIT],
    ['mac.vendor', 'mac', {}, '00:1a-2b:3c:4d:5e', UNFIT],
    ['gps.grid', 'gps', { metres: 1000 }, '31.2304,121.4737', '31.23435,121.47435'],
    ['gps.grid', 'gps', { metres: 1000 }, '-33.85, 151.21', '-33.85269,151.21755'],
    ['gps.grid', 'gps', { metres: 1000 }, '54.1,121.4737', UNFIT],
    ['gps.grid', 'gps', { metres: 1000 }, '121.4737,31.2304', UNFIT],
    ['gps.grid', 'gps', { metres: 1000 }, '31.2304', UNFIT],
    ['gps.grid', 'gps.latitude', { metres: 1000 }, 31.2304, 31.23435],
    ['gps.grid', 'gps.longitude', { metres: 1000 }, 121.4737, 121.47435],
    ['gps.grid', 'gps.longitude', { metres: 40_000 }, 180, 180],
    ['gps.grid', 'gps.longitude', { metres: 1000 }, 180.5, UNFIT],
    ['url.origin', 'url', {}, 'https://who:word@EXAMPLE.cn:443/110199?token=1#top', 'https://example.cn'],
    ['url.origin', 'url', {}, 'http://192.0.2.7:8080/a', 'http://192.0.2.7:8080'],
    ['url.origin', 'url', {}, 'https://例子.cn/路径', 'https://xn--fsqu00a.cn'],
    ['url.origin', 'url', {}, 'https://example.cn\\@example.com/', UNFIT],
    ['url.origin', 'url', {}, 'https://example.cn/a b', UNFIT],
    ['url.origin', 'url', {}, 'javascript:alert(1)', UNFIT],
    ['url.origin', 'url', {}, 'file:///etc/passwd', UNFIT],
    ['imei', 'imei', ENDS, '490154203237518', '49015420****18'],
    ['imei', 'imei', ENDS, '49-015420-323751-8', '49015420****18'],
    ['imei', 'imei', ENDS, '490154203237517', UNFIT],
    ['imsi', 'imsi', ENDS, '460990000000012', '46099****12'],
    ['imsi', 'imsi', ENDS, '060990000000012', UNFIT],
  ])('%s of the %s with %o: %s → %s', (id, semantic, parameters, value, expected) => {
    const type = typeof value === 'number' ? 'number' : 'string';
    expect(treatWith(id, { type, 'x-semantic': semantic }, parameters).out(value)).toBe(expected);
  });

  it.each([
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['10:0:0:1::', '10:0:0:1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('an address has one spelling (RFC 5952): %s is %s', (value, written) => {
    const type = semanticTypeOf({ 'x-semantic': 'ip' });
    expect(type?.json === 'string' ? type.normalise(value) : undefined).toBe(written);
  });

  it('addresses of one network come out alike, and nothing of the rest of them', () => {
    const { out } = treatWith('ip.network', { type: 'string', 'x-semantic': 'ip' }, { v4: 13, v6: 33 });
    const octet = fc.nat(255);
    fc.assert(
      fc.property(octet, octet, octet, octet, octet, (a, b, c, d, other) => {
        const inside = (b & 0b1111_1000) | (other & 0b0111);
        expect(out(`${a}.${inside}.${d}.${c}`)).toBe(out(`${a}.${b}.${c}.${d}`));
        expect(out(`2001:db8:${(a << 7).toString(16)}:${b}::${d}`)).toBe(
          `2001:db8:${a >= 0 && a << 7 >= 0x8000 ? '8000:' : ''}:/33`,
        );
      }),
    );
  });

  it('the cells of a grid measure at least the metres either way, and all positions in one come out alike', () => {
    const metres = 1000;
    const { out } = treatWith('gps.grid', { type: 'number', 'x-semantic': 'gps.latitude' }, { metres });
    fc.assert(
      fc.property(
        fc.double({ min: -53, max: 53, noNaN: true }),
        fc.double({ min: -0.49, max: 0.49, noNaN: true }),
        (degrees, within) => {
          const middle = Number(out(degrees));
          expect(Math.abs(middle - degrees)).toBeLessThanOrEqual(0.00456);
          expect(out(middle + (within * metres) / 110_574)).toBe(middle);
        },
      ),
    );
  });

  it.each([
    [8, 16, 'network8'],
    [8, 17, 'network16'],
    [16, 32, 'network16'],
    [17, 32, 'network24'],
    [24, 48, 'network24'],
  ])('a network of %s and %s bits reveals %s', (v4, v6, part) => {
    const { reveals } = treatWith('ip.network', { type: 'string', 'x-semantic': 'ip' }, { v4, v6 });
    expect([...reveals].at(-1)).toBe(part);
  });
});
