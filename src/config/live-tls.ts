import type { ClientTrust } from '../certificates/client-trust.ts';
import type { Clock } from '../domain/clock.ts';
import { type Fault, FaultsError } from '../domain/fault.ts';
import type { TlsState } from '../domain/tls-state.ts';
import { clientAuthorities, type KeptFiles, readKeptFiles } from './client-authorities.ts';
import type { Config, SecretSources } from './config.ts';
import { type GatewayPair, readGatewayPair } from './gateway-pair.ts';
import { repeat } from './repeat.ts';
import { isSame, type SeenFiles, seeFiles } from './see-files.ts';

export interface TlsInForce extends TlsState {
  /** PEM: what the exchange listener shows, and for the handshake who may have issued what callers show. */
  readonly server: { readonly cert: string; readonly key: string; readonly clientCas: readonly string[] };
  /** The latter by department, for every request. */
  readonly trust: ClientTrust;
}

/** The gateway's certificate and the authorities of callers, which change while the gateway runs. */
export interface LiveTls {
  state(): TlsInForce;
  /** Begins to follow the files. What it returns stops that, and waits for a reading that is under way. */
  follow(changed: (state: TlsInForce) => void): () => Promise<void>;
}

export interface LiveTlsNeeds {
  readonly config: Pick<Config, 'environment' | 'exchange' | 'reloadIntervalMs'>;
  readonly secrets: Pick<SecretSources, 'tlsKeyFile'>;
  readonly clock?: Clock;
}

interface Held {
  readonly seen: SeenFiles;
  readonly files: KeptFiles;
  /** The last that was good, as it was seen, and what is wrong with the files since. */
  readonly own: { readonly stamp: string; readonly pair: GatewayPair | undefined; readonly faults: readonly Fault[] };
}

/**
 * Certificates, authorities and revocation lists as they are now and as they become. A file that is faulty leaves in
 * force what it said before; all the others are followed.
 * @throws FaultsError with everything that is wrong with them now
 */
export async function openLiveTls(needs: LiveTlsNeeds): Promise<LiveTls> {
  let held = await readAll(needs, await look(needs));
  const first = firstPair(needs, held);
  let state = stateOf(needs, held, first);
  return {
    state: () => state,
    follow: (changed) =>
      repeat(async () => {
        const seen = await look(needs, held.seen);
        if (isSame(held.seen, seen)) {
          // What was young then and has settled need not be read any more.
          held = { ...held, seen };
          // A certificate that was not valid yet becomes so by waiting, and its file does not change.
          const own = held.own.faults.length === 0 ? held.own : readOwn(needs, held.own.stamp, held.own.pair);
          if (own.faults.length > 0 || own === held.own) return;
          held = { ...held, own };
        } else held = await readAll(needs, seen, held);
        state = stateOf(needs, held, held.own.pair ?? first);
        changed(state);
      }, needs.config.reloadIntervalMs),
  };
}

async function look(
  { config, secrets, clock = { now: Date.now } }: LiveTlsNeeds,
  before?: SeenFiles,
): Promise<SeenFiles> {
  const { certFile, clientCaDir } = config.exchange;
  const files = [certFile, secrets.tlsKeyFile];
  return await seeFiles({ folders: [clientCaDir], endings: ['.pem', '.crl'], files }, clock.now(), before);
}

async function readAll(needs: LiveTlsNeeds, seen: SeenFiles, before?: Held): Promise<Held> {
  const { environment, exchange } = needs.config;
  const own = [exchange.certFile, needs.secrets.tlsKeyFile];
  const stamp = own.map((file) => seen.get(file)?.hash ?? '').join(' ');
  const others = new Map([...seen].filter(([path]) => !own.includes(path)));
  const where = { environment, clientCaDir: exchange.clientCaDir };
  return {
    seen,
    files: await readKeptFiles(where, others, before?.files ?? new Map()),
    own: before?.own.stamp === stamp ? before.own : readOwn(needs, stamp, before?.own.pair),
  };
}

function readOwn(
  { config, secrets, clock = { now: Date.now } }: LiveTlsNeeds,
  stamp: string,
  before: GatewayPair | undefined,
): Held['own'] {
  try {
    const { certFile } = config.exchange;
    const pair = readGatewayPair(config, { certFile, keyFile: secrets.tlsKeyFile, nowMs: clock.now() });
    return { stamp, pair, faults: [] };
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return { stamp, pair: before, faults: error.faults };
  }
}

/** @throws FaultsError if anything is wrong, or if there is nobody who could call */
function firstPair({ config }: LiveTlsNeeds, { own, files }: Held): GatewayPair {
  const { trust, faults } = clientAuthorities(config.exchange, files);
  const all = [...own.faults, ...faults];
  if (own.pair === undefined || all.length > 0) throw new FaultsError(all);
  if (trust.size === 0)
    throw new FaultsError([
      {
        file: config.exchange.clientCaDir,
        pointer: '',
        message: 'there is no authority in it',
        remedy: 'Put those of each department into a folder that has its id: <department>/*.pem.',
      },
    ]);
  return own.pair;
}

function stateOf({ config }: LiveTlsNeeds, { files, own }: Held, pair: GatewayPair): TlsInForce {
  const { trust, pems, expiries, faults } = clientAuthorities(config.exchange, files);
  return {
    server: { cert: pair.cert, key: pair.key, clientCas: pems },
    trust,
    expiries: [pair.expiry, ...expiries],
    faults: [...own.faults, ...faults],
  };
}
