import type { BreakGlass, EmergencyUse, EmergencyWords, OpenedAccess, RefusalToOpen } from '../domain/break-glass.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { Grant } from '../domain/grant.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { canonicalHash } from '../keys/canonical-hash.ts';
import { type ActNeeds, officerAct } from '../ledger/officer-act.ts';
import { type DraftedAccess, readBreakGlass } from '../policy/break-glass-grant.ts';
import { actItem } from './act-item.ts';
import { type Database, translated } from './database.ts';

const DRAFT = 'id, draft, valid_from as "validFrom", valid_until as "validUntil"';

/** What is open, for a gateway. By the clock of the database; the gateway looks at its own when it is asked. */
export function openGrants(database: Database): () => Promise<readonly Grant[]> {
  return async () => {
    const rows = await translated(
      database.query<DraftedAccess>(
        `select ${DRAFT} from identity.break_glass
         where closed_at is null and valid_until > clock_timestamp() order by valid_from, id`,
      ),
    );
    return rows.flatMap((row) => readBreakGlass(row) ?? []);
  };
}

export function breakGlass(database: Database, needs: ActNeeds): BreakGlass {
  return {
    open: async ({ grant, officer, approvers, reason }) => {
      const { breakGlass: id, validFrom, validUntil } = grant;
      const details = { ...namesOf(grant), grantHash: canonicalHash(fileOf(grant)), validFrom, validUntil };
      const act = actItem(
        actOf({ act: 'open', breakGlass: id ?? '', ...details }, { officer, approvers, reason }, needs),
      );
      const [row] = await database.query<{ index: string | number }>(
        'select identity.open_break_glass($1, $2, $3, $4, $5, $6, $7, $8) as index',
        [id, canonicalJson(fileOf(grant)), officer, approvers, reason, validFrom, validUntil, JSON.stringify(act)],
      );
      if (row === undefined) throw new TypeError('the database did not answer');
      return Number(row.index);
    },
    refuse: async (words, why: RefusalToOpen, asked) => {
      const named = asked === undefined ? {} : { contract: asked.contract, purpose: asked.purpose };
      const act = actItem(actOf({ act: 'refuse', refused: why, ...named }, words, needs));
      await database.query('select identity.refuse_break_glass($1)', [JSON.stringify(act)]);
    },
    close: async (id, words) => {
      const act = actItem(actOf({ act: 'close', breakGlass: id }, { ...words, approvers: [] }, needs));
      const [row] = await database.query<{ closed: boolean }>('select identity.close_break_glass($1, $2) as closed', [
        id,
        JSON.stringify(act),
      ]);
      return row?.closed === true;
    },
    list: async (which) => await listOf(database, which),
  };
}

function namesOf({ contract, purpose, consumer }: Grant): JsonObject {
  return { contract, purpose, systems: [...consumer.systems] };
}

/** As a file of policies/grants would hold it: without what only an opened one has. */
function fileOf({ breakGlass: _, ...grant }: Grant): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(grant));
  if (!isJsonObject(plain)) throw new TypeError('a grant is an object');
  return plain;
}

function actOf(details: JsonObject, { officer, approvers, reason }: EmergencyWords, needs: ActNeeds) {
  const [firstApprover, secondApprover] = approvers;
  const approved = {
    ...(firstApprover === undefined ? {} : { firstApprover }),
    ...(secondApprover === undefined ? {} : { secondApprover }),
  };
  return officerAct('break-glass', { words: { officer, reason, ...approved }, details }, needs);
}

interface AccessRow extends DraftedAccess, EmergencyWords {
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

async function listOf(database: Database, which: 'open' | 'ended'): Promise<readonly OpenedAccess[]> {
  const rows = await database.query<AccessRow>(
    `select ${DRAFT}, officer, approvers, reason, opened_at as "openedAt", closed_at as "closedAt"
     from identity.break_glass where (closed_at is null and valid_until > clock_timestamp()) = $1 order by opened_at, id`,
    [which === 'open'],
  );
  const listed: OpenedAccess[] = [];
  for (const row of rows) {
    const grant = readBreakGlass(row);
    if (grant === undefined) throw new TypeError('a draft is not understood by this version');
    const { id, officer, approvers, reason, openedAt, closedAt } = row;
    listed.push({
      id,
      grant,
      officer,
      approvers,
      reason,
      openedAt: openedAt.toISOString(),
      closedAt: closedAt?.toISOString(),
      uses: await usesOf(database, row),
    });
  }
  return listed;
}

/** An exchange is entered minutes after its grant ended at the latest. */
async function usesOf(database: Database, { id, openedAt, validUntil }: AccessRow): Promise<readonly EmergencyUse[]> {
  const rows = await database.query<Omit<EmergencyUse, 'index'> & { readonly index: string | number }>(
    `select index, exchange, outcome,
       to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "recordedAt"
     from ledger.entry
     where recorded_at between $2 and $3::timestamptz + interval '1 hour' and exchange <> '' and entry::jsonb ->> 'breakGlass' = $1
     order by index`,
    [id, openedAt, validUntil],
  );
  return rows.map(({ index, ...use }) => ({ index: Number(index), ...use }));
}
