import { expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { exampleResident, type Harness, IDENTITY } from './harness.ts';
import { canaries, expectNoneOf, kept } from './problems.ts';
import { connectRaw, rawRequest, statuses } from './raw-connection.ts';

/** What came of bytes that no client would send. */
export interface Aftermath {
  /** Of every answer, in order. */
  readonly statuses: readonly number[];
  readonly received: string;
  /** What was entered in the ledger since, as outcome or code. */
  readonly entered: readonly string[];
  /** Request ids of the exchanges that were entered. */
  readonly requests: readonly string[];
  /** How often a source was asked since. */
  readonly asked: number;
}

/** The question of a caller that may ask it. */
export const ASK = JSON.stringify({ purpose: 'open-a-shop', query: { residentId: exampleResident().residentId } });
/** A good request after which the gateway closes the connection. */
export const LAST = rawRequest(IDENTITY, ASK, { headers: { Connection: 'close' } });

/**
 * Sends it on a connection of its own, a byte for each character, and waits until the gateway closes that. Of what was
 * sent nothing may come back or be kept, whatever it was; and no failure that nobody foresaw may come of it.
 */
export async function attack(harness: Harness, bytes: string, secrets: readonly string[] = []): Promise<Aftermath> {
  const before = await harness.entries();
  const askedBefore = harness.source.asked.length;
  const connection = await connectRaw(harness.gateway.urls.exchange);
  connection.send(bytes, 'latin1');
  await connection.ended();
  const received = connection.received();
  const asked = harness.source.asked.length - askedBefore;
  const settled = await settle(harness);
  const entries = (await harness.entries())
    .slice(before.length)
    .filter(({ exchange }: JsonObject) => !settled.has(textOf(exchange)));
  expectNoneOf([received, ...(await kept(harness))], [...canaries(), ...secrets]);
  expect(statuses(received).filter((status) => status >= 500)).toEqual([]);
  return {
    statuses: statuses(received),
    received,
    entered: entries.map(({ code, outcome }: JsonObject) => textOf(code ?? outcome)),
    requests: entries.map(({ request }: JsonObject) => textOf(request)),
    asked,
  };
}

/**
 * An exchange whose caller was cut off is entered after that, at the same time as the next one and before or after it:
 * two more, one after the other, go through all that it has to go through. Told apart by their ids, not by their place.
 */
async function settle(harness: Harness): Promise<ReadonlySet<unknown>> {
  const replies = [await harness.call(), await harness.call()];
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  return new Set(replies.map(({ headers }) => headers['exchange-id']));
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new Error('an entry without it');
  return value;
}

/** Refused before it was an exchange, and nothing else happened. */
export function expectNothingCameOfIt({ statuses: found, entered, asked }: Aftermath, status: number): void {
  expect({ found, entered, asked }).toEqual({ found: [status], entered: [], asked: 0 });
}
