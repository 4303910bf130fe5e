import { type Fault, FaultsError } from '../domain/fault.ts';
import type { Environment } from './env.ts';
import { type ListenConfig, variablesOf } from './variables.ts';

/** What the publisher of the log is configured by: no secret, so that it can be printed. */
export interface PublisherConfig {
  /** The key of the log; its name is the origin. */
  readonly keyFile: string;
  readonly stateFile: string;
  /** Where the tiles, entry bundles and the checkpoint go. */
  readonly directory: string;
  /** How many of which standbys have to have an entry before it is signed; 0 of none if that was said outright. */
  readonly standbys: { readonly count: number; readonly names: readonly string[] };
  readonly intervalMs: number;
  /** Whose witnesses are asked and which of them are enough; undefined: nobody is. */
  readonly trustPolicyFile: string | undefined;
  readonly witnesses: {
    readonly deadlineMs: number;
    /** Who may have issued their certificates, instead of whom the system trusts. */
    readonly caFile: string | undefined;
  };
  readonly telemetry: ListenConfig;
}

const NAME = '[\\w.-]{1,63}';
/** As PostgreSQL writes it in synchronous_standby_names. */
const STANDBYS = new RegExp(`^ANY (?<count>[1-9]\\d?) \\((?<names>${NAME}(?:, ?${NAME})*)\\)$`);

/** @throws FaultsError with every variable that is missing or wrong */
export function parsePublisherConfig(environment: Environment): {
  readonly config: PublisherConfig;
  readonly databaseUrl: string;
} {
  const faults: Fault[] = [];
  const { text, integer, listen, fault } = variablesOf(environment, faults);
  const standbys = standbysOf(text('SHUQIAO_PUBLISHER_STANDBYS'));
  if (standbys === undefined && faults.length === 0)
    fault('SHUQIAO_PUBLISHER_STANDBYS', {
      message: 'it names no standbys, or fewer than it asks for',
      remedy: 'Set it to ANY <count> (<name>, …), by their application_name, or to none.',
    });
  const config = {
    keyFile: text('SHUQIAO_PUBLISHER_KEY_FILE'),
    stateFile: text('SHUQIAO_PUBLISHER_STATE_FILE'),
    directory: text('SHUQIAO_PUBLISHER_DIR'),
    standbys: standbys ?? { count: 0, names: [] },
    intervalMs: integer('SHUQIAO_PUBLISHER_INTERVAL_MS', 1000, [1000, 60_000]),
    trustPolicyFile: text('SHUQIAO_LEDGER_TRUST_POLICY_FILE', '') || undefined,
    witnesses: {
      deadlineMs: integer('SHUQIAO_PUBLISHER_WITNESS_DEADLINE_MS', 5000, [100, 60_000]),
      caFile: text('SHUQIAO_PUBLISHER_WITNESS_CA_FILE', '') || undefined,
    },
    telemetry: listen('SHUQIAO_PUBLISHER_TELEMETRY', 9091),
  };
  const databaseUrl = text('DATABASE_URL');
  if (faults.length > 0) throw new FaultsError(faults);
  return { config, databaseUrl };
}

function standbysOf(text: string): PublisherConfig['standbys'] | undefined {
  if (text === 'none') return { count: 0, names: [] };
  const { count = '0', names = '' } = STANDBYS.exec(text)?.groups ?? {};
  const listed = [...new Set(names.split(/, ?/))];
  return Number(count) > 0 && Number(count) <= listed.length ? { count: Number(count), names: listed } : undefined;
}
