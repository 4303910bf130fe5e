import type { Alarm, AlarmObserver } from '../domain/alarm.ts';
import type { Clock, Randomness } from '../domain/clock.ts';
import { type Freezer, GATEWAY_OFFICER } from '../domain/freeze.ts';
import { uuidV7 } from '../domain/identifier.ts';
import { ENTRY_VERSION, type GatewayEntry, type LedgerWriter } from '../domain/ledger-entry.ts';
import { Problem } from '../domain/problem.ts';
import type { Metered, MeterReading, Quotas } from '../domain/quotas.ts';

export interface AlarmNeeds {
  readonly ledger: LedgerWriter;
  readonly freezer: Freezer;
  readonly alarmed: AlarmObserver;
  readonly clock: Clock;
  readonly random: Randomness;
}

/**
 * Quotas whose alarms are told, acted on and entered before the call that raised them goes on. What cannot be done fails the
 * call, and is another's to do.
 */
export function alarmingQuotas(quotas: Quotas, needs: AlarmNeeds): Quotas {
  const watch = async (metered: Metered, reading: MeterReading): Promise<MeterReading> => {
    const frozen = metered.limits.enumeration.onAlarm === 'freeze';
    for (const alarm of reading.alarms) {
      await raise(alarm, frozen, needs);
      await quotas.entered(alarm);
    }
    // As it will be for the next one.
    if (frozen && reading.alarms.length > 0) throw new Problem('identity.frozen');
    return reading;
  };
  return {
    take: async (call) => await watch(call, await quotas.take(call)),
    settle: async (answer) => await watch(answer, await quotas.settle(answer)),
    entered: quotas.entered,
  };
}

async function raise(alarm: Alarm, frozen: boolean, needs: AlarmNeeds): Promise<void> {
  const { ledger, freezer, alarmed, clock, random } = needs;
  alarmed(alarm, frozen);
  if (frozen)
    await freezer.add({
      kind: 'system',
      value: alarm.system,
      officer: GATEWAY_OFFICER,
      reason: `enumeration alarm: ${alarm.signal}, ${alarm.contract}`,
    });
  await ledger.append(entryOf(alarm, { frozen, id: uuidV7(clock.now(), random.bytes(10)), nowMs: clock.now() }));
}

function entryOf(
  { signal, system, contract, grant, counts }: Alarm,
  { frozen, id, nowMs }: { readonly frozen: boolean; readonly id: string; readonly nowMs: number },
): GatewayEntry {
  const { subjects, neighbours, answered, absent } = counts;
  return {
    v: ENTRY_VERSION,
    kind: 'alarm',
    id,
    decidedAt: new Date(nowMs).toISOString(),
    signal,
    consumer: system,
    contract,
    grant,
    subjects,
    neighbours,
    answered,
    absent,
    frozen,
  };
}
