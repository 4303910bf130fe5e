import {
  type Freezable,
  type Freeze,
  type FreezeOrder,
  type Freezer,
  type Freezes,
  type FreezeVerdict,
  GATEWAY_OFFICER,
  type LiftVerdict,
} from '../domain/freeze.ts';
import type { JsonObject } from '../domain/json.ts';
import { digest } from '../keys/commitment.ts';
import { type ActNeeds, officerAct } from '../ledger/officer-act.ts';
import { actItem } from './act-item.ts';
import type { Database } from './database.ts';

/** For the gateway too, whose role can freeze and not lift. */
export function freezer(database: Database, needs: ActNeeds): Freezer {
  return {
    add: async (order) => {
      const act = acting('freeze', order, needs);
      const call = 'identity.freeze_thing($1, $2, $3, $4, $5)';
      return await verdictOf<FreezeVerdict>(database, call, {
        order,
        acts: { frozen: act(), 'frozen-already': act() },
      });
    },
  };
}

/** What is frozen, as the control plane keeps it. */
export function freezes(database: Database, needs: ActNeeds): Freezes {
  return {
    ...freezer(database, needs),
    lift: async (order) => {
      const act = acting('lift', order, needs);
      const refused = (why: LiftVerdict): object => act({ refused: why });
      return await verdictOf<LiftVerdict>(database, 'identity.lift_freeze($1, $2, $3, $4, $5)', {
        order,
        acts: { lifted: act(), 'same-officer': refused('same-officer'), 'not-frozen': refused('not-frozen') },
      });
    },
    list: async () =>
      await database.query<Freeze>(
        `select kind, value, reason, officers, to_char(frozen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "frozenAt"
         from identity.freeze order by frozen_at, kind, value`,
      ),
  };
}

/** The database decides which of the acts it was, and enters that one in the same commit. */
async function verdictOf<Verdict extends string>(
  database: Database,
  call: string,
  { order, acts }: { readonly order: FreezeOrder; readonly acts: Readonly<Record<Verdict, object>> },
): Promise<Verdict> {
  const { kind, value, officer, reason } = order;
  const values = [kind, value, officer, reason, JSON.stringify(acts)];
  const [row] = await database.query<{ verdict: Verdict }>(`select ${call} as verdict`, values);
  if (row === undefined) throw new TypeError('the database did not say what became of it');
  return row.verdict;
}

/** Each time an act of its own: another id, other salts. */
function acting(
  kind: 'freeze' | 'lift',
  { officer, reason, ...thing }: FreezeOrder,
  needs: ActNeeds,
): (more?: JsonObject) => object {
  const automatic = officer === GATEWAY_OFFICER ? { automatic: true } : {};
  return (more = {}) => {
    const details = { ...named(thing), ...automatic, ...more };
    return actItem(officerAct(kind, { words: { officer, reason }, details }, needs));
  };
}

/** A certificate is named by a digest already. */
function named({ kind, value }: Freezable): JsonObject {
  if (kind === 'everything') return { what: kind };
  return { what: kind, which: kind === 'token' ? digest(value) : value };
}
