import type { JsonObject } from '../../src/domain/json.ts';
import type { Circumstances } from '../../src/treatment/treatment.ts';

/** When tests happen that do not care when they happen. */
export const NOW = Date.parse('2026-11-23T09:00:00+08:00');

/** Of an exchange in which this was asked. */
export const asking = (query: JsonObject): Circumstances => ({ query, nowMs: NOW });

/** Of one in which nothing was. */
export const ASKED_NOTHING = asking({});
