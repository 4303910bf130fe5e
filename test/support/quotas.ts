import type { QuotaPolicy } from '../../src/domain/quota.ts';

/** So much of everything that no test comes to the end of it by the way. */
export const PLENTY: QuotaPolicy = {
  timeZone: 'Asia/Shanghai',
  default: {
    quota: {
      callsPerSecond: 100_000,
      burst: 1_000_000,
      callsPerDay: 1_000_000_000,
      recordsPerDay: 1_000_000_000,
      bytesPerDay: 1_000_000_000_000,
    },
    probing: { questions: 1000, windowSeconds: 60 },
    enumeration: {
      subjectsPerHour: 10_000,
      timesExpected: 4,
      neighboursPerHour: 10_000,
      absentPerHour: 1_000_000,
      absentPercent: 100,
      onAlarm: 'report',
    },
  },
};
