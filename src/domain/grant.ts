import type { Ceiling } from './ceiling.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Names } from './party.ts';
import type { GrantedLimits } from './quota.ts';

/** 依据: what allows the sharing. */
export interface LegalBasis {
  readonly id: string;
  readonly instrument: string;
  readonly article?: string;
  /** Ids of the purposes that it covers. */
  readonly covers: readonly string[];
  /** RFC 3339; repealed or expired from here on. */
  readonly validUntil?: string;
  /** Absent where the instrument sets no limit of its own. */
  readonly ceiling?: Ceiling;
}

/** 用途/事项: registered, never free text. */
export interface Purpose {
  readonly id: string;
  readonly name: Names;
  readonly legalBasis: readonly LegalBasis[];
  readonly ceiling: Ceiling;
  /** For how many hours a grant for it may be opened in an emergency 应急; not at all if absent. */
  readonly breakGlassHours?: number;
}

/** What happens to a whole answer when a value does not fit its treatment. Passing it through is not among the choices. */
export type OnMismatch = 'fail' | 'drop' | 'redact';

export interface GrantedField {
  /** Path of a field of the record. */
  readonly path: string;
  /** What is done to it; or a precision instead, and the plan finds the treatment. */
  readonly treatment?: string;
  /** Name of a precision: as much of it as floor and ceilings leave is given. */
  readonly precision?: string;
  readonly parameters: JsonObject;
  /** The key under which it leaves; its own if not given. */
  readonly as?: string;
  readonly onMismatch: OnMismatch;
  readonly justification: string;
}

/** A granted field of which it is settled what is done to it. */
export type TreatedField = GrantedField & { readonly treatment: string };

/** A record is only there for the consumer if the field holds one of these values. */
export interface RowCondition {
  readonly path: string;
  readonly equals: readonly JsonValue[];
}

/** 关联批准: two departments may join what they hold, and who said so. */
export interface Linkage {
  /** Id of the other department. */
  readonly with: string;
  readonly approval: string;
}

/** 授权: consumer × contract × purpose → fields, each with a treatment, for a time. */
export interface Grant extends GrantedLimits {
  readonly id: string;
  readonly consumer: { readonly department: string; readonly systems: readonly string[] };
  readonly contract: string;
  readonly purpose: string;
  /** Query parameters that the consumer may use. */
  readonly parameters: readonly string[];
  readonly fields: readonly GrantedField[];
  /** All of them must hold; none if absent. A record outside them is answered as one that does not exist. */
  readonly rows?: readonly RowCondition[];
  /** With whose data these may be joined; it allows nothing that the gateway would not do anyway. */
  readonly linkage?: readonly Linkage[];
  /** `json`: a caller that asks for it gets its answers signed and not encrypted. Sealed if absent. */
  readonly answer?: 'json';
  /** 应急: opened for an emergency under this id; in no file of policies. */
  readonly breakGlass?: string;
  /** RFC 3339; the grant is in force from here … */
  readonly validFrom: string;
  /** … until just before here. */
  readonly validUntil: string;
}
