import { CLOCK_SKEW_MS, MAX_TOKEN_LIFETIME_MS } from '../domain/access-token.ts';
import type { KeyUse, MadeKey } from '../domain/key-ring.ts';
import { KEY_SET_MAX_AGE_SECONDS } from '../http/key-set.ts';
import { joinRing, newestOf } from '../keys/join-ring.ts';
import { ANSWERS_KEPT } from '../keys/retention.ts';
import { loadPolicies } from '../policy/load-policies.ts';
import { EXIT, type Shell, UsageError } from './command.ts';
import { durationOf, type RingAccess } from './key-ring-access.ts';

/** The options of `node:util` parseArgs by which a key comes into the ring. */
export const JOIN_OPTIONS = {
  use: { type: 'string' },
  in: { type: 'string' },
  now: { type: 'boolean' },
  'keep-for': { type: 'string' },
  'from-epoch': { type: 'string' },
  policies: { type: 'string', default: 'policies' },
  json: { type: 'boolean' },
} as const;

export const JOIN_USAGE = '[--in DURATION|--now] [--keep-for DURATION] [--from-epoch N --policies DIR] [--json]';

export interface JoinValues {
  readonly in?: string | undefined;
  readonly now?: boolean | undefined;
  readonly 'keep-for'?: string | undefined;
  readonly 'from-epoch'?: string | undefined;
  readonly policies: string;
  readonly json?: boolean | undefined;
}

const DAY_MS = 86_400_000;
const DEFAULT_LEAD_MS = 3_600_000;
/** Who holds the key set that long has to have read the new key before something is signed with it; twice, to be sure. */
const LEAST_LEAD_MS = KEY_SET_MAX_AGE_SECONDS * 2 * 1000;

/** Puts a key into the ring, before or after the one that signs, and says what it did. */
export async function joinAndTell(shell: Shell, { ring }: RingAccess, joining: Joining): Promise<number> {
  const { made, values } = joining;
  const now = Date.now();
  const previous = newestOf(await ring.all(), made.use);
  const lead = previous === undefined ? 0 : leadOf(made.use, values);
  const from = Math.max(now + lead, (previous?.activeFrom ?? 0) + 1);
  const fromEpoch = made.use === 'treatment' ? epochOf(values, previous?.fromEpoch) : undefined;
  const until = from + keptFor(made.use, values);
  const times = { from, until, ...(fromEpoch === undefined ? {} : { fromEpoch }) };
  const retired = await joinRing(ring, made, { ...times, predecessor: previous });
  if (retired === undefined) {
    shell.err('The key, or a secret for this epoch, is in the ring already, or another came into it just now.\n');
    return EXIT.error;
  }
  const done = { kid: made.kid, use: made.use, alg: made.alg, activeFrom: new Date(from).toISOString(), retired };
  const told = fromEpoch === undefined ? done : { ...done, fromEpoch };
  shell.out(values.json === true ? `${JSON.stringify(told)}\n` : describe(told));
  return EXIT.ok;
}

export interface Joining {
  readonly made: MadeKey;
  readonly values: JoinValues;
}

/** As long as what it signed may have to be verified. Of a token that is an hour: its key is good for nothing after it, but to a thief. */
function keptFor(use: KeyUse, { 'keep-for': keepFor }: JoinValues): number {
  if (keepFor !== undefined) return durationOf(keepFor);
  return use === 'token' ? MAX_TOKEN_LIFETIME_MS + 2 * CLOCK_SKEW_MS : ANSWERS_KEPT.days * DAY_MS;
}

/** A key that is published has to be known to others before it signs; a secret is nobody's to know. */
function leadOf(use: KeyUse, { in: lead, now }: JoinValues): number {
  if (now === true && lead !== undefined) throw new UsageError();
  if (now === true || (lead === undefined && (use === 'treatment' || use === 'ledger'))) return 0;
  const milliseconds = lead === undefined ? DEFAULT_LEAD_MS : durationOf(lead);
  if (milliseconds < LEAST_LEAD_MS && (use === 'answer' || use === 'token'))
    throw new Error(
      `A key is published ${LEAST_LEAD_MS / 60_000} minutes at least before it signs. --now is for a key that is no longer safe.`,
    );
  return milliseconds;
}

/** @throws Error if a grant uses an epoch already that the new secret would be for: its pseudonyms would change */
function epochOf({ 'from-epoch': text, policies }: JoinValues, previous: number | undefined): number {
  if (previous === undefined) return 1;
  if (text === undefined || !/^[1-9][0-9]{0,3}$/.test(text)) throw new UsageError();
  const fromEpoch = Number(text);
  const used = Math.max(
    previous,
    ...loadPolicies(policies).policies.grants.flatMap(({ grant }) =>
      grant.fields.map(({ parameters }) => Number(parameters['epoch'] ?? 0)),
    ),
  );
  if (fromEpoch <= used)
    throw new Error(
      `Epochs up to ${used} are in use and must come out the same. Take a later one, then raise the grants to it.`,
    );
  return fromEpoch;
}

interface Told {
  readonly kid: string;
  readonly use: KeyUse;
  readonly alg: string;
  readonly activeFrom: string;
  readonly retired: readonly string[];
  readonly fromEpoch?: number;
}

function describe({ kid, use, alg, activeFrom, retired, fromEpoch }: Told): string {
  const after = retired.map((old) => `${old} is used until then, and stays published for a time.\n`).join('');
  const epochs =
    fromEpoch === undefined
      ? ''
      : `It is for epochs from ${fromEpoch}. In a second every gateway has it; then raise the epoch of grants.\n`;
  return `${kid} (${use}, ${alg}) is in the ring, and used from ${activeFrom}.\n${after}${epochs}`;
}
