import { FaultsError } from '../domain/fault.ts';
import { type IpAddress, parseIp } from '../semantic/ip.ts';
import type { Config } from './config.ts';

interface Network extends IpAddress {
  readonly bits: number;
}

/** For a laptop: elsewhere, whoever got there would be inside the host of the gateway. */
const LOOPBACK = networksOf('127.0.0.0/8 ::1/128');

/**
 * Where no source is, whatever a name resolves to and the file of sources says: this host, the next link (where clouds
 * hand out credentials to whoever asks), everybody at once, and what leads to some IPv4 address by another name.
 */
const NEVER = networksOf(
  '0.0.0.0/8 100.100.100.200/32 169.254.0.0/16 192.0.0.0/24 224.0.0.0/3',
  '::/96 64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16 fd00:ec2::/32 fe80::/9 ff00::/8',
);

export interface SourcePlace {
  readonly origin: string;
  /** Networks that the addresses of its name are in; undefined for any that may be. */
  readonly addresses?: readonly string[];
}

interface Where {
  readonly file: string;
  /** Of the source in it. */
  readonly pointer: string;
  readonly environment: Config['environment'];
  /** Which of the origins is looked at. */
  readonly member?: string;
}

/**
 * Whether a connection to this source may go to an address. Asked of what its name resolved to for this connection, so
 * that it does not matter what it resolved to when somebody looked.
 * @throws FaultsError
 */
export function openSourceAddresses(
  { origin, addresses }: SourcePlace,
  { file, pointer, environment, member = 'origin' }: Where,
): (address: string) => boolean {
  const refuse = (member: string, message: string, remedy: string): never => {
    throw new FaultsError([{ file, pointer: `${pointer}/${member}`, message, remedy }]);
  };
  const read = URL.canParse(origin) ? new URL(origin) : undefined;
  // What is left out, escaped or written in another way is read by one as this host and by another as that.
  if (read === undefined || read.origin !== origin) {
    return refuse(
      member,
      'it is not written as it is read',
      'Write https://host:port: in small letters, without :443.',
    );
  }
  const forbidden = 'no source may be there';
  const rules = 'docs/sources.md says where a source may be.';
  const networks = addresses?.map((text, at) => {
    const network =
      networkOf(text) ??
      refuse(`addresses/${at}`, 'it is no network', 'Write address/bits, the rest of the address 0.');
    return isForbidden(network, environment) ? refuse(`addresses/${at}`, forbidden, rules) : network;
  });
  const mayReach = (address: string): boolean => {
    const ip = networkOf(address, 'alone');
    if (ip === undefined || isForbidden(ip, environment)) return false;
    return networks?.some((network) => isIn(ip, network)) ?? true;
  };
  const host = read.hostname.replace(/^\[|\]$/g, '');
  // An address is looked up by nobody.
  if (networkOf(host, 'alone') !== undefined && !mayReach(host)) return refuse(member, forbidden, rules);
  return mayReach;
}

/** Also if only a part of it is. */
function isForbidden(network: Network, environment: Config['environment']): boolean {
  if (LOOPBACK.some((loopback) => isIn(network, loopback))) return environment !== 'development';
  return [...NEVER, ...LOOPBACK].some((never) => isIn(network, never) || isIn(never, network));
}

function networksOf(...texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => text.split(' ')).flatMap((text) => networkOf(text) ?? []);
}

/** A network; or an address alone, which is one of all its bits. */
function networkOf(text: string, form: 'alone' | 'with bits' = 'with bits'): Network | undefined {
  const { address = '', bits } = /^(?<address>[\d.:A-Fa-f]+)(?:\/(?<bits>\d{1,3}))?$/.exec(text)?.groups ?? {};
  const ip = parseIp(address);
  if (ip === undefined || (bits === undefined) !== (form === 'alone')) return undefined;
  const network = { ...ip, bits: bits === undefined ? bitsOf(ip).length : Number(bits) };
  return network.bits > bitsOf(ip).length || bitsOf(ip).slice(network.bits).includes('1') ? undefined : network;
}

/** Whether all of the one is in the other. */
function isIn(one: Network, other: Network): boolean {
  const { version, bits } = other;
  return one.version === version && one.bits >= bits && bitsOf(one).slice(0, bits) === bitsOf(other).slice(0, bits);
}

function bitsOf({ version, groups }: IpAddress): string {
  return groups.map((group) => group.toString(2).padStart(version === 4 ? 8 : 16, '0')).join('');
}
