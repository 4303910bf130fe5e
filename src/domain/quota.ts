/** 配额: how much may be had by a grant, of all its systems together. A day is one of the calendar in the policy's time zone. */
export interface Quota {
  /** In the long run … */
  readonly callsPerSecond: number;
  /** … and at once, after a pause. */
  readonly burst: number;
  readonly callsPerDay: number;
  /** Answers with a record in them. */
  readonly recordsPerDay: number;
  /** Of what was released, as JSON, before it is sealed. */
  readonly bytesPerDay: number;
}

/** 探测限制: how many different questions may be asked about one subject. */
export interface Probing {
  readonly questions: number;
  /** For how long a question counts. */
  readonly windowSeconds: number;
}

/** 枚举检测: what within an hour looks like going through a register. */
export interface Enumeration {
  /** About how many subjects a system is expected to ask. */
  readonly subjectsPerHour: number;
  /** How many times that are an alarm. */
  readonly timesExpected: number;
  /** How many of them close to one another, if they are at least half of all, are one. */
  readonly neighboursPerHour: number;
  /** How many answers without a record, if they are also the percentage of all. */
  readonly absentPerHour: number;
  readonly absentPercent: number;
  readonly onAlarm: 'report' | 'freeze';
}

/** What a grant may be used for at most, and what is strange of it. */
export interface Limits {
  readonly quota: Quota;
  readonly probing: Probing;
  readonly enumeration: Enumeration;
}

/** What a grant says of it; the rest is the default, so that no grant is without a limit. */
export type GrantedLimits = { readonly [Name in keyof Limits]?: Partial<Limits[Name]> };

/** `policies/quotas.json` */
export interface QuotaPolicy {
  /** Whose calendar days are counted by. */
  readonly timeZone: string;
  readonly default: Limits;
}

/** What holds for a grant. */
export function limitsOf({ quota, probing, enumeration }: GrantedLimits, { default: all }: QuotaPolicy): Limits {
  return {
    quota: { ...all.quota, ...quota },
    probing: { ...all.probing, ...probing },
    enumeration: { ...all.enumeration, ...enumeration },
  };
}
