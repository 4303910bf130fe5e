export const ALARM_SIGNALS = ['bulk', 'sequential', 'absent'] as const;
export type AlarmSignal = (typeof ALARM_SIGNALS)[number];

/** What was counted within the hour so far, about. */
export interface AlarmCounts {
  readonly subjects: number;
  readonly neighbours: number;
  readonly answered: number;
  readonly absent: number;
}

/** 枚举告警: a system seems to go through the register behind a contract. It names the system and nobody that it asked about. */
export interface Alarm {
  readonly signal: AlarmSignal;
  readonly system: string;
  readonly contract: string;
  readonly grant: string;
  readonly counts: AlarmCounts;
}

/** Where alarms are told. Implementations never throw. */
export type AlarmObserver = (alarm: Alarm, frozen: boolean) => void;
