import { describe, expect, it } from 'vitest';
import { openSourceAddresses } from '../../../src/config/source-addresses.ts';
import { FaultsError } from '../../../src/domain/fault.ts';

const WHERE = { file: 'sources.json', pointer: '/sources/a.b', environment: 'production' } as const;
const ORIGIN = 'https://register.example.test';

const open = (addresses?: readonly string[], environment: 'production' | 'development' = 'production') =>
  openSourceAddresses({ origin: ORIGIN, ...(addresses === undefined ? {} : { addresses }) }, { ...WHERE, environment });

function faultOf(origin: string, addresses?: readonly string[]): readonly string[] {
  try {
    openSourceAddresses({ origin, ...(addresses === undefined ? {} : { addresses }) }, WHERE);
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return error.faults.map(({ pointer, message }) => `${pointer}: ${message}`);
  }
}

/** Of this host, of the next link, of everybody, of what only leads elsewhere, and what is no address. */
const NOWHERE = [
  ['0.0.0.0', '0.1.2.3', '169.254.169.254', '169.254.0.1', '100.100.100.200', '192.0.0.192'],
  ['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ['::', '::7f00:1', '::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '2002:7f00:1::', '2001::1'],
  ['fe80::1', 'FE80::1', 'febf::1', 'fec0::1', 'ff02::1', 'fd00:ec2::254'],
  ['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::ffff:0.0.0.0', 'fe80::1%eth0'],
  ['', 'localhost', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '10.0.0.1/8'],
].flat();
const LOOPBACK = ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'];
const INTRANET = ['10.1.2.3', '172.16.0.1', '192.168.255.1', '100.64.0.1', 'fd12:3456::1', '::ffff:10.1.2.3'];
const ELSEWHERE = ['203.0.113.7', '8.8.8.8', '2400:3200::1', '2001:db8::1'];

describe('a source', () => {
  it.each([...INTRANET, ...ELSEWHERE])('may be at %s, if nothing is said', (address) => {
    expect(open()(address)).toBe(true);
  });

  it.each(NOWHERE)('is never at %j, whatever its name resolves to', (address) => {
    expect([open()(address), open(undefined, 'development')(address)]).toEqual([false, false]);
  });

  it.each(LOOPBACK)('is at %s in development only', (address) => {
    expect([open()(address), open(undefined, 'development')(address)]).toEqual([false, true]);
  });

  it('with networks is in these and nowhere else', () => {
    const mayReach = open(['10.20.0.0/15', '172.16.3.4/32', 'fd12:3456::/32'], 'development');
    for (const address of ['10.20.0.1', '10.21.255.255', '172.16.3.4', '::ffff:10.21.0.1', 'fd12:3456:7::1'])
      expect([address, mayReach(address)]).toEqual([address, true]);
    for (const address of ['10.19.255.255', '10.22.0.1', '172.16.3.5', 'fd12:3457::1', ...LOOPBACK, ...NOWHERE])
      expect([address, mayReach(address)]).toEqual([address, false]);
  });

  it('of a laptop may be said to be on it', () => {
    const mayReach = open(['127.0.0.0/8', '::1/128'], 'development');
    expect([...LOOPBACK, '10.0.0.1'].map(mayReach)).toEqual([true, true, true, true, true, false]);
  });
});

describe('the file of sources is refused', () => {
  it.each([
    'https://register.example.test\\@elsewhere.test',
    'https://register.example.test\\evil',
    'https://REGISTER.example.test',
    'https://register.example.test:443',
    'https://register.example.test\r\nX: y',
    'https://register.exa\tmple.test',
    'https://register.example.test%2f@elsewhere.test',
    'https://数据.example.test',
    'https://0x7f000001',
    'https://2130706433',
    'https://127.1',
    'https://[::FFFF:10.0.0.1]',
    'https://a b',
    'https://:8443',
  ])('for an origin that another reader could take for another: %j', (origin) => {
    expect(faultOf(origin)).toEqual(['/sources/a.b/origin: it is not written as it is read']);
  });

  it.each(['https://127.0.0.1:8443', 'https://[::1]', 'https://169.254.169.254', 'https://[::ffff:a9fe:a9fe]'])(
    'for an address where no source may be: %s',
    (origin) => {
      expect(faultOf(origin)).toEqual(['/sources/a.b/origin: no source may be there']);
    },
  );

  it('for an address outside its own networks', () => {
    expect(faultOf('https://10.1.2.3', ['10.2.0.0/16'])).toEqual(['/sources/a.b/origin: no source may be there']);
    expect(faultOf('https://10.2.2.3', ['10.2.0.0/16'])).toEqual([]);
  });

  it.each(['169.254.169.254/32', '0.0.0.0/0', '::/0', '127.0.0.1/32', '::1/128', '160.0.0.0/4', 'fe80::/64'])(
    'for a network where no source may be, or not everywhere: %s',
    (network) => {
      expect(faultOf(ORIGIN, ['10.0.0.0/8', network])).toEqual(['/sources/a.b/addresses/1: no source may be there']);
    },
  );

  it.each([
    '10.0.0.0',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0/24',
    'register/8',
    '10.0.0.0/8 ',
    'fd12::/129',
    '10.0.0.0/-1',
  ])('for what is no network: %j', (network) => {
    expect(faultOf(ORIGIN, [network])).toEqual(['/sources/a.b/addresses/0: it is no network']);
  });
});
