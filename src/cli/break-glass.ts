import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { BreakGlass, EmergencyWords, OpenedAccess, RefusalToOpen } from '../domain/break-glass.ts';
import { type Fault, FaultsError } from '../domain/fault.ts';
import type { Grant } from '../domain/grant.ts';
import { isUuid } from '../domain/identifier.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { createTreatmentKeys } from '../keys/treatment-keys.ts';
import { isForEmergencies, planBreakGlass, withBreakGlass } from '../plan/plan-break-glass.ts';
import { breakGlassGrant } from '../policy/break-glass-grant.ts';
import { readGrant } from '../policy/read-grant.ts';
import { breakGlass } from '../store/break-glass.ts';
import { errorName } from '../telemetry/log.ts';
import { type Command, EXIT, type Shell, UsageError } from './command.ts';
import { withControl } from './control-database.ts';
import { durationOf } from './key-ring-access.ts';
import { officerFrom, reasonFrom } from './officer-words.ts';
import { FOLDER_OPTIONS, FOLDER_USAGE, loadFolders } from './policy-folders.ts';

const ORDER = { officer: { type: 'string' }, reason: { type: 'string' } } as const;

export const breakGlassOpen: Command = {
  usage: `shuqiao break-glass open --grant-file FILE --for DURATION --approver WHO --approver WHO --officer WHO --reason TEXT ${FOLDER_USAGE}`,
  summary:
    'Access in an emergency: a grant for hours, by two who approve it and did not ask for it, within floors and ceilings as any other, and only for a purpose that has breakGlassHours. Exit: 0 open, 1 refused, which is entered.',
  run: async (args, shell) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...FOLDER_OPTIONS,
        ...ORDER,
        'grant-file': { type: 'string' },
        for: { type: 'string' },
        approver: { type: 'string', multiple: true },
      },
    });
    const { 'grant-file': file, for: duration = '', approver = [] } = values;
    const words = {
      officer: officerFrom(values.officer),
      approvers: approver.map(officerFrom),
      reason: reasonFrom(values.reason),
    };
    if (file === undefined || words.approvers.length !== 2) throw new UsageError();
    const openMs = durationOf(duration);
    const snapshot = loadFolders(values);
    return await withBreakGlassOf(shell, async (kept) => {
      const refuse = async (why: RefusalToOpen, text: string, draft?: Grant): Promise<number> => {
        const isRegistered = draft && snapshot.contracts.has(draft.contract) && snapshot.purposes.has(draft.purpose);
        await kept.refuse(words, why, isRegistered === true ? draft : undefined);
        shell.err(`It is not opened: ${text}\n`);
        return EXIT.failed;
      };
      if (!areThree(words))
        return await refuse('people', 'two others than who asks, and two different ones, approve it.');
      const { source, faults } = readGrant(file);
      if (source === undefined) return await refuse('draft', linesOf(faults));
      const grant = opened(source.grant, openMs);
      if (!isForEmergencies(grant, snapshot))
        return await refuse('purpose', 'its purpose is none for emergencies, or not for so long.', grant);
      const found = faultsOf(grant, snapshot, await kept.list('open'));
      if (found.length > 0) return await refuse('draft', linesOf(found), grant);
      const index = await kept.open({ grant, ...words });
      shell.out(`${grant.breakGlass ?? ''} is open until ${grant.validUntil}, as entry ${index} says.\n`);
      return EXIT.ok;
    });
  },
};

export const breakGlassClose: Command = {
  usage: 'shuqiao break-glass close ID --officer WHO --reason TEXT',
  summary: 'Ends it before its time, within a second in every gateway. Exit: 0 closed, 1 it was not open.',
  run: async (args, shell) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: ORDER });
    const [id, ...rest] = positionals;
    const words = { officer: officerFrom(values.officer), reason: reasonFrom(values.reason) };
    if (id === undefined || !isUuid(id) || rest.length > 0) throw new UsageError();
    const closed = await withBreakGlassOf(shell, async (kept) => await kept.close(id.toLowerCase(), words));
    if (closed) shell.out(`${id} is closed.\n`);
    else shell.err(`${id} was not open.\n`);
    return closed ? EXIT.ok : EXIT.failed;
  },
};

export const breakGlassList: Command = {
  usage: 'shuqiao break-glass list [--ended] [--json]',
  summary: 'What is open, or with --ended what was, with every exchange under it: for the review that follows.',
  run: async (args, shell) => {
    const options = { ended: { type: 'boolean' }, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const which = values.ended === true ? 'ended' : 'open';
    const all = await withBreakGlassOf(shell, async (kept) => await kept.list(which));
    if (values.json === true) shell.out(`${JSON.stringify(all)}\n`);
    else
      shell.out(
        all.length === 0 ? `Nothing ${which === 'open' ? 'is' : 'was'} open.\n` : all.map(linesOfAccess).join(''),
      );
    return EXIT.ok;
  },
};

function areThree({ officer, approvers }: EmergencyWords): boolean {
  return new Set([officer, ...approvers].map((name) => name.toLowerCase())).size === 3;
}

function opened(draft: Grant, openMs: number): Grant {
  const now = Date.now();
  return breakGlassGrant(draft, { id: randomUUID(), validFrom: new Date(now), validUntil: new Date(now + openMs) });
}

/** As every gateway will judge it, beside what is open already; the keys are made up, since nothing is treated. */
function faultsOf(grant: Grant, snapshot: Snapshot, open: readonly OpenedAccess[]): readonly Fault[] {
  const keys = createTreatmentKeys(randomBytes(32));
  const beside = withBreakGlass(
    snapshot,
    open.map((access) => access.grant),
    keys,
  );
  return planBreakGlass(grant, beside.snapshot, keys).faults;
}

function linesOf(faults: readonly Fault[]): string {
  return new FaultsError(faults).message;
}

function linesOfAccess({ id, grant, officer, approvers, reason, openedAt, closedAt, uses }: OpenedAccess): string {
  const { contract, purpose, consumer, validUntil } = grant;
  const until = closedAt === undefined ? `until ${validUntil}` : `closed ${closedAt}`;
  const used = uses.map(
    ({ index, exchange, outcome, recordedAt }) => `    entry ${index}  ${recordedAt}  ${exchange}  ${outcome}\n`,
  );
  return `${id}  ${openedAt}  ${until}  ${consumer.systems.join(' ')}  ${contract}  ${purpose}
    by ${officer}, approved by ${approvers.join(' and ')}: ${reason}
${used.join('')}`;
}

async function withBreakGlassOf<T>(shell: Shell, work: (kept: BreakGlass) => Promise<T>): Promise<T> {
  return await withControl(shell, async (database) => {
    try {
      return await work(breakGlass(database, { clock: { now: Date.now }, random: { bytes: randomBytes } }));
    } catch (error) {
      // By name only, since its text may quote a row.
      throw new Error(`Access in an emergency cannot be reached (${errorName(error)}).`, { cause: error });
    }
  });
}
